import * as l10n from '@vscode/l10n';
import type { MechanismFamily } from '../attention/mechanism';
import { joinSentences } from '../model/phrases';
import { formatDuration, formatInteger, formatRatio } from '../model/units';
import type { Comparison, MeasuredPoint, MechanismResult, Timing } from '../report/report';
import { breakEven, evaluate, fitError } from './scaling';

/** Id of the dense kernel that holds the n × n scores. */
const NAIVE = 'naive';

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
  const naiveMs = base.otherKernels.find(({ kernel }) => kernel === NAIVE)?.bestMs;
  const comparison = {
    n: base.n,
    speedup: base.timing.medianMs / other.timing.medianMs,
    speedupLow: base.timing.lowMs / other.timing.highMs,
    speedupHigh: base.timing.highMs / other.timing.lowMs,
    ...(naiveMs === undefined ? {} : { speedupOverNaive: naiveMs / other.timing.medianMs }),
    flopRatio: base.flops / other.flops,
    ...(base.peakBytes === undefined || other.peakBytes === undefined || other.peakBytes === 0
      ? {}
      : { memoryRatio: base.peakBytes / other.peakBytes }),
    ...crossing,
  };
  return { ...comparison, reason: reasonFor(dense, replacement, comparison, sequenceLength) };
}

/**
 * The order that answers "what makes my length fit, and what is fastest there": with a limit of memory and a model
 * that is over it, those with which it fits come first; then the fastest at the asked length, measured or
 * projected; then those that were measured at too few lengths to be projected. Those without a valid time are last.
 */
export function rank(
  results: readonly MechanismResult[],
  sequenceLength: number,
  limitBytes?: number,
): MechanismResult[] {
  const time = (result: MechanismResult): number => timeAt(result, sequenceLength) ?? Infinity;
  const misfit = (result: MechanismResult): number =>
    limitBytes !== undefined && time(result) < Infinity && fits(result, limitBytes) === false ? 1 : 0;
  // Where nothing or everything fits, memory does not tell them apart.
  return [...results].sort(
    (a, b) =>
      Number(time(a) === Infinity) - Number(time(b) === Infinity) ||
      misfit(a) - misfit(b) ||
      (time(a) === time(b) ? 0 : time(a) - time(b)) ||
      Number(!a.points.some(isTimed)) - Number(!b.points.some(isTimed)) ||
      a.id.localeCompare(b.id),
  );
}

/** Whether the model with the mechanism is projected to fit; undefined where its peak is not known. */
export function fits(
  { modelPeakBytes }: Pick<MechanismResult, 'modelPeakBytes'>,
  limitBytes: number,
): boolean | undefined {
  return modelPeakBytes === undefined ? undefined : modelPeakBytes <= limitBytes;
}

/** Measured or projected time at `n`; undefined where there is neither. */
export function timeAt(result: MechanismResult, n: number): number | undefined {
  return result.projection.find((point) => point.n === n)?.ms;
}

/**
 * The break-even by the fits, and where it is when both err by their left-out points. Lengths at which an inexact replacement needs no fewer FLOPs than dense
 * do not count: it computes the same there, and is not a replacement.
 */
function crossingOf(
  dense: MechanismResult,
  replacement: MechanismResult,
  flopsAt: (result: MechanismResult, n: number) => number,
): Pick<Comparison, 'breakEven' | 'breakEvenBounds'> {
  const { fit } = dense;
  const { fit: otherFit } = replacement;
  if (fit === undefined || otherFit === undefined) return {};
  // `odds` over 1 lets both fits err in the replacement's favour.
  const crossing = (odds: number): number | undefined =>
    breakEven(
      (n) => evaluate(fit, n, flopsAt(dense, n)) * odds,
      (n) => {
        const flops = flopsAt(replacement, n);
        return isDenseAt(replacement, flopsAt(dense, n) / flops) ? Infinity : evaluate(otherFit, n, flops);
      },
    );
  const odds = (1 + fitError(fit)) * (1 + fitError(otherFit));
  const [low, middle, high] = [crossing(odds), crossing(1), crossing(1 / odds)];
  return {
    ...(middle === undefined ? {} : { breakEven: middle }),
    ...(low === undefined ? {} : { breakEvenBounds: { low, ...(high === undefined ? {} : { high }) } }),
  };
}

/** These leave keys out, and so give what dense attention gives where they need as many FLOPs: nothing is left out. */
const LEAVE_KEYS_OUT: ReadonlySet<MechanismFamily> = new Set(['window', 'sparse', 'hierarchical']);

function isDenseAt({ family }: Pick<MechanismResult, 'family'>, flopRatio: number): boolean {
  return flopRatio <= 1 && LEAVE_KEYS_OUT.has(family);
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
  if (isDenseAt(replacement, flopRatio)) {
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
