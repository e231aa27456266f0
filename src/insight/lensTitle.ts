import * as l10n from '@vscode/l10n';
import { formatBytes, formatInteger } from '../model/units';
import type { FieldInsight, Fit, LengthInsight, RopeInsight } from './insight';

/** One line above a field: `131,072 tokens · KV 4.00 GiB · peak 6.35 GiB · fits`. */
export function lensTitle(insight: FieldInsight): string {
  switch (insight.kind) {
    case 'length':
      return joined([tokens(insight.n), ...lengthParts(insight, true)]);
    case 'rope':
      return joined([tokens(insight.extended), ...lengthParts(insight, true)]);
    case 'window':
    case 'heads':
    case 'layers':
    case 'tower':
      return inlayText(insight);
  }
}

/** The same in brief, beside the value: `KV 4.00 GiB · fits`. */
export function inlayText(insight: FieldInsight): string {
  switch (insight.kind) {
    case 'length':
    case 'rope':
      return joined(lengthParts(insight, false));
    case 'window': {
      const { layers, at, full } = insight;
      if (layers === 0) return l10n.t('no effect');
      return full.kvCacheBytes === 0
        ? l10n.t('{0} layers', formatInteger(layers))
        : l10n.t('KV {0} of {1}', formatBytes(at.kvCacheBytes), formatBytes(full.kvCacheBytes));
    }
    case 'heads': {
      const groupings = [...new Set(insight.shapes.map(({ grouping }) => grouping))];
      const cache = insight.kvBytesPerToken;
      return joined([...groupings, ...(cache > 0 ? [l10n.t('KV {0} a token', formatBytes(cache))] : [])]);
    }
    case 'layers': {
      const bytes = insight.kinds.reduce((sum, { layers, weightBytes }) => sum + layers * weightBytes, 0);
      return l10n.t('weights {0}', formatBytes(bytes));
    }
    case 'tower':
      return tokens(insight.tokens);
  }
}

function tokens(n: number): string {
  return l10n.t('{0} tokens', formatInteger(n));
}

/** What the config is about most: the cache of inference, or the peak of training. */
function lengthParts(insight: LengthInsight | RopeInsight, withPeak: boolean): string[] {
  const { at, verdict } = insight;
  const [fit] = verdict.fits;
  const trains = insight.kind === 'length' && insight.purpose === 'training';
  const training = trains ? at.training : undefined;
  const figures =
    training === undefined
      ? [
          ...(at.kvCacheBytes > 0 ? [l10n.t('KV {0}', formatBytes(at.kvCacheBytes))] : []),
          ...(withPeak || at.kvCacheBytes === 0
            ? [l10n.t('peak {0}', formatBytes(at.inferencePeakBytes))]
            : []),
        ]
      : [l10n.t('training peak {0}', formatBytes(training.peakBytes))];
  const positions = insight.limits.learnedPositions;
  if (positions !== undefined && at.n > positions) {
    return [...figures, l10n.t('beyond the {0} positions', formatInteger(positions))];
  }
  return [...figures, ...(fit === undefined ? [] : [fitText(fit, withPeak)])];
}

function fitText({ fits, longest: { sequenceLength: longest } }: Fit, withLongest: boolean): string {
  if (fits) return l10n.t('fits');
  if (!withLongest) return l10n.t('over');
  return longest === 0
    ? l10n.t('over at any length')
    : l10n.t('over, {0} tokens fit', formatInteger(longest));
}

function joined(parts: readonly string[]): string {
  return parts.join(' · ');
}
