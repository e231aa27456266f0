import * as l10n from '@vscode/l10n';
import type { RunDType } from '../attention/mechanism';
import type { Estimate } from '../cost/estimate';
import { joinSentences } from '../model/phrases';
import { presentOf } from '../model/ownPattern';
import { formatInteger } from '../model/units';
import { mechanismName } from '../report/mechanismName';
import { modelPeakSentence } from '../report/modelPeakText';
import type { Advice, MechanismResult, MemoryAdvice, PairAdvice, ProjectionPoint } from '../report/report';
import {
  inferenceSettings,
  inferenceVerdict,
  pairSentences,
  replacementForMemory,
  trainingSentence,
} from './memoryText';
import { needsTraining } from './needsTraining';
import { fits, rank } from './ranking';
import {
  replacementWithSettings,
  type PeakWith,
  type ReplacementWithSettings,
} from './replacementWithSettings';
import { isClearlyFaster, pointAt, rivalsOf } from './rivals';
import { conditionsText, denseKernel, timeWithBounds } from './timeText';

export interface AdviceSubject {
  readonly dense: MechanismResult;
  readonly replacements: readonly MechanismResult[];
  /** Tokens that the layers work on: those asked about, or a fixed number. */
  readonly sequenceLength: number;
  /** Precision and execution provider of the measured times. */
  readonly dtype: RunDType;
  readonly provider?: string;
  /** Nothing more is going to be measured. */
  readonly isOver: boolean;
  /** Absent where the device or its memory is not known. */
  readonly memory?: MemorySubject;
  /** Judges a replacement together with settings; where absent no pairs are looked for. */
  readonly peakWith?: PeakWith;
}

export interface MemorySubject {
  readonly inference: MemoryAdvice;
  readonly training: MemoryAdvice;
  readonly estimate: Estimate;
  /** What the memory belongs to. `served`: with the share of it that a server may take, which binds inference. */
  readonly owner: string;
  readonly served: string;
  /** The layers beside which the settings of the whole model are named, where it is not these. */
  readonly settingsWith?: string;
}

/**
 * What is the cheapest thing that makes the length fit, and what is the fastest at it. Settings that leave the attention
 * as it is come first, then replacements in these layers, then the two together. Keeping what the layers have is a valid
 * answer, and is given where nothing is faster, nor would be by what is projected, and memory lasts. Undefined while
 * neither memory nor a time is known.
 */
export function advise(subject: AdviceSubject): Advice | undefined {
  const { dense, replacements, sequenceLength, memory, peakWith } = subject;
  const hasTime = pointAt(dense, sequenceLength) !== undefined;
  if (!hasTime && memory === undefined) return undefined;
  const candidates = rank(replacements, sequenceLength, undefined, dense).filter(isOffered);
  const rivals = rivalsOf(dense, replacements);
  const fastest = candidates.find((result) => isClearlyFaster(result, rivals, sequenceLength));
  const fitsNow = memory?.inference.fits !== false;
  const byPrice = cheapestFirst(candidates);
  const cheapest =
    memory === undefined || fitsNow
      ? undefined
      : byPrice.find((result) => fits(result, memory.inference.limitBytes) === true);
  const pair =
    memory === undefined || peakWith === undefined
      ? undefined
      : replacementWithSettings({
          candidates: byPrice,
          inference: memory.inference,
          options: memory.estimate,
          peakWith,
        });
  const likely = hasTime && fastest === undefined ? likelyFastest(subject) : undefined;
  const keep = hasTime && fitsNow && fastest === undefined && likely === undefined;
  return {
    keep,
    ...(fastest === undefined ? {} : { fastest: fastest.id }),
    ...(cheapest === undefined ? {} : { cheapestThatFits: cheapest.id }),
    ...(pair === undefined ? {} : { pair: adviceOf(pair) }),
    ...(memory === undefined ? {} : { inference: memory.inference, training: memory.training }),
    sentences: [
      ...(memory === undefined ? [] : memorySentences(memory, { cheapest, pair, candidates })),
      speedSentence(subject, { fastest, likely, keep }),
      ...(memory === undefined || memory.settingsWith !== undefined
        ? []
        : [trainingSentence(memory.training, memory)]),
    ].filter((sentence) => sentence !== ''),
  };
}

/** What a user can adopt and whose output was not found wrong. */
function isOffered({ current, adoption, skipped, points }: MechanismResult): boolean {
  return (
    !current &&
    adoption.kind !== 'none' &&
    skipped === undefined &&
    points.every(({ verification }) => verification.passed)
  );
}

/** By what it asks: exact ones before others, then no training, then a key of the config; then as they are ranked. */
function cheapestFirst(candidates: readonly MechanismResult[]): MechanismResult[] {
  const price = ({ exact, adoption }: MechanismResult): number =>
    (exact ? 0 : 4) + (needsTraining(adoption) ? 2 : 0) + (adoption.kind === 'config' ? 0 : 1);
  // Sorting is stable, and the candidates come in the order of their ranks.
  return [...candidates].sort((a, b) => price(a) - price(b));
}

function adviceOf({ replacement, ...projected }: ReplacementWithSettings): PairAdvice {
  return { replacement: replacement.id, parameters: replacement.parameters, ...projected };
}

interface ForMemory {
  readonly cheapest: MechanismResult | undefined;
  readonly pair: ReplacementWithSettings | undefined;
  readonly candidates: readonly MechanismResult[];
}

function memorySentences(memory: MemorySubject, { cheapest, pair, candidates }: ForMemory): string[] {
  const { inference, estimate, served, settingsWith } = memory;
  const verdict = inferenceVerdict(inference, { estimate, owner: served });
  if (inference.fits) return [verdict];
  return [
    verdict,
    ...(settingsWith === undefined
      ? inferenceSettings(inference)
      : [
          l10n.t('What settings alone can do for the whole model is said with the {0} layers.', settingsWith),
        ]),
    ...replacementForMemory(cheapest, candidates),
    ...(pair === undefined ? [] : pairSentences(pair, inference, estimate)),
  ];
}

interface Found {
  readonly fastest: MechanismResult | undefined;
  readonly likely: MechanismResult | undefined;
  readonly keep: boolean;
}

function speedSentence(subject: AdviceSubject, { fastest, likely, keep }: Found): string {
  const { dense, sequenceLength, dtype, provider, isOver } = subject;
  const n = formatInteger(sequenceLength);
  const conditions = conditionsText(dtype, provider);
  if (pointAt(dense, sequenceLength) === undefined) {
    return isOver
      ? l10n.t(
          'Dense attention has no time at n = {0} ({1}), so nothing is called the fastest.',
          n,
          conditions,
        )
      : '';
  }
  if (fastest === undefined) {
    const nothing = keep
      ? l10n.t(
          'Keep what these layers have: at n = {0} ({1}) nothing that was run here is clearly faster.',
          n,
          conditions,
        )
      : l10n.t(
          'At n = {0} ({1}) nothing that was run here is clearly faster than what these layers have.',
          n,
          conditions,
        );
    return joinSentences([
      nothing,
      ...rivalSentences(subject),
      likely === undefined
        ? ''
        : l10n.t(
            'By the middle of the projections it would be {0}, {1}; the bands overlap, and a larger time budget (headroom.budgetSeconds, --budget-seconds) or a shorter length narrows them.',
            mechanismName(likely),
            timeWithBounds(likely, sequenceLength),
          ),
    ]);
  }
  return joinSentences([
    l10n.t(
      'Fastest at n = {0} ({1}): {2}, a call of one layer {3}.',
      n,
      conditions,
      mechanismName(fastest),
      timeWithBounds(fastest, sequenceLength),
    ),
    ...rivalSentences(subject),
    fastest.exact
      ? l10n.t('The result stays the same.')
      : l10n.t('It changes the result; how much quality that costs is unknown without weights.'),
    fastest.modelFits === false ? modelPeakSentence(fastest) : '',
  ]);
}

/** What would be the fastest if the projections hit, where their bands are too wide to say that it is. */
function likelyFastest({ dense, replacements, sequenceLength }: AdviceSubject): MechanismResult | undefined {
  const pointOf = (result: MechanismResult): ProjectionPoint | undefined => pointAt(result, sequenceLength);
  const msOf = (result: MechanismResult): number => pointOf(result)?.ms ?? Infinity;
  const rivals = rivalsOf(dense, replacements);
  const least = Math.min(...rivals.map(msOf));
  const likely = replacements
    .filter((result) => isOffered(result) && msOf(result) < least)
    .toSorted((a, b) => msOf(a) - msOf(b))
    .at(0);
  const isProjected = [likely, ...rivals].some(
    (result) => result !== undefined && pointOf(result)?.measured === false,
  );
  return isProjected ? likely : undefined;
}

/** The times that the fastest is weighed against. */
function rivalSentences({ dense, replacements, sequenceLength }: AdviceSubject): string[] {
  const present = presentOf(replacements);
  const now = present === undefined ? '' : timeWithBounds(present, sequenceLength);
  return [
    l10n.t('Against {0}: {1}.', denseKernel(dense, sequenceLength), timeWithBounds(dense, sequenceLength)),
    present === undefined || now === ''
      ? ''
      : l10n.t('What these layers have now, {0}: {1}.', mechanismName(present), now),
  ];
}
