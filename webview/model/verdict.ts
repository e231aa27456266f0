import type { Report } from '../../src/report/report';
import type { MemoryUse } from '../controls';
import { longestWithin, memoryParts, totalBytes, type MemorySettings } from './memoryParts';

/** Whether the model fits on the device at the length asked about, for one use. */
export interface Verdict {
  readonly use: MemoryUse;
  readonly state: 'fits' | 'too-large' | 'unknown';
  /** Estimated bytes at the scenario's length. */
  readonly bytes: number;
  /** Memory of the device in bytes; absent when not known. */
  readonly limit?: number;
  /** Longest n that fits: 0 for none, `unbounded` where the search found no end. Absent without a limit. */
  readonly longest?: number | 'unbounded';
}

/** Memory of the report's device in bytes, where it is known. */
export function deviceLimit(report: Pick<Report, 'device'>): number | undefined {
  const bytes = report.device?.memoryBytes;
  return bytes !== undefined && bytes > 0 ? bytes : undefined;
}

/** The verdict with a fused kernel and no recomputation, under the scenario's dtype and batch. */
export function verdict(
  report: Pick<Report, 'device' | 'estimate' | 'model' | 'scenario'>,
  use: MemoryUse,
): Verdict {
  const { batch, dtype } = report.scenario;
  const settings: MemorySettings = { use, dtype, batch, attention: 'fused', recomputation: 'none' };
  const bytes = totalBytes(memoryParts(report.estimate, settings));
  const limit = deviceLimit(report);
  if (limit === undefined) return { use, state: 'unknown', bytes };
  const longest = longestWithin(report.model, settings, limit) ?? 'unbounded';
  return { use, state: bytes <= limit ? 'fits' : 'too-large', bytes, limit, longest };
}
