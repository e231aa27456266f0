import { fork } from 'node:child_process';
import type { RunDType } from '../../attention/mechanism';
import { measureMatmulRate } from './matmulRate';

/** What a provider turned out to be able to do. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Why not, or what was measured. */
  readonly detail: string;
  readonly precision: RunDType;
  readonly flopsPerSecond: number;
}

/** The first argument that makes the engine's bundle probe one provider and exit. */
export const PROBE_ARGUMENT = 'probe';

/** Longest time that a driver may take to show that it works. */
const LONGEST_PROBE_MS = 20_000;

/**
 * Tries a provider in a process of its own: a broken GPU driver may end the process, and must not
 * take the run with it. Never rejects.
 */
export async function probeProvider(
  provider: string,
  workerPath: string,
  budgetSeconds: number,
): Promise<ProbeResult> {
  const timeoutMs = Math.min(LONGEST_PROBE_MS, Math.max(3000, budgetSeconds * 1000));
  return new Promise((resolve) => {
    const child = fork(workerPath, [PROBE_ARGUMENT, provider], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(unusable(`did not answer within ${String(timeoutMs / 1000)} s`));
    }, timeoutMs);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(isProbeResult(message) ? message : unusable('answered with something unreadable'));
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(unusable(`the probe could not be started: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(unusable(`the probe's process ended with ${signal ?? `exit code ${String(code)}`}`));
    });
  });
}

/** The result for a provider that cannot be used. */
export function unusable(detail: string): ProbeResult {
  return { ok: false, detail, precision: 'float32', flopsPerSecond: 0 };
}

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
      'no GPU adapter found (driver or Vulkan/Metal/D3D12 loader missing)',
    ],
    [
      /providers_cuda|CUDAExecutionProvider|cudart|libcublas|cudnn/i,
      'the CUDA libraries of the runtime are not installed',
    ],
    [
      /not (?:supported|available|found).*backend|no available backend/i,
      'this build of the runtime does not have it',
    ],
  ];
  const match = known.find(([pattern]) => pattern.test(text));
  if (match !== undefined) return match[1];
  const line = text.split('\n')[0] ?? text;
  return line.length > 200 ? `${line.slice(0, 197)}…` : line;
}

function isProbeResult(message: unknown): message is ProbeResult {
  return (
    typeof message === 'object' &&
    message !== null &&
    'ok' in message &&
    typeof message.ok === 'boolean' &&
    'detail' in message &&
    typeof message.detail === 'string' &&
    'precision' in message &&
    'flopsPerSecond' in message
  );
}
