import * as l10n from '@vscode/l10n';
import { formatBytes, formatCount, formatFlops, formatInteger } from '../model/units';
import type { LayerCost, LayersInsight } from './insight';
import type { InsightLine, InsightText } from './insightText';

/** Kinds of layers that are told at first sight; further ones are details. */
const SHOWN_KINDS = 4;

/** What a layer costs, as sentences. */
export function layersText(insight: LayersInsight): InsightText {
  const lines = insight.kinds.map((kind) => kindLine(insight, kind));
  return {
    lines: [
      { lead: l10n.t('{0} layers.', formatInteger(insight.layers)), text: totalSentence(insight) },
      ...lines.slice(0, SHOWN_KINDS),
    ],
    details: lines.slice(SHOWN_KINDS),
  };
}

function totalSentence({ kinds }: LayersInsight): string {
  const total = (pick: (kind: LayerCost) => number): number =>
    kinds.reduce((sum, kind) => sum + kind.layers * pick(kind), 0);
  const parameters = formatCount(total((kind) => kind.parameters));
  const weights = formatBytes(total(({ weightBytes }) => weightBytes));
  const cache = total(({ kvCacheBytes }) => kvCacheBytes);
  return cache === 0
    ? l10n.t('Together {0} parameters, {1} of weights; they keep no KV cache.', parameters, weights)
    : l10n.t(
        'Together {0} parameters, {1} of weights and {2} of KV cache.',
        parameters,
        weights,
        formatBytes(cache),
      );
}

function kindLine({ conditions, kinds }: LayersInsight, kind: LayerCost): InsightLine {
  const figures = [
    formatCount(kind.parameters),
    formatBytes(kind.weightBytes),
    formatBytes(kind.kvCacheBytes),
    formatFlops(kind.prefillFlops),
    formatInteger(conditions.sequenceLength),
  ] as const;
  return {
    text:
      kinds.length === 1
        ? l10n.t(
            'Each: {0} parameters, {1} of weights, KV cache {2}, a prefill {3} at n = {4} tokens.',
            ...figures,
          )
        : l10n.t(
            '{5} layers “{6}”, each: {0} parameters, {1} of weights, KV cache {2}, a prefill {3} at n = {4} tokens.',
            ...figures,
            formatInteger(kind.layers),
            kind.name,
          ),
  };
}
