import { formatDuration, formatInteger, formatRatio } from '../model/units';
import type { Comparison, MeasuredPoint, MechanismResult, Timing } from '../report/report';
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
  const crossing = crossingOf(dense, replacement, flopsAt);
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

/**
 * The break-even by the fits. Lengths at which an inexact replacement needs no fewer FLOPs than dense
 * do not count: it computes the same there, and is not a replacement.
 */
function crossingOf(
  dense: MechanismResult,
  replacement: MechanismResult,
  flopsAt: (result: MechanismResult, n: number) => number,
): number | undefined {
  const { fit } = dense;
  const { fit: otherFit, exact } = replacement;
  if (fit === undefined || otherFit === undefined) return undefined;
  return breakEven(
    (n) => evaluate(fit, n, flopsAt(dense, n)),
    (n) => {
      const flops = flopsAt(replacement, n);
      return exact || flops < flopsAt(dense, n) ? evaluate(otherFit, n, flops) : Infinity;
    },
  );
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
  if (replacement.current) return `This is what these layers compute already.${later}`;
  if (!replacement.exact && comparison.flopRatio <= 1) {
    return `${capitalised(at)} this sees every key and gives the result of dense attention: longer lengths tell them apart.${later}`;
  }
  if (speedupLow > 1)
    return `Measured ${formatRatio(speedup)} faster than dense ${at}, ${exactness}.${later}`;
  if (speedupHigh < 1) {
    const from = comparison.breakEven;
    const gain =
      from === undefined
        ? 'no length is known from which it pays'
        : `by the fits it pays from about n = ${formatInteger(from)} on`;
    return `Keep dense attention ${at}: this measured ${formatRatio(1 / speedup)} slower there; ${gain}.${later}`;
  }
  return `No clear difference from dense ${at}: the intervals overlap.${later}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
