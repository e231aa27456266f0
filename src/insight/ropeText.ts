import * as l10n from '@vscode/l10n';
import { deviceCount, parallelismOf } from '../cost/parallelism';
import { formatBytes, formatInteger } from '../model/units';
import type { RopeInsight } from './insight';
import type { InsightText } from './insightText';
import { attentionSentence } from './lengthText';
import { verdictLines } from './verdictLines';

/** What an extended context costs, as sentences. */
export function ropeText(insight: RopeInsight): InsightText {
  const { extended, at, conditions, verdict, limits } = insight;
  const devices = deviceCount(parallelismOf(conditions.parallelism));
  return {
    lines: [
      { lead: l10n.t('{0} tokens.', formatInteger(extended)), text: scalingSentence(insight) },
      ...verdictLines(verdict, { devices, at, limits }),
      ...(at.kvCacheBytes > 0
        ? [
            {
              text: l10n.t(
                'KV cache: {0} at n = {1} tokens.',
                formatBytes(at.kvCacheBytes),
                formatInteger(extended),
              ),
            },
          ]
        : []),
    ],
    details: [{ text: attentionSentence(at) }],
  };
}

function scalingSentence({ original, factor, extended, limits }: RopeInsight): string {
  const declared = limits.maxSequenceLength;
  const before = formatInteger(original);
  if (factor === undefined) {
    return l10n.t('Rotary positions are extended from {0} tokens to the declared length.', before);
  }
  return extended === declared
    ? l10n.t('{0} tokens × {1}, as the model declares.', before, String(factor))
    : l10n.t(
        '{0} tokens × {1}; the model declares {2} tokens.',
        before,
        String(factor),
        formatInteger(declared),
      );
}
