import * as l10n from '@vscode/l10n';
import { formatBytes, formatInteger } from '../model/units';
import type { Advice, MechanismResult, ProjectionPoint } from '../report/report';
import { fits, rank } from './ranking';
import { timeText } from './timeText';

export interface AdviceSubject {
  readonly dense: MechanismResult;
  readonly replacements: readonly MechanismResult[];
  /** Tokens that the user asked about. */
  readonly sequenceLength: number;
  /** Projected inference peak of the model as it is, in bytes. */
  readonly peakBytes: number;
  /** Memory of the device in bytes; absent where it is not known. */
  readonly limitBytes?: number;
}

/**
 * What is the cheapest thing that makes the length fit, and what is the fastest at it. Keeping what the layers have
 * is a valid answer, and is given where nothing is clearly faster and memory lasts. Undefined before dense has a time.
 */
export function advise(subject: AdviceSubject): Advice | undefined {
  const { dense, sequenceLength, limitBytes, peakBytes } = subject;
  const base = pointAt(dense, sequenceLength);
  if (base === undefined) return undefined;
  const fitsNow = limitBytes === undefined || peakBytes <= limitBytes;
  const candidates = rank(subject.replacements, sequenceLength).filter(
    (result) =>
      !result.current && result.adoption.kind !== 'none' && pointAt(result, sequenceLength) !== undefined,
  );
  const fastest = candidates.find((result) => isClearlyFaster(pointAt(result, sequenceLength), base));
  const cheapest =
    limitBytes === undefined || fitsNow
      ? undefined
      : cheapestFirst(candidates).find((result) => fits(result, limitBytes) === true);
  const keep = fitsNow && fastest === undefined;
  return {
    keep,
    ...(fastest === undefined ? {} : { fastest: fastest.id }),
    ...(cheapest === undefined ? {} : { cheapestThatFits: cheapest.id }),
    sentences: [
      ...memorySentences(subject, cheapest, fitsNow),
      keep
        ? l10n.t(
            'Keep what these layers have: at n = {0} nothing that was run here is clearly faster than fused dense attention ({1}).',
            formatInteger(sequenceLength),
            timeText(base),
          )
        : speedSentence(fastest, base, sequenceLength),
    ].filter((sentence) => sentence !== ''),
  };
}

/** By what it asks: exact ones before others, then no training, then a key of the config; then by time. */
function cheapestFirst(candidates: readonly MechanismResult[]): MechanismResult[] {
  const price = ({ exact, adoption }: MechanismResult): number =>
    (exact ? 0 : 4) + (needsTraining(adoption) ? 2 : 0) + (adoption.kind === 'config' ? 0 : 1);
  // Sorting is stable, and the candidates come in the order of their times.
  return [...candidates].sort((a, b) => price(a) - price(b));
}

/** Whether adopting it takes training; what is not offered takes none. */
export function needsTraining(adoption: MechanismResult['adoption']): boolean {
  return adoption.kind !== 'none' && adoption.needsRetraining;
}

function memorySentences(
  { replacements, peakBytes, limitBytes, sequenceLength }: AdviceSubject,
  cheapest: MechanismResult | undefined,
  fitsNow: boolean,
): string[] {
  if (limitBytes === undefined || fitsNow) return [];
  const n = formatInteger(sequenceLength);
  const limit = formatBytes(limitBytes);
  if (cheapest?.modelPeakBytes !== undefined) {
    return [
      l10n.t(
        'Cheapest that makes n = {0} fit: {1}, with a projected inference peak of {2} instead of {3} on {4}.',
        n,
        cheapest.title,
        formatBytes(cheapest.modelPeakBytes),
        formatBytes(peakBytes),
        limit,
      ),
    ];
  }
  const least = Math.min(peakBytes, ...replacements.map(({ modelPeakBytes }) => modelPeakBytes ?? Infinity));
  return [
    l10n.t(
      'No replacement in these layers alone makes n = {0} fit: the projected inference peak is {1}, {2} at the least, on {3}.',
      n,
      formatBytes(peakBytes),
      formatBytes(least),
      limit,
    ),
  ];
}

function speedSentence(
  fastest: MechanismResult | undefined,
  base: ProjectionPoint,
  sequenceLength: number,
): string {
  const point = fastest === undefined ? undefined : pointAt(fastest, sequenceLength);
  if (fastest === undefined || point === undefined) {
    return l10n.t(
      'At n = {0} nothing that was run here is clearly faster than fused dense attention ({1}).',
      formatInteger(sequenceLength),
      timeText(base),
    );
  }
  return fastest.exact
    ? l10n.t(
        'Fastest at n = {0}: {1}, {2} a call against {3} of fused dense attention, with the same result.',
        formatInteger(sequenceLength),
        fastest.title,
        timeText(point),
        timeText(base),
      )
    : l10n.t(
        'Fastest at n = {0}: {1}, {2} a call against {3} of fused dense attention; it changes the result, and how much quality that costs is unknown without weights.',
        formatInteger(sequenceLength),
        fastest.title,
        timeText(point),
        timeText(base),
      );
}

/** Their intervals, or the bands of their projections, do not overlap. */
function isClearlyFaster(point: ProjectionPoint | undefined, base: ProjectionPoint): boolean {
  return point !== undefined && point.high < base.low;
}

function pointAt(result: MechanismResult, n: number): ProjectionPoint | undefined {
  return result.projection.find((point) => point.n === n);
}
