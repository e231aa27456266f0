import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
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
  const { n } = comparison;
  const now = timeAt(dense, sequenceLength);
  const then = timeAt(replacement, sequenceLength);
  const later =
    now === undefined || then === undefined || sequenceLength === n
      ? ''
      : l10n.t(
          'Projected at n = {0}: {1} a layer against {2}.',
          formatInteger(sequenceLength),
          formatDuration(then),
          formatDuration(now),
        );
  return joinSentences([verdictFor(replacement, comparison), later]);
}

/** What the measurement says for or against the replacement. */
function verdictFor(replacement: MechanismResult, comparison: Omit<Comparison, 'reason'>): string {
  const { speedup, speedupLow, speedupHigh, flopRatio, breakEven: from } = comparison;
  const n = formatInteger(comparison.n);
  if (replacement.current) return l10n.t('This is what these layers compute already.');
  if (!replacement.exact && flopRatio <= 1) {
    return l10n.t(
      'At n = {0} this sees every key and gives the result of dense attention: longer lengths tell them apart.',
      n,
    );
  }
  if (speedupLow > 1) {
    return replacement.exact
      ? l10n.t('Measured {0} faster than dense at n = {1}, and exact.', formatRatio(speedup), n)
      : l10n.t('Measured {0} faster than dense at n = {1}, but not exact.', formatRatio(speedup), n);
  }
  if (speedupHigh < 1) {
    const slower = formatRatio(1 / speedup);
    return from === undefined
      ? l10n.t(
          'Keep dense attention at n = {0}: this measured {1} slower there; no length is known from which it pays.',
          n,
          slower,
        )
      : l10n.t(
          'Keep dense attention at n = {0}: this measured {1} slower there; by the fits it pays from about n = {2} on.',
          n,
          slower,
          formatInteger(from),
        );
  }
  return l10n.t('No clear difference from dense at n = {0}: the intervals overlap.', n);
}
