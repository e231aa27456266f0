import type { AttentionShape } from '../attention/mechanism';
import type { RegimesResult } from '../report/regimes';
import type { MechanismResult } from '../report/report';

/**
 * `dense` with the time that prefill measured in place of the one projected for the same call: two values for one call
 * would contradict each other on one page. As it is where prefill was another call or has no valid time.
 */
export function withRegimesPoint(
  dense: MechanismResult,
  regimes: RegimesResult | undefined,
  { batch }: Pick<AttentionShape, 'batch'>,
): MechanismResult {
  if (regimes?.batch !== batch || !regimes.prefill.verification.passed) return dense;
  const { medianMs: ms, lowMs: low, highMs: high } = regimes.prefill.timing;
  const projection = dense.projection.map((point) =>
    point.n === regimes.n && !point.measured
      ? { n: point.n, ms, low, high, measured: true, bytes: point.bytes }
      : point,
  );
  return { ...dense, projection };
}
