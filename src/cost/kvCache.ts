import * as l10n from '@vscode/l10n';
import type { DType } from '../model/dtype';
import { bytesOf } from '../model/dtype';
import { factor } from '../model/factor';
import { valueWidth, type AttentionSpec, type LayerKind, type ModelSpec } from '../model/modelSpec';
import type { EstimateOptions } from './estimate';
import { sourceTokens } from './stackTokens';
import { sumOf, term, type Place, type Term } from './term';

/** Tokens of a page where an engine pages its cache and nothing else is said (vLLM's block on GPUs). */
export const DEFAULT_PAGE_TOKENS = 16;

/**
 * Bytes that are held to generate, for the whole batch: keys and values 2 · Σ layers · kv · d · min(n, w) · b ·
 * bytes (Shazeer 2019; Ainslie et al. 2023 for kv < a), of latent attention (rank + rope) · n a layer
 * (DeepSeek-AI 2024), of cross-attention the encoder's tokens, and the fixed state of recurrent layers.
 * `cacheLayout` says what a windowed layer holds: `window`, a ring buffer of its window; `pages`, whole pages
 * for every token, as engines with one pool for all layers reserve them. Encoders hold nothing.
 */
export function kvCacheTerms(model: ModelSpec, options: EstimateOptions): Term[] {
  const { sequenceLength: n } = options;
  const width = bytesOf(options.cacheDType ?? options.dtype);
  const source = sourceTokens(model, options);
  return model.stacks
    .filter(({ generates }) => generates)
    .flatMap((stack) => stack.layerKinds.map((kind) => ({ stack, kind })))
    .flatMap(({ stack, kind }) => {
      const scale = [factor('L', kind.layers), factor('b', options.batch), factor('e', width)];
      return [
        ...(kind.attention && !kind.attention.sharesCache
          ? [
              term(
                `${kind.name}: ${cachedName(kind.attention)}`,
                [...scale, ...cachedFactors(kind.attention), heldTokens(kind.attention, n, options)],
                { stack, kind, attention: kind.attention },
              ),
            ]
          : []),
        ...(kind.crossAttention
          ? [
              term(
                `${kind.name}: ${l10n.t('keys and values of the encoder')}`,
                [...scale, ...cachedFactors(kind.crossAttention), factor('nₛ', source)],
                { stack, kind, attention: kind.crossAttention },
              ),
            ]
          : []),
        ...stateTerms({ stack, kind }, scale),
      ];
    });
}

export function kvCacheBytes(model: ModelSpec, options: EstimateOptions): number {
  return sumOf(kvCacheTerms(model, options));
}

/** Bytes by which the cache of one sequence grows with a token, while no window is full. */
export function kvCacheBytesPerToken(model: ModelSpec, dtype: DType): number {
  return sumOf(kvCacheBytesPerTokenTerms(model, dtype));
}

/** The same, by kind of layer. */
export function kvCacheBytesPerTokenTerms(model: ModelSpec, dtype: DType): Term[] {
  return model.stacks
    .filter(({ generates }) => generates)
    .flatMap((stack) => stack.layerKinds.map((kind) => ({ stack, kind })))
    .flatMap(({ stack, kind }) => {
      const { name, layers, attention } = kind;
      if (attention === undefined || attention.sharesCache) return [];
      const factors = [factor('L', layers), factor('e', bytesOf(dtype)), ...cachedFactors(attention)];
      return [term(`${name}: ${cachedName(attention)}`, factors, { stack, kind, attention })];
    });
}

function cachedName({ latent }: AttentionSpec): string {
  return latent ? 'latents' : l10n.t('keys and values');
}

/** Elements that one layer caches a token. */
function cachedFactors(attention: AttentionSpec): Term['factors'] {
  const { latent, kvHeads, headDim } = attention;
  if (latent) return [factor('(r + dᵣ)', latent.rank + latent.ropeDim)];
  if (valueWidth(attention) === headDim) return [factor('2', 2), factor('kv', kvHeads), factor('d', headDim)];
  return [factor('kv', kvHeads), factor('(d + dᵥ)', headDim + valueWidth(attention))];
}

function heldTokens(attention: AttentionSpec, n: number, options: EstimateOptions): Term['factors'][number] {
  if (options.cacheLayout === 'pages') {
    const page = options.cachePageTokens ?? DEFAULT_PAGE_TOKENS;
    return factor(
      'p·⌈n/p⌉',
      Math.ceil(n / page) * page,
      l10n.t('whole pages of p = {0} tokens', String(page)),
    );
  }
  const { window, pattern } = attention;
  if (pattern?.kind === 'chunk' && window === undefined) {
    const held = Math.min(n, pattern.chunk * (1 + pattern.before));
    return factor('min(n, c)', held, l10n.t('own chunk and those before it'));
  }
  return window === undefined ? factor('n', n) : factor('min(n, w)', Math.min(n, window));
}

function stateTerms(at: Place & { readonly kind: LayerKind }, scale: Term['factors']): Term[] {
  const { name, recurrence } = at.kind;
  if (recurrence === undefined) return [];
  const elements = recurrence.stateElements + recurrence.convolutionElements;
  if (elements === 0) return [];
  return [
    term(
      `${name}: ${l10n.t('state of {0}', recurrence.kind)}`,
      [...scale, factor('s', elements, l10n.t('state and convolution, fixed'))],
      at,
    ),
  ];
}
