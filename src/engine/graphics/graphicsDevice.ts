/** A GPU as the operating system or its driver names it. */
export interface GraphicsDevice {
  /** `NVIDIA H100 80GB HBM3` from the driver, or `GA102 [GeForce RTX 3090]` from the bus. */
  readonly name: string;
  /** `NVIDIA Corporation`; empty where unknown. */
  readonly vendor: string;
  /** Its own memory; 0 where unknown or shared with the host. */
  readonly memoryBytes: number;
}

/** Whether `message`, from another process, is a list of GPUs. */
export function isGraphicsDevices(message: unknown): message is readonly GraphicsDevice[] {
  return Array.isArray(message) && message.every(isGraphicsDevice);
}

function isGraphicsDevice(value: unknown): value is GraphicsDevice {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'vendor' in value &&
    typeof value.vendor === 'string' &&
    'memoryBytes' in value &&
    typeof value.memoryBytes === 'number' &&
    value.memoryBytes >= 0
  );
}
