import * as l10n from '@vscode/l10n';
import { formatBytes, formatFlops, formatInteger, formatPercent, formatRatio } from '../model/units';
import type { WindowCost, WindowInsight } from './insight';
import { ratioOf } from './lengthCost';
import type { InsightText } from './insightText';

/** What a window saves, as sentences. */
export function windowText(insight: WindowInsight): InsightText {
  const { key, layers, allLayers, at, full, halved, doubled } = insight;
  if (layers === 0) {
    const text = l10n.t('No layer of this model has a window: {0} changes nothing here.', key);
    return { lines: [{ lead: l10n.t('No effect.'), text }], details: [] };
  }
  const cache = cacheSentence(insight);
  return {
    lines: [
      {
        lead: l10n.t('Window of {0} tokens.', formatInteger(at.window)),
        text: l10n.t('{0} of {1} attention layers have it.', formatInteger(layers), formatInteger(allLayers)),
      },
      ...(cache === undefined ? [] : [{ text: cache }]),
      {
        text: l10n.t(
          'Attention (QKᵀ and PV): {0}, {1} of a prefill; without the window {2}, {3} of a prefill.',
          formatFlops(at.attentionFlops),
          formatPercent(at.attentionShare),
          formatFlops(full.attentionFlops),
          formatPercent(full.attentionShare),
        ),
      },
    ],
    details: [doubled, ...(halved ? [halved] : [])].map((other) => ({ text: otherSentence(at, other) })),
  };
}

function cacheSentence({ at, full, isPaged, conditions }: WindowInsight): string | undefined {
  const n = formatInteger(conditions.sequenceLength);
  if (at.kvCacheBytes === 0) return undefined;
  if (isPaged) {
    return l10n.t(
      'KV cache: {0} at n = {1} tokens; the server keeps pages for every token, so the window saves none of it.',
      formatBytes(at.kvCacheBytes),
      n,
    );
  }
  const [kept, window] = [formatBytes(at.kvCacheBytes), formatInteger(at.window)];
  const saved = full.kvCacheBytes - at.kvCacheBytes;
  if (saved <= 0) {
    return l10n.t(
      'KV cache: {0} at n = {1} tokens; the window of {2} tokens is no shorter, so every token is kept.',
      kept,
      n,
      window,
    );
  }
  return l10n.t(
    'KV cache: {0} at n = {1} tokens: layers with the window keep its {2} tokens only, which saves {3} of the {4} without it.',
    kept,
    n,
    window,
    formatBytes(saved),
    formatBytes(full.kvCacheBytes),
  );
}

function otherSentence(at: WindowCost, other: WindowCost): string {
  const figures = [
    formatInteger(other.window),
    formatFlops(other.attentionFlops),
    formatRatio(ratioOf(other.attentionFlops, at.attentionFlops)),
  ] as const;
  return at.kvCacheBytes === 0
    ? l10n.t('With a window of {0} tokens: attention {1} ({2}).', ...figures)
    : l10n.t(
        'With a window of {0} tokens: KV cache {3}, attention {1} ({2}).',
        ...figures,
        formatBytes(other.kvCacheBytes),
      );
}
