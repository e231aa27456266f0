import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';
import { joinSentences } from '../model/phrases';
import { formatBytes, formatInteger } from '../model/units';
import { mechanismName } from '../report/mechanismName';
import type { MechanismResult, MemoryAdvice } from '../report/report';
import { needsTraining } from './needsTraining';
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
    ? l10n.t('n = {0} with a batch of {1} fits on {2}: projected inference peak {3} of {4}.', ...figures)
    : l10n.t(
        'n = {0} with a batch of {1} does not fit on {2}: projected inference peak {3} of {4}.',
        ...figures,
      );
}

/** The settings with which inference fits and attention stays; none where it fits as it is. */
export function inferenceSettings(advice: MemoryAdvice): string[] {
  const { cheapest, smallerBatch, least } = advice;
  if (cheapest !== undefined) {
    return [
      l10n.t(
        'Cheapest that makes it fit and leaves the attention as it is: {0}; projected inference peak {1}. It asks for {2}.',
        settingsName(cheapest.changes, 'inference'),
        formatBytes(cheapest.peakBytes),
        settingsAsk(cheapest.changes, 'inference'),
      ),
      ...(smallerBatch === undefined
        ? []
        : [
            l10n.t(
              'Or with the same results: {0}; projected inference peak {1}. It asks for {2}.',
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
        ? l10n.t('Weights and cache have as few bits as are known for them, and the batch is 1.')
        : l10n.t(
            'Neither fewer bits of weights and cache nor a smaller batch makes it fit: projected inference peak {0} at the least, with {1}.',
            formatBytes(least.peakBytes),
            settingsName(least.changes, 'inference'),
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
      'No replacement in these layers alone makes it fit: projected inference peak {0} at the least, with {1}.',
      formatBytes(least.modelPeakBytes),
      mechanismName(least),
    ),
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
      'Training does not fit on {0}: projected peak {1} of {2}.',
      owner,
      formatBytes(peakBytes),
      formatBytes(limitBytes),
    ),
    cheapest === undefined
      ? ''
      : l10n.t(
          'Cheapest that makes it fit: {0}; projected peak {1}. It asks for {2}.',
          settingsName(cheapest.changes, 'training'),
          formatBytes(cheapest.peakBytes),
          settingsAsk(cheapest.changes, 'training'),
        ),
    least === undefined
      ? ''
      : least.changes.length === 0
        ? l10n.t('Recomputation, optimizer and micro-batch leave nothing to save.')
        : l10n.t(
            'Neither recomputation, an 8-bit optimizer nor a smaller micro-batch makes it fit: projected peak {0} at the least, with {1}.',
            formatBytes(least.peakBytes),
            settingsName(least.changes, 'training'),
          ),
    longestSentence(advice),
    adapters === undefined
      ? ''
      : l10n.t(
          'Another training fits: {0}; projected peak {1}. It asks for {2}.',
          settingsName(adapters.changes, 'training'),
          formatBytes(adapters.peakBytes),
          settingsAsk(adapters.changes, 'training'),
        ),
    cheapest === undefined && logits > limitBytes / 2
      ? l10n.t(
          'The logits are {0} of it: a loss that is computed in chunks of tokens holds fewer, which is not counted here.',
          formatBytes(logits),
        )
      : '',
    l10n.t(
      'No replacement of the attention changes the {0} of weights, gradients, optimizer state and logits.',
      formatBytes(weights + gradients + optimizer + logits),
    ),
  ]);
}

function longestSentence({ longestWithLeast }: MemoryAdvice): string {
  if (longestWithLeast === undefined) return '';
  return longestWithLeast === 0
    ? l10n.t('No length fits even so.')
    : l10n.t(
        'With that the longest that fits is n = {0} tokens (projected).',
        formatInteger(longestWithLeast),
      );
}

function asksOf({ exact, adoption }: MechanismResult): string {
  if (exact) return l10n.t('The result stays the same.');
  return needsTraining(adoption)
    ? l10n.t('It changes the result and asks for training.')
    : l10n.t('It changes the result and asks for no training.');
}
