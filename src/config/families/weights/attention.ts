import { factor, type Factor } from '../../../model/factor';
import { valueWidth, type AttentionSpec } from '../../../model/modelSpec';
import type { WeightPart, WeightSpec } from '../../../model/weightSpec';
import { linear, norm, type NormKind } from './vectors';

export interface AttentionWeightOptions {
  /** Width of the residual stream. */
  readonly hidden: Factor;
  readonly attention: AttentionSpec;
  readonly queryBias: boolean;
  readonly keyValueBias: boolean;
  readonly outputBias: boolean;
  /** Bias of the keys where it differs from that of the values (Whisper has none). */
  readonly keyBias?: boolean;
  /** Norms of queries and of keys: of one head's width, shared by all, or of all heads' width. */
  readonly queryKeyNorm?: { readonly kind: NormKind; readonly over: 'head' | 'all' };
  /** What the names begin with: `self_attn.`. */
  readonly prefix: string;
  /** Names of the four projections; Llama's where absent. */
  readonly names?: readonly [query: string, key: string, value: string, output: string];
  /** Queries, keys and values are one matrix of this name. */
  readonly fused?: string;
  /** Cross-attention: keys and values are made of the encoder's tokens. */
  readonly cross?: { readonly source: Factor };
}

/**
 * Query, key, value and output projections: h·d·(2a + 2kv) elements (Vaswani et al. 2017; Shazeer 2019; Ainslie
 * et al. 2023), their biases, and the norms of queries and keys.
 */
export function attentionWeights(options: AttentionWeightOptions): WeightSpec[] {
  const { hidden, attention, prefix, names = ['q_proj', 'k_proj', 'v_proj', 'o_proj'], cross } = options;
  const part: WeightPart = cross ? 'crossAttention' : 'attention';
  const heads = factor('a', attention.heads);
  const kvHeads = factor('kv', attention.kvHeads);
  const d = factor('d', attention.headDim);
  const value = attention.valueHeadDim === undefined ? d : factor('dᵥ', valueWidth(attention));
  const from = [cross ? cross.source : hidden];
  const per = cross ? ({ per: 'source' } as const) : {};
  const [q, k, v, o] = names;
  const inputs =
    options.fused === undefined
      ? [
          ...linear(`${prefix}${q}`, part, [heads, d], [hidden], options.queryBias),
          ...linear(`${prefix}${k}`, part, [kvHeads, d], from, options.keyBias ?? options.keyValueBias, per),
          ...linear(`${prefix}${v}`, part, [kvHeads, value], from, options.keyValueBias, per),
        ]
      : fusedInputs(options, options.fused);
  return [
    ...inputs,
    ...linear(`${prefix}${o}`, part, [hidden], [heads, value], options.outputBias),
    ...queryKeyNorms(options, heads, kvHeads, d),
  ];
}

/** One matrix for queries, keys and values of equal width. */
function fusedInputs(options: AttentionWeightOptions, name: string): WeightSpec[] {
  const { hidden, attention, prefix, queryBias } = options;
  const heads = factor('(a + 2·kv)', attention.heads + 2 * attention.kvHeads);
  const out = [heads, factor('d', attention.headDim)];
  return linear(`${prefix}${name}`, 'attention', out, [hidden], queryBias);
}

function queryKeyNorms(
  { queryKeyNorm, prefix }: AttentionWeightOptions,
  heads: Factor,
  kvHeads: Factor,
  d: Factor,
): WeightSpec[] {
  if (queryKeyNorm === undefined) return [];
  const { kind, over } = queryKeyNorm;
  return [
    ...norm(`${prefix}q_norm`, kind, ...(over === 'all' ? [heads, d] : [d])),
    ...norm(`${prefix}k_norm`, kind, ...(over === 'all' ? [kvHeads, d] : [d])),
  ];
}
