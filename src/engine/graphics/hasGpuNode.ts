import { existsSync } from 'node:fs';

/**
 * Whether the system can have a GPU at all. Linux shows every GPU as a device node; starting a process
 * and a driver only to learn that there is none takes longer than the first measurement.
 */
export function hasGpuNode(): boolean {
  if (process.platform !== 'linux') return true;
  return ['/dev/dri', '/dev/nvidia0', '/dev/nvidiactl', '/dev/dxg', '/dev/kfd'].some((node) =>
    existsSync(node),
  );
}
