import type { EstimateOptions } from '../cost/estimate';
import { longestWithin } from '../cost/longestSequence';
import { isTimed } from '../model/timedPair';
import type { MechanismResult, MemoryAdvice } from '../report/report';
import { fits as fitsAlone } from './ranking';
import { settingsInOrder, type SettingChange } from './settings';
import type { ProjectedSettings } from './settingsThatFit';

/**
 * The model's projected inference peak with a replacement and with changes of the settings, in bytes; undefined where it
 * is not known.
 */
export type PeakWith = (
  replacement: MechanismResult,
  changes: readonly SettingChange[],
) => number | undefined;

/** A replacement in some layers, changes of the settings beside it, and the projected inference peak with both. */
export interface ReplacementWithSettings extends ProjectedSettings {
  readonly replacement: MechanismResult;
  /** The cheapest pair that fits; false: none does, and this one has the least peak. */
  readonly fits: boolean;
}

export interface PairQuestion {
  /** Replacements that may be adopted, the cheapest first. */
  readonly candidates: readonly MechanismResult[];
  readonly inference: MemoryAdvice;
  /** As things are. */
  readonly options: EstimateOptions;
  readonly peakWith: PeakWith;
}

/**
 * The cheapest pair of a replacement and settings with which inference fits, where neither alone does: the first
 * settings of `settingsInOrder` with which any replacement fits, and of those replacements the first. The batch stays
 * where that is possible; a smaller one is looked for only where it is of no use without a replacement. Undefined where
 * no pair is needed, and where none fits and none has a lower peak than settings alone. Asks for at most 20 peaks a
 * candidate and a few more.
 */
export function replacementWithSettings(question: PairQuestion): ReplacementWithSettings | undefined {
  const { candidates, inference, options } = question;
  const { limitBytes, cheapest } = inference;
  if (inference.fits || candidates.some((each) => fitsAlone(each, limitBytes) === true)) return undefined;
  const isSmallerBatch = cheapest?.changes.some(({ setting }) => setting === 'batch') === true;
  if (cheapest !== undefined && !isSmallerBatch) return undefined;
  const measured = candidates.filter(
    ({ modelPeakBytes, points }) => modelPeakBytes !== undefined && points.some(isTimed),
  );
  const order = settingsInOrder(options, 'inference');
  for (const changes of order) {
    for (const replacement of measured) {
      const pair = pairOf(question, replacement, changes);
      if (pair.peakBytes <= limitBytes) return { ...pair, fits: true };
    }
  }
  return isSmallerBatch ? undefined : withSmallerBatch(question, measured, [[], ...order]);
}

/** The first pair that fits with a smaller batch, or else the one with the least peak. */
function withSmallerBatch(
  question: PairQuestion,
  measured: readonly MechanismResult[],
  order: readonly (readonly SettingChange[])[],
): ReplacementWithSettings | undefined {
  const { inference, options } = question;
  const one: readonly SettingChange[] = options.batch > 1 ? [{ setting: 'batch', value: 1 }] : [];
  let least: ReplacementWithSettings | undefined;
  for (const changes of order) {
    for (const replacement of measured) {
      const pair = pairOf(question, replacement, [...changes, ...one]);
      if (pair.peakBytes <= inference.limitBytes) return withGreatestBatch(question, replacement, changes);
      if (pair.peakBytes < (least?.peakBytes ?? Infinity)) least = { ...pair, fits: false };
    }
  }
  if (least === undefined || least.changes.length === 0) return undefined;
  return least.peakBytes < (inference.least?.peakBytes ?? Infinity) ? least : undefined;
}

/** To be asked where the pair fits with a batch of 1. */
function withGreatestBatch(
  question: PairQuestion,
  replacement: MechanismResult,
  changes: readonly SettingChange[],
): ReplacementWithSettings {
  const { inference, options } = question;
  const at = (batch: number): ReturnType<typeof pairOf> =>
    pairOf(question, replacement, [...changes, { setting: 'batch', value: batch }]);
  const greatest = longestWithin(inference.limitBytes, (batch) => at(batch).peakBytes).sequenceLength;
  return { ...at(Math.min(options.batch - 1, greatest)), fits: true };
}

function pairOf(
  { peakWith }: PairQuestion,
  replacement: MechanismResult,
  changes: readonly SettingChange[],
): Omit<ReplacementWithSettings, 'fits'> {
  return { replacement, changes, peakBytes: peakWith(replacement, changes) ?? Infinity };
}
