import * as l10n from '@vscode/l10n';
import { compulsoryBytes } from '../attention/attentionCost';
import type { AttentionCost, AttentionShape } from '../attention/mechanism';
import { formatBytes } from '../model/units';
import type { DeviceRecord } from '../report/report';

/** The share of free memory that a run may take; the rest is the user's other work. */
const USABLE_SHARE = 0.8;

/**
 * What the runtime's arena holds over the formula's workspace: it rounds blocks up, and kernels have
 * scratch of their own. Up to 1.45 times was seen on `cpu`.
 */
const ARENA_FACTOR = 1.5;

/**
 * Bytes that are free now: of the process's own limits and the host on `cpu`, of the GPU as it was
 * found elsewhere. 0 where the device does not tell.
 */
export function freeMemory(device: Pick<DeviceRecord, 'provider' | 'freeMemoryBytes'>): number {
  return device.provider === 'cpu' ? process.availableMemory() : device.freeMemoryBytes;
}

/** What q, k, v and o hold, whatever computes them: checked before they are made. */
export function inputsCost(shape: AttentionShape): AttentionCost {
  return { flops: 0, executedFlops: 0, compulsoryBytes: compulsoryBytes(shape), workspaceBytes: 0 };
}

/**
 * Why a run must not be started, or undefined where its projection fits. The check precedes the run:
 * an overcommitting system would let it start and then end some other process.
 */
export function memoryObstacle(cost: AttentionCost, freeBytes: number): string | undefined {
  const needed = cost.compulsoryBytes + ARENA_FACTOR * cost.workspaceBytes;
  const usable = freeBytes * USABLE_SHARE;
  // A device that does not tell its memory cannot be guarded.
  if (freeBytes <= 0 || needed <= usable) return undefined;
  return l10n.t(
    'needs {0} (projected), and {1} of the free memory may be used',
    formatBytes(needed),
    formatBytes(usable),
  );
}
