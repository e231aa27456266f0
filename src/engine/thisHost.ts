import { arch, cpus, totalmem } from 'node:os';

/** What is known of this machine at once, without starting a program. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `AMD EPYC 9R14`, `Apple M2 Max`; `arm64 processor` where the system does not say. */
  readonly processor: string;
  /** Memory that this process may use: a container's limit, or all of the machine's. */
  readonly memoryBytes: number;
}

/** This machine's processor and memory. */
export function thisHost(): Host {
  const model = cpus()[0]?.model.trim() ?? '';
  return {
    platform: process.platform,
    arch: arch(),
    processor: model === '' || model === 'unknown' ? `${arch()} processor` : model,
    memoryBytes: usableMemory(totalmem(), process.constrainedMemory()),
  };
}

/** `total` bytes, or a container's `limit` where there is one below that; 0 and huge values are no limit. */
export function usableMemory(total: number, limit: number): number {
  return limit > 0 ? Math.min(limit, total) : total;
}
