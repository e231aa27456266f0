import * as l10n from '@vscode/l10n';
import { formatFlops, formatInteger, formatPercent, formatRatio } from '../model/units';
import type { TowerInsight } from './insight';
import type { InsightText } from './insightText';
import { ratioOf, shareOf } from './lengthCost';

/** What the tokens of an image or clip cost, as sentences. */
export function towerText({
  key,
  stack,
  tokens,
  image,
  attentionFlops,
  flops,
  others,
}: TowerInsight): InsightText {
  return {
    lines: [
      {
        lead: l10n.t('{0} tokens.', formatInteger(tokens)),
        text:
          image === undefined
            ? l10n.t('So many pass the stack “{0}” for one input, whatever the length of the text.', stack)
            : l10n.t(
                'One image of {0} × {0} pixels in patches of {1} × {1}, learned tokens included.',
                formatInteger(image.size),
                formatInteger(image.patch),
              ),
      },
      {
        text: l10n.t(
          'Attention (QKᵀ and PV): {0}, {1} of the {2} of the stack “{3}”.',
          formatFlops(attentionFlops),
          formatPercent(shareOf(attentionFlops, flops)),
          formatFlops(flops),
          stack,
        ),
      },
    ],
    details: others.map((other) => ({
      text: l10n.t(
        'With {0} = {1}: {2} tokens, attention {3} ({4}).',
        key,
        formatInteger(other.value),
        formatInteger(other.tokens),
        formatFlops(other.attentionFlops),
        formatRatio(ratioOf(other.attentionFlops, attentionFlops)),
      ),
    })),
  };
}
