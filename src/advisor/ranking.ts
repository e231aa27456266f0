import { formatDuration, formatInteger, formatRatio } from '../model/units';
import type { Comparison, MeasuredPoint, MechanismResult, ScalingFit, Timing } from '../report/report';
import { breakEven, evaluate } from './scaling';

/** A measured point that verified, so that its time is valid. */
interface TimedPoint extends MeasuredPoint {
  readonly timing: Timing;
}

/**
 * Compares a replacement with dense attention at the longest length where both have a valid time.
 * The speed-up is against the fastest verified dense kernel; its bounds come from the bounds of both.
 * `flopsAt` gives a mechanism's FLOPs by its formula. Undefined where no length has both.
 */
export function compare(
  dense: MechanismResult,
  replacement: MechanismResult,
  sequenceLength: number,
  flopsAt: (result: MechanismResult, n: number) => number,
): Comparison | undefined {
  const pair = longestPair(dense.points, replacement.points);
  if (pair === undefined) return undefined;
  const [base, other] = pair;
  const crossing =
    dense.fit === undefined || replacement.fit === undefined
      ? undefined
      : breakEven(timeOf(dense, dense.fit, flopsAt), timeOf(replacement, replacement.fit, flopsAt));
  const comparison = {
    n: base.n,
    speedup: base.timing.medianMs / other.timing.medianMs,
    speedupLow: base.timing.lowMs / other.timing.highMs,
    speedupHigh: base.timing.highMs / other.timing.lowMs,
    flopRatio: base.flops / other.flops,
    ...(base.peakBytes === undefined || other.peakBytes === undefined || other.peakBytes === 0
      ? {}
      : { memoryRatio: base.peakBytes / other.peakBytes }),
    ...(crossing === undefined ? {} : { breakEven: crossing }),
  };
  return { ...comparison, reason: reasonFor(dense, replacement, comparison, sequenceLength) };
}

/** Verified ones first, the fastest at the asked length first; those without a valid time last. */
export function rank(results: readonly MechanismResult[], sequenceLength: number): MechanismResult[] {
  const key = (result: MechanismResult): number => timeAt(result, sequenceLength) ?? Infinity;
  return [...results].sort((a, b) => key(a) - key(b) || a.id.localeCompare(b.id));
}

/** Measured or projected time at `n`; undefined where there is neither. */
export function timeAt(result: MechanismResult, n: number): number | undefined {
  return result.projection.find((point) => point.n === n)?.ms;
}

function timeOf(
  result: MechanismResult,
  fit: ScalingFit,
  flopsAt: (result: MechanismResult, n: number) => number,
): (n: number) => number {
  return (n) => evaluate(fit, n, flopsAt(result, n));
}

function longestPair(
  dense: readonly MeasuredPoint[],
  replacement: readonly MeasuredPoint[],
): [TimedPoint, TimedPoint] | undefined {
  for (const base of [...dense].reverse()) {
    const other = replacement.find((point) => point.n === base.n);
    if (other !== undefined && isTimed(base) && isTimed(other)) return [base, other];
  }
  return undefined;
}

function isTimed(point: MeasuredPoint): point is TimedPoint {
  return point.timing !== undefined && point.verification.passed;
}

function reasonFor(
  dense: MechanismResult,
  replacement: MechanismResult,
  comparison: Omit<Comparison, 'reason'>,
  sequenceLength: number,
): string {
  const { n, speedup, speedupLow, speedupHigh } = comparison;
  const at = `at n = ${formatInteger(n)}`;
  const exactness = replacement.exact ? 'and exact' : 'but not exact';
  const now = timeAt(dense, sequenceLength);
  const then = timeAt(replacement, sequenceLength);
  const later =
    now === undefined || then === undefined || sequenceLength === n
      ? ''
      : ` Projected at n = ${formatInteger(sequenceLength)}: ${formatDuration(then)} a layer against ${formatDuration(now)}.`;
  if (speedupLow > 1)
    return `Measured ${formatRatio(speedup)} faster than dense ${at}, ${exactness}.${later}`;
  if (speedupHigh < 1) {
    const from = comparison.breakEven;
    const gain =
      from === undefined
        ? 'no length is known from which it pays'
        : `it pays from about n = ${formatInteger(from)} on`;
    return `Keep dense attention ${at}: this measured ${formatRatio(1 / speedup)} slower there; ${gain}.${later}`;
  }
  return `No clear difference from dense ${at}: the intervals overlap.${later}`;
}
