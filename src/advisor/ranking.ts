import * as l10n from '@vscode/l10n';
import type { MechanismFamily } from '../attention/mechanism';
import { joinSentences } from '../model/phrases';
import { formatDuration, formatInteger, formatRatio } from '../model/units';
import type {
  Comparison,
  MeasuredPoint,
  MechanismResult,
  ProjectionPoint,
  ScalingFit,
  Timing,
} from '../report/report';
import { breakEven, evaluate, fitError, isFromOneLength, widening } from './scaling';

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
 * projected, where what is projected from one length counts with the upper end of its band: it has to be that much
 * faster to come before a projection that has seen the time grow. Those without a valid time are last.
 */
export function rank(
  results: readonly MechanismResult[],
  sequenceLength: number,
  limitBytes?: number,
): MechanismResult[] {
  const time = (result: MechanismResult): number => {
    const point = pointAt(result, sequenceLength);
    return point === undefined ? Infinity : cautiousMs(point);
  };
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
  return pointAt(result, n)?.ms;
}

/** The time that a point is weighed by, in ms: of a projection from one length the longest that its band allows. */
export function cautiousMs({ ms, high, fromOneLength }: ProjectionPoint): number {
  return fromOneLength === true ? high : ms;
}

function pointAt(result: MechanismResult, n: number): ProjectionPoint | undefined {
  return result.projection.find((point) => point.n === n);
}

/**
 * The break-even by the fits, and where it is when both err by their left-out points. Lengths at which an inexact
 * replacement needs no fewer FLOPs than dense do not count: it computes the same there, and is not a replacement.
 * A fit from one length errs by more the farther a length is from it, and where that leaves open whether there is a
 * break-even at all, none is given: two mechanisms whose FLOPs grow alike would cross where noise puts it.
 */
function crossingOf(
  dense: MechanismResult,
  replacement: MechanismResult,
  flopsAt: (result: MechanismResult, n: number) => number,
): Pick<Comparison, 'breakEven' | 'breakEvenBounds' | 'fromOneLength'> {
  const { fit } = dense;
  const { fit: otherFit } = replacement;
  if (fit === undefined || otherFit === undefined) return {};
  const oddsAt = (n: number): number => errorFactor(dense, fit, n) * errorFactor(replacement, otherFit, n);
  // `favour`: 1 lets both fits err in the replacement's favour, −1 against it.
  const crossing = (favour: -1 | 0 | 1): number | undefined =>
    breakEven(
      (n) => evaluate(fit, n, flopsAt(dense, n)) * oddsAt(n) ** favour,
      (n) => {
        const flops = flopsAt(replacement, n);
        return isDenseAt(replacement, flopsAt(dense, n) / flops) ? Infinity : evaluate(otherFit, n, flops);
      },
    );
  const [low, middle, high] = [crossing(1), crossing(0), crossing(-1)];
  const fromOneLength = isFromOneLength(fit) || isFromOneLength(otherFit);
  if (fromOneLength && high === undefined) return { fromOneLength };
  return {
    ...(fromOneLength ? { fromOneLength } : {}),
    ...(middle === undefined ? {} : { breakEven: middle }),
    ...(low === undefined ? {} : { breakEvenBounds: { low, ...(high === undefined ? {} : { high }) } }),
  };
}

/** By how much a fit may err at `n`, as a factor. One that has seen the time grow errs alike at any length. */
function errorFactor({ points }: MechanismResult, fit: ScalingFit, n: number): number {
  const longest = points.filter(isTimed).at(-1)?.n ?? n;
  return 1 + fitError(fit) * (isFromOneLength(fit) ? widening(n, longest) : 1);
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
  const now = pointAt(dense, sequenceLength);
  const then = pointAt(replacement, sequenceLength);
  const later =
    now === undefined || then === undefined || sequenceLength === n ? '' : laterSentence(now, then);
  return joinSentences([verdictFor(replacement, comparison), later]);
}

/** What is projected for the asked length: of dense attention `now`, of the replacement `then`. */
function laterSentence(now: ProjectionPoint, then: ProjectionPoint): string {
  const n = formatInteger(then.n);
  if (then.fromOneLength === true) {
    return l10n.t(
      'Projected at n = {0} from one measured length: {1} a layer ({2} to {3}) against {4}; how its time grows was not measured.',
      n,
      formatDuration(then.ms),
      formatDuration(then.low),
      formatDuration(then.high),
      formatDuration(now.ms),
    );
  }
  return l10n.t(
    'Projected at n = {0}: {1} a layer against {2}.',
    n,
    formatDuration(then.ms),
    formatDuration(now.ms),
  );
}

/** What the measurement says for or against the replacement. */
function verdictFor(replacement: MechanismResult, comparison: Omit<Comparison, 'reason'>): string {
  const { speedup, speedupLow, speedupHigh, flopRatio } = comparison;
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
    return slowerSentence(comparison);
  }
  return l10n.t('No clear difference from dense at n = {0}: the intervals overlap.', n);
}

function slowerSentence({
  n,
  speedup,
  breakEven: from,
  breakEvenBounds,
  fromOneLength,
}: Omit<Comparison, 'reason'>): string {
  const [length, slower] = [formatInteger(n), formatRatio(1 / speedup)];
  if (from === undefined) {
    return l10n.t(
      'Keep dense attention at n = {0}: this measured {1} slower there; no length is known from which it pays.',
      length,
      slower,
    );
  }
  if (fromOneLength === true && breakEvenBounds?.high !== undefined) {
    return l10n.t(
      'Keep dense attention at n = {0}: this measured {1} slower there; by its one measured length it pays from about n = {2} on, {3} at the latest.',
      length,
      slower,
      formatInteger(from),
      formatInteger(breakEvenBounds.high),
    );
  }
  return l10n.t(
    'Keep dense attention at n = {0}: this measured {1} slower there; by the fits it pays from about n = {2} on.',
    length,
    slower,
    formatInteger(from),
  );
}
