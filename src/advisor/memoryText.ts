import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';
import { joinSentences } from '../model/phrases';
import { formatBytes, formatInteger } from '../model/units';
import { mechanismName } from '../report/mechanismName';
import type { MechanismResult, MemoryAdvice } from '../report/report';
import { needsTraining } from './needsTraining';
import type { ReplacementWithSettings } from './replacementWithSettings';
import { settingsAsk, settingsName } from './settingsText';

/** What the figures of memory are for. */
export interface MemoryConditions {
  readonly estimate: Pick<Estimate, 'sequenceLength' | 'batch' | 'perDevice'>;
  /** What the memory belongs to: `cpu (AMD EPYC 9R14, 2 threads)`. */
  readonly owner: string;
}

/** Whether inference fits: the first thing that is said. */
export function inferenceVerdict(
  { fits, peakBytes, limitBytes }: MemoryAdvice,
  { estimate, owner }: MemoryConditions,
): string {
  const figures = [
    formatInteger(estimate.sequenceLength),
    formatInteger(estimate.batch),
    owner,
    formatBytes(peakBytes),
    formatBytes(limitBytes),
  ] as const;
  return fits
    ? l10n.t(
        'Inference at n = {0} with a batch of {1} fits on {2}: projected peak {3}, {4} available.',
        ...figures,
      )
    : l10n.t(
        'Inference at n = {0} with a batch of {1} does not fit on {2}: projected peak {3}, {4} available.',
        ...figures,
      );
}

/** The settings with which inference fits and attention stays; none where it fits as it is. */
export function inferenceSettings(advice: MemoryAdvice): string[] {
  const { cheapest, smallerBatch, least } = advice;
  if (cheapest !== undefined) {
    return [
      l10n.t(
        'Cheapest change that makes it fit and leaves the attention as it is: {0}; projected inference peak {1}. It asks for {2}.',
        settingsName(cheapest.changes, 'inference'),
        formatBytes(cheapest.peakBytes),
        settingsAsk(cheapest.changes, 'inference'),
      ),
      ...(smallerBatch === undefined
        ? []
        : [
            l10n.t(
              'Or without any change of the results: {0}; projected inference peak {1}. It asks for {2}.',
              settingsName(smallerBatch.changes, 'inference'),
              formatBytes(smallerBatch.peakBytes),
              settingsAsk(smallerBatch.changes, 'inference'),
            ),
          ]),
    ];
  }
  if (least === undefined) return [];
  return [
    joinSentences([
      least.changes.length === 0
        ? l10n.t('No setting that leaves the attention as it is would save anything more.')
        : l10n.t(
            'No settings that leave the attention as it is make it fit: even with {0}, the projected inference peak is {1}.',
            settingsName(least.changes, 'inference'),
            formatBytes(least.peakBytes),
          ),
      longestSentence(advice),
    ]),
  ];
}

/** The cheapest of the replacements with which inference fits, or that none of those with a known peak does. */
export function replacementForMemory(
  cheapest: MechanismResult | undefined,
  replacements: readonly MechanismResult[],
): string[] {
  if (cheapest?.modelPeakBytes !== undefined) {
    return [
      joinSentences([
        l10n.t(
          'Cheapest replacement in these layers with which it fits: {0}; projected inference peak {1}.',
          mechanismName(cheapest),
          formatBytes(cheapest.modelPeakBytes),
        ),
        asksOf(cheapest),
      ]),
    ];
  }
  const least = replacements.reduce<MechanismResult | undefined>(
    (found, each) => ((each.modelPeakBytes ?? Infinity) < (found?.modelPeakBytes ?? Infinity) ? each : found),
    undefined,
  );
  if (least?.modelPeakBytes === undefined) return [];
  return [
    l10n.t(
      'None of the replacements that were measured in these layers makes it fit alone: the least projected inference peak is {0}, with {1}.',
      formatBytes(least.modelPeakBytes),
      mechanismName(least),
    ),
  ];
}

/** What a replacement and settings together do, where neither alone makes inference fit at the batch asked for. */
export function pairSentences(
  { replacement, changes, peakBytes, fits }: ReplacementWithSettings,
  { cheapest, limitBytes }: MemoryAdvice,
  { batch }: Pick<Estimate, 'batch'>,
): string[] {
  const figures = [
    mechanismName(replacement),
    settingsName(changes, 'inference'),
    formatBytes(peakBytes),
    formatBytes(limitBytes),
  ] as const;
  if (!fits) {
    return [
      l10n.t(
        'No replacement together with settings makes it fit either: the least projected inference peak is {2}, with {0} in these layers and {1}; {3} available.',
        ...figures,
      ),
    ];
  }
  return [
    joinSentences([
      // Settings with a smaller batch have been named then.
      cheapest === undefined
        ? l10n.t(
            'A replacement together with settings makes it fit; cheapest: {0} in these layers, with {1}; projected inference peak {2}, {3} available.',
            ...figures,
          )
        : l10n.t(
            'With the batch of {4} kept, a replacement together with settings makes it fit; cheapest: {0} in these layers, with {1}; projected inference peak {2}, {3} available.',
            ...figures,
            formatInteger(batch),
          ),
      l10n.t('The settings ask for {0}.', settingsAsk(changes, 'inference')),
      replacementAsks(replacement),
    ]),
  ];
}

/** Whether training can be made to fit, and what a replacement of attention cannot change; empty where it fits. */
export function trainingSentence(
  advice: MemoryAdvice,
  { owner, estimate }: Pick<MemoryConditions, 'owner' | 'estimate'>,
): string {
  const { fits, peakBytes, limitBytes, cheapest, least, adapters } = advice;
  if (fits) return '';
  const { weights, gradients, optimizer, logits } = estimate.perDevice.training;
  return joinSentences([
    l10n.t(
      'Training at n = {0} with a micro-batch of {1} does not fit on {2}: projected peak {3}, {4} available.',
      formatInteger(estimate.sequenceLength),
      formatInteger(estimate.batch),
      owner,
      formatBytes(peakBytes),
      formatBytes(limitBytes),
    ),
    cheapest === undefined
      ? ''
      : l10n.t(
          'Cheapest change that makes it fit: {0}; projected peak {1}. It asks for {2}.',
          settingsName(cheapest.changes, 'training'),
          formatBytes(cheapest.peakBytes),
          settingsAsk(cheapest.changes, 'training'),
        ),
    least === undefined
      ? ''
      : least.changes.length === 0
        ? l10n.t('Neither recomputation nor another optimizer or micro-batch would save anything more.')
        : l10n.t(
            'No settings of this training make it fit: even with {0}, the projected peak is {1}.',
            settingsName(least.changes, 'training'),
            formatBytes(least.peakBytes),
          ),
    longestSentence(advice),
    adapters === undefined
      ? ''
      : l10n.t(
          'What would fit instead: {0}; projected peak {1}. It asks for {2}.',
          settingsName(adapters.changes, 'training'),
          formatBytes(adapters.peakBytes),
          settingsAsk(adapters.changes, 'training'),
        ),
    cheapest === undefined && logits > limitBytes / 2
      ? l10n.t(
          'The logits alone take {0}: a loss that is computed in chunks of tokens holds fewer, which is not counted here.',
          formatBytes(logits),
        )
      : '',
    l10n.t(
      'A replacement of the attention leaves the {0} of weights, gradients, optimizer state and logits nearly as they are.',
      formatBytes(weights + gradients + optimizer + logits),
    ),
  ]);
}

function longestSentence({ longestWithLeast, least }: MemoryAdvice): string {
  if (longestWithLeast === undefined) return '';
  const isAsItIs = least?.changes.length === 0;
  if (longestWithLeast === 0) {
    return isAsItIs ? l10n.t('No length fits.') : l10n.t('Even so no length fits, not even one token.');
  }
  return isAsItIs
    ? l10n.t('The longest sequence that fits is n = {0} tokens (projected).', formatInteger(longestWithLeast))
    : l10n.t(
        'With these settings the longest sequence that fits is n = {0} tokens (projected).',
        formatInteger(longestWithLeast),
      );
}

function asksOf({ exact, adoption }: MechanismResult): string {
  if (exact) return l10n.t('The result stays the same.');
  return needsTraining(adoption)
    ? l10n.t('It changes the result and needs retraining.')
    : l10n.t('It changes the result and needs no retraining.');
}

/** The same beside settings, where `it` would not say what is meant. */
function replacementAsks({ exact, adoption }: MechanismResult): string {
  if (exact) return l10n.t('The replacement leaves the result as it is.');
  return needsTraining(adoption)
    ? l10n.t('The replacement changes the result and needs retraining.')
    : l10n.t('The replacement changes the result and needs no retraining.');
}
