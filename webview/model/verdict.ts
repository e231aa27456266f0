import { memoryOwner, servedBytes, type MemoryShare } from '../../src/model/memoryShare';
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
  /** Bytes that may be taken of the device that the verdict is about; absent when its memory is not known. */
  readonly limit?: number;
  /** Why that is not the device's whole memory. */
  readonly share?: MemoryShare;
  /**
   * Longest n that fits: 0 for none, `unbounded` where the search found no end, `positions` where memory lasts
   * for more than the model has learned positions for. Absent without a limit.
   */
  readonly longest?: number | 'unbounded' | 'positions';
  /** Tokens that the model has learned positions for; absent for other positions. */
  readonly positions?: number;
}

/** What bounds a use of memory: bytes that may be taken of a device, and why those are not all of it. */
type DeviceLimit = Pick<Verdict, 'limit' | 'share'>;

/** Memory of the planned device, or else of the report's, where it is known; what a server may take, in inference. */
export function deviceLimit(
  report: Pick<Report, 'device' | 'memoryShare'>,
  use: MemoryUse,
  planned?: PlannedTarget,
): DeviceLimit {
  const bytes = (planned ?? report.device)?.memoryBytes;
  if (bytes === undefined || !(bytes > 0)) return {};
  const share = use === 'inference' ? report.memoryShare : undefined;
  return { limit: servedBytes(bytes, share), ...(share && { share }) };
}

/** Whose memory a limit is; undefined where that goes without saying: all of the device that the report names. */
export function limitOwner(
  { device }: Pick<Report, 'device'>,
  share: MemoryShare | undefined,
  planned: PlannedTarget | undefined,
): string | undefined {
  const name = (planned ?? device)?.name;
  const isPlain = planned === undefined && share === undefined;
  return name === undefined || isPlain ? undefined : memoryOwner(name, planned !== undefined, share);
}

/**
 * The verdict on the planned device, or else on the report's, under the scenario; fused attention and no
 * recomputation unless its recipe says otherwise.
 */
export function verdict(
  report: Pick<Report, 'device' | 'estimate' | 'memoryShare' | 'model' | 'scenario'>,
  use: MemoryUse,
  planned?: PlannedTarget,
): Verdict {
  const settings = scenarioSettings(report.scenario, use);
  const bytes = totalBytes(partsAt(report.model, settings, report.scenario.sequenceLength));
  const { limit, share } = deviceLimit(report, use, planned);
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
    ...(share && { share }),
    longest: beyondPositions ? 'positions' : (longest ?? 'unbounded'),
  };
}
