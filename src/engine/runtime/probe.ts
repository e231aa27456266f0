import * as l10n from '@vscode/l10n';
import { unusable, type ProbeResult } from '../probeProvider';
import { measureMatmulRate } from './matmulRate';

/** The work of the probing process: a verified MatMul, in float16 too where the provider has it. */
export async function runProbe(provider: string): Promise<ProbeResult> {
  try {
    const rate = await measureMatmulRate(provider, 'float32', 400, 1024);
    const half = await measureMatmulRate(provider, 'float16', 400, 1024).catch(() => undefined);
    const useHalf = half !== undefined && half.flopsPerSecond > rate.flopsPerSecond;
    return {
      ok: true,
      detail: useHalf ? 'float32 and float16 MatMul verified' : 'float32 MatMul verified',
      precision: useHalf ? 'float16' : 'float32',
      flopsPerSecond: rate.flopsPerSecond,
    };
  } catch (error) {
    return unusable(shortReason(error));
  }
}

/** The runtime's errors begin with source paths and signatures; the last sentence is what a user can use. */
export function shortReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const known: readonly (readonly [RegExp, string])[] = [
    [
      /RequestAdapterStatus|Failed to get a WebGPU adapter|No supported adapters/i,
      l10n.t('no GPU adapter found (driver or Vulkan/Metal/D3D12 loader missing)'),
    ],
    [
      /providers_cuda|CUDAExecutionProvider|cudart|libcublas|cudnn/i,
      l10n.t('the CUDA libraries cannot be loaded: the provider, CUDA or cuDNN 9 is missing'),
    ],
    [
      /not (?:supported|available|found).*backend|no available backend/i,
      l10n.t('this build of the runtime does not have it'),
    ],
  ];
  const match = known.find(([pattern]) => pattern.test(text));
  if (match !== undefined) return match[1];
  const line = text.split('\n')[0] ?? text;
  return line.length > 200 ? `${line.slice(0, 197)}…` : line;
}
