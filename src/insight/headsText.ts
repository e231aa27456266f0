import * as l10n from '@vscode/l10n';
import { formatBytes, formatFlops, formatInteger, formatPercent, formatRatio } from '../model/units';
import type { HeadShape, HeadsCost, HeadsInsight } from './insight';
import type { InsightText } from './insightText';

/** Shapes that are told apart at first sight; further ones are details. */
const SHOWN_SHAPES = 2;

/** Divisors that are listed. */
const SHOWN_DIVISORS = 16;

/** What the heads cost, as sentences. */
export function headsText(insight: HeadsInsight): InsightText {
  const { shapes, attentionShare, others } = insight;
  const shapeLines = shapes.map((shape) => ({ lead: `${shape.grouping}.`, text: shapeSentence(shape) }));
  return {
    lines: [
      ...shapeLines.slice(0, SHOWN_SHAPES),
      ...cacheSentences(insight).map((text) => ({ text })),
      {
        text: l10n.t(
          'Attention (QKᵀ and PV) of all layers: {0} of the FLOPs of a prefill.',
          formatPercent(attentionShare),
        ),
      },
    ],
    details: [
      ...shapeLines.slice(SHOWN_SHAPES),
      ...others.map((other) => ({ text: otherSentence(insight, other) })),
      ...divisionSentences(insight).map((text) => ({ text })),
    ],
  };
}

function shapeSentence({ layers, heads, kvHeads, headDim }: HeadShape): string {
  return l10n.t(
    '{0} query heads over {1} key/value heads, head_dim {2}, in {3} layers.',
    formatInteger(heads),
    formatInteger(kvHeads),
    formatInteger(headDim),
    formatInteger(layers),
  );
}

function cacheSentences({ kvBytesPerToken, kvCacheBytes, shapes, conditions }: HeadsInsight): string[] {
  if (kvBytesPerToken === 0) return [l10n.t('These layers keep no KV cache.')];
  const [shape] = shapes;
  const cache = l10n.t(
    'KV cache: {0} a token in {1}, {2} at n = {3} tokens.',
    formatBytes(kvBytesPerToken),
    conditions.cacheDType ?? conditions.dtype,
    formatBytes(kvCacheBytes),
    formatInteger(conditions.sequenceLength),
  );
  if (shape === undefined || shapes.length > 1) return [cache];
  switch (shape.grouping) {
    case 'MLA':
      return [cache, l10n.t('One latent a token is cached for all heads together, however many there are.')];
    case 'MHA':
      return shape.heads === 1
        ? [cache]
        : [
            cache,
            l10n.t(
              'One key/value head for all (MQA) would take {0} a token.',
              oneHead(kvBytesPerToken, shape),
            ),
          ];
    case 'GQA':
    case 'MQA':
      return [
        cache,
        l10n.t(
          'As many key/value heads as query heads (MHA) would take {0} a token, one for all (MQA) {1}.',
          formatBytes((kvBytesPerToken / shape.kvHeads) * shape.heads),
          oneHead(kvBytesPerToken, shape),
        ),
      ];
  }
}

function oneHead(kvBytesPerToken: number, { kvHeads }: HeadShape): string {
  return formatBytes(kvBytesPerToken / kvHeads);
}

function otherSentence({ key, kvBytesPerToken }: HeadsInsight, other: HeadsCost): string {
  const value = formatInteger(other.value);
  const attention = formatFlops(other.attentionFlops);
  const ratio = formatRatio(other.attentionRatio);
  return kvBytesPerToken === 0
    ? l10n.t('With {0} = {1}: attention {2} ({3}).', key, value, attention, ratio)
    : l10n.t(
        'With {0} = {1}: KV cache {2} a token, {3} in all; attention {4} ({5}).',
        key,
        value,
        formatBytes(other.kvBytesPerToken),
        formatBytes(other.kvCacheBytes),
        attention,
        ratio,
      );
}

function divisionSentences({ field, shapes }: HeadsInsight): string[] {
  const [shape] = shapes;
  if (field === 'headDim' || shape === undefined || shapes.length > 1 || shape.grouping === 'MLA') return [];
  const { heads, kvHeads } = shape;
  if (field === 'heads') {
    return kvHeads === heads
      ? []
      : [l10n.t('It must be a multiple of the {0} key/value heads.', formatInteger(kvHeads))];
  }
  const divisors: string[] = [];
  for (let each = 1; each <= heads && divisors.length < SHOWN_DIVISORS; each++) {
    if (heads % each === 0) divisors.push(formatInteger(each));
  }
  return [l10n.t('It must divide the {0} query heads: {1}.', formatInteger(heads), divisors.join(' · '))];
}
