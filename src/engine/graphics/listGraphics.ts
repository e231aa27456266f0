import { graphics } from 'systeminformation';
import type { GraphicsDevice } from './graphicsDevice';

/**
 * The GPUs of this machine, that with the most memory first. Runs helper programs (nvidia-smi, lspci,
 * PowerShell), some of them blocking: only in a process of its own.
 */
export async function listGraphics(): Promise<GraphicsDevice[]> {
  const { controllers } = await graphics();
  return controllers
    .map(({ name, model, vendor, memoryTotal, vram }) => ({
      name: name ?? model,
      vendor,
      memoryBytes: (memoryTotal ?? vram ?? 0) * 2 ** 20,
    }))
    .sort((a, b) => b.memoryBytes - a.memoryBytes);
}
