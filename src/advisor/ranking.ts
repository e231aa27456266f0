import * as l10n from '@vscode/l10n';
import { cautiousMs } from '../model/cautiousTime';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatDuration, formatInteger, formatRatio } from '../model/units';
import type { Comparison, MechanismResult, ProjectionPoint } from '../report/report';
import { crossingOf, isDenseAt, type FlopsAt } from './crossing';
import { isClearlyFaster, pointAt, rivalsOf } from './rivals';
import { isTimed, timedPairs } from '../model/timedPair';

/** Id of the dense kernel that holds the n × n scores. */
const NAIVE = 'naive';

/**
 * Compares a replacement with dense attention at the longest length where both have a valid time.
 * The speed-up is against the fastest verified dense kernel; its bounds come from the bounds of both.
 * `flopsAt` gives a mechanism's FLOPs by its formula. Undefined where no length has both.
 */
export function compare(
  dense: MechanismResult,
  replacement: MechanismResult,
  sequenceLength: number,
  flopsAt: FlopsAt,
): Comparison | undefined {
  const pair = timedPairs(dense, replacement).at(-1);
  if (pair === undefined) return undefined;
  const { n, base, other, speedup, speedupLow, speedupHigh } = pair;
  const naiveMs = base.otherKernels.find(({ kernel }) => kernel === NAIVE)?.bestMs;
  const comparison = {
    n,
    speedup,
    speedupLow,
    speedupHigh,
    ...(naiveMs === undefined ? {} : { speedupOverNaive: naiveMs / other.timing.medianMs }),
    flopRatio: base.flops / other.flops,
    ...(base.peakBytes === undefined || other.peakBytes === undefined || other.peakBytes === 0
      ? {}
      : { memoryRatio: base.peakBytes / other.peakBytes }),
    ...crossingOf(dense, replacement, flopsAt),
  };
  return { ...comparison, reason: reasonFor(dense, replacement, comparison, sequenceLength) };
}

/**
 * The order that answers "what makes my length fit, and what is fastest there": with a limit of memory and a model
 * that is over it, those with which it fits come first; then, where `dense` is given, what is clearly faster at the
 * asked length than it and than what the layers have now; then by the time there, measured or projected, where what is
 * projected from one length counts with the upper end of its band: it has to be that much faster to come before a
 * projection that has seen the time grow. Those without a time there follow by their measured one at the longest
 * length that they share, and those without any are last.
 */
export function rank(
  results: readonly MechanismResult[],
  sequenceLength: number,
  limitBytes?: number,
  dense?: MechanismResult,
): MechanismResult[] {
  const rivals = dense === undefined ? [] : rivalsOf(dense, results);
  const clear = new Set(results.filter((result) => isClearlyFaster(result, rivals, sequenceLength)));
  const time = (result: MechanismResult): number => {
    const point = pointAt(result, sequenceLength);
    return point === undefined ? Infinity : cautiousMs(point);
  };
  const misfit = (result: MechanismResult): number =>
    limitBytes !== undefined && time(result) < Infinity && fits(result, limitBytes) === false ? 1 : 0;
  const shared = sharedLength(results.filter((result) => time(result) === Infinity));
  // Where nothing or everything fits, memory does not tell them apart.
  return [...results].sort(
    (a, b) =>
      Number(time(a) === Infinity) - Number(time(b) === Infinity) ||
      misfit(a) - misfit(b) ||
      Number(!clear.has(a)) - Number(!clear.has(b)) ||
      (time(a) === time(b) ? 0 : time(a) - time(b)) ||
      Number(!a.points.some(isTimed)) - Number(!b.points.some(isTimed)) ||
      bySpeedup(a, b, shared) ||
      a.id.localeCompare(b.id),
  );
}

/**
 * The longest length at which all of `results` that have a valid time have one; undefined where there is none. Where
 * no time at the asked length is known it is what orders them: the least time is the largest speed-up over dense.
 */
export function sharedLength(results: readonly MechanismResult[]): number | undefined {
  const [first, ...others] = results
    .map(({ points }) => points.filter(isTimed).map(({ n }) => n))
    .filter((lengths) => lengths.length > 0);
  return first?.filter((n) => others.every((lengths) => lengths.includes(n))).at(-1);
}

/** By the measured time at the length `shared` by all or, without one, by the speed-up over dense at its own. */
function bySpeedup(a: MechanismResult, b: MechanismResult, shared: number | undefined): number {
  const measuredMs = ({ points }: MechanismResult): number =>
    points.find(({ n }) => n === shared)?.timing?.medianMs ?? NaN;
  const difference =
    shared === undefined
      ? (b.comparison?.speedup ?? 0) - (a.comparison?.speedup ?? 0)
      : measuredMs(a) - measuredMs(b);
  return Number.isNaN(difference) ? 0 : difference;
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

function reasonFor(
  dense: MechanismResult,
  replacement: MechanismResult,
  comparison: Omit<Comparison, 'reason'>,
  sequenceLength: number,
): string {
  const now = pointAt(dense, sequenceLength);
  const then = pointAt(replacement, sequenceLength);
  const later =
    now === undefined || then === undefined || sequenceLength === comparison.n
      ? ''
      : laterSentence(now, then);
  const disagreement = comparison.fitsDisagree === true ? disagreementSentence(dense, replacement) : '';
  return joinSentences([verdictFor(replacement, comparison, sequenceLength), disagreement, later]);
}

/** In place of a break-even: at which of the measured lengths it was faster, and at which slower. */
function disagreementSentence(dense: MechanismResult, replacement: MechanismResult): string {
  const pairs = timedPairs(dense, replacement);
  const lengths = (side: (speedup: number) => boolean): string =>
    joinPhrases(pairs.filter(({ speedup }) => side(speedup)).map(({ n }) => formatInteger(n)));
  const [faster, slower] = [lengths((speedup) => speedup > 1), lengths((speedup) => speedup < 1)];
  return l10n.t(
    'The fits and the measured lengths disagree on a break-even, so none is given; measured {0}.',
    joinPhrases([
      faster === '' ? '' : l10n.t('faster at n = {0}', faster),
      slower === '' ? '' : l10n.t('slower at n = {0}', slower),
    ]),
  );
}

/** What is known of the asked length, not compared by measurement there: of dense attention `now`, of the replacement `then`. */
function laterSentence(now: ProjectionPoint, then: ProjectionPoint): string {
  const n = formatInteger(then.n);
  const ends = [then.ms, then.low, then.high].map(formatDuration) as [string, string, string];
  const base = now.measured
    ? l10n.t('{0} measured', formatDuration(now.ms))
    : l10n.t(
        '{0} ({1} to {2}) projected',
        formatDuration(now.ms),
        formatDuration(now.low),
        formatDuration(now.high),
      );
  return then.fromOneLength === true
    ? l10n.t(
        'Projected at n = {0} from one measured length: {1} a layer ({2} to {3}) against {4} of dense; how its time grows was not measured.',
        n,
        ...ends,
        base,
      )
    : l10n.t('Projected at n = {0}: {1} a layer ({2} to {3}) against {4} of dense.', n, ...ends, base);
}

/** What the measurement says for or against the replacement. */
function verdictFor(
  replacement: MechanismResult,
  comparison: Omit<Comparison, 'reason'>,
  asked: number,
): string {
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
  if (speedupHigh < 1) return slowerSentence(comparison, asked);
  return l10n.t('No clear difference from dense at n = {0}: the intervals overlap.', n);
}

/** Advice only where the asked length was measured; from which length on it pays, the break-even says. */
function slowerSentence(
  { n, speedup, breakEven, fitsDisagree }: Omit<Comparison, 'reason'>,
  asked: number,
): string {
  const [length, slower] = [formatInteger(n), formatRatio(1 / speedup)];
  const measured =
    n === asked
      ? l10n.t('Keep dense attention at n = {0}: this measured {1} slower there.', length, slower)
      : l10n.t('Measured {1} slower than dense at n = {0}.', length, slower);
  return breakEven !== undefined || fitsDisagree === true
    ? measured
    : joinSentences([measured, l10n.t('No length is known from which it pays.')]);
}
