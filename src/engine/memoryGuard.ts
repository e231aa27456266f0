import type { AttentionCost } from '../attention/mechanism';
import { formatBytes } from '../model/units';

/** The share of free memory that a run may take; the rest is the user's other work. */
const USABLE_SHARE = 0.8;

/**
 * Why a run must not be started, or undefined where its projection fits. The check precedes the run:
 * an overcommitting system would let it start and then end some other process.
 */
export function memoryObstacle(cost: AttentionCost, freeBytes: number): string | undefined {
  const needed = cost.compulsoryBytes + cost.workspaceBytes;
  const usable = freeBytes * USABLE_SHARE;
  // A device that does not tell its memory cannot be guarded.
  if (freeBytes <= 0 || needed <= usable) return undefined;
  return `needs ${formatBytes(needed)} (projected), and ${formatBytes(usable)} of the free memory may be used`;
}
