import type { PlannedTarget } from '../../src/report/panelMessages';
import type { Report } from '../../src/report/report';
import type { MemoryUse } from '../controls';
import { longestFitting, partsAt, scenarioSettings, totalBytes } from './memoryParts';

/** Whether the model fits on the device at the length asked about, for one use. */
export interface Verdict {
  readonly use: MemoryUse;
  /** `impossible`: the model has no positions for the length, whatever the memory. */
  readonly state: 'fits' | 'too-large' | 'unknown' | 'impossible';
  /** Estimated bytes at the scenario's length. */
  readonly bytes: number;
  /** Memory in bytes of the device that the verdict is about; absent when not known. */
  readonly limit?: number;
  /**
   * Longest n that fits: 0 for none, `unbounded` where the search found no end, `positions` where memory lasts
   * for more than the model has learned positions for. Absent without a limit.
   */
  readonly longest?: number | 'unbounded' | 'positions';
  /** Tokens that the model has learned positions for; absent for other positions. */
  readonly positions?: number;
}

/** Memory of the planned device in bytes, or else of the report's, where it is known. */
export function deviceLimit(report: Pick<Report, 'device'>, planned?: PlannedTarget): number | undefined {
  const bytes = (planned ?? report.device)?.memoryBytes;
  return bytes !== undefined && bytes > 0 ? bytes : undefined;
}

/**
 * The verdict on the planned device, or else on the report's, under the scenario; fused attention and no
 * recomputation unless its recipe says otherwise.
 */
export function verdict(
  report: Pick<Report, 'device' | 'estimate' | 'model' | 'scenario'>,
  use: MemoryUse,
  planned?: PlannedTarget,
): Verdict {
  const settings = scenarioSettings(report.scenario, use);
  const bytes = totalBytes(partsAt(report.model, settings, report.scenario.sequenceLength));
  const limit = deviceLimit(report, planned);
  const positions = report.model.learnedPositions;
  const possible = positions === undefined || report.scenario.sequenceLength <= positions;
  const base = { use, bytes, ...(positions !== undefined && { positions }) };
  if (limit === undefined) return { ...base, state: possible ? 'unknown' : 'impossible' };
  const longest = longestFitting(report.model, settings, limit);
  const beyondPositions = positions !== undefined && (longest === undefined || longest > positions);
  return {
    ...base,
    state: !possible ? 'impossible' : bytes <= limit ? 'fits' : 'too-large',
    limit,
    longest: beyondPositions ? 'positions' : (longest ?? 'unbounded'),
  };
}
