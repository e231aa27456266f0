import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import { valueWidth, type AttentionSpec, type LatentAttention } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { sizeByClass } from './hybridFields';
import { linear, norm } from './weights/vectors';

/**
 * Multi-head latent attention (DeepSeek-AI 2024 §2.1) by its usual keys. A query and a key are
 * `qk_nope_head_dim` + `qk_rope_head_dim` wide, a value `v_head_dim`; queries are compressed too unless
 * `q_lora_rank` is null.
 */
export function readLatentAttention(
  reader: FieldReader,
  heads: number,
  defaults: { readonly queryRank: number; readonly rank: number; readonly valueDim?: number },
): AttentionSpec {
  const rank = sizeByClass(
    reader,
    'kvRank',
    'kv_lora_rank',
    l10n.t('rank of keys and values'),
    defaults.rank,
  );
  const queryRank = reader.isNull(['q_lora_rank'])
    ? undefined
    : sizeByClass(reader, 'queryRank', 'q_lora_rank', l10n.t('rank of queries'), defaults.queryRank);
  const plain = sizeByClass(
    reader,
    'noRopeDim',
    'qk_nope_head_dim',
    l10n.t('width of a key without its position'),
    128,
  );
  const ropeDim = sizeByClass(reader, 'ropeDim', 'qk_rope_head_dim', l10n.t("width of a key's position"), 64);
  const valueHeadDim = sizeByClass(
    reader,
    'valueHeadDim',
    'v_head_dim',
    l10n.t('width of a value'),
    defaults.valueDim ?? 128,
  );
  const headDim = reader.assume('headDim', {
    value: plain + ropeDim,
    rule: l10n.t('Latent attention: qk_nope_head_dim + qk_rope_head_dim.'),
  });
  reader.assume('kvHeads', {
    value: heads,
    rule: l10n.t('Latent attention rebuilds keys and values for every head.'),
  });
  return {
    heads,
    kvHeads: heads,
    headDim,
    valueHeadDim,
    causal: true,
    latent: { rank, ropeDim, ...(queryRank !== undefined && { queryRank }) },
  };
}

/** The projections into the latent spaces and out of them, and the norms between (DeepSeek-AI 2024 §2.1). */
export function latentAttentionWeights(
  width: Factor,
  attention: AttentionSpec,
  latent: LatentAttention,
  bias: boolean,
  prefix: string,
): WeightSpec[] {
  const heads = factor('a', attention.heads);
  const d = factor('d', attention.headDim);
  const value = factor('dᵥ', valueWidth(attention));
  const rank = factor('r', latent.rank);
  const rope = latent.ropeDim;
  const name = (end: string): string => `${prefix}${end}`;
  const queryRank = latent.queryRank === undefined ? undefined : factor('r_q', latent.queryRank);
  const queries =
    queryRank === undefined
      ? linear(name('q_proj'), 'attention', [heads, d], [width], false)
      : [
          ...linear(name('q_a_proj'), 'attention', [queryRank], [width], bias),
          ...norm(name('q_a_layernorm'), 'rms', queryRank),
          ...linear(name('q_b_proj'), 'attention', [heads, d], [queryRank], false),
        ];
  const rebuilt = factor('(d − dᵣ + dᵥ)', attention.headDim - rope + value.value);
  return [
    ...queries,
    ...linear(
      name('kv_a_proj_with_mqa'),
      'attention',
      [factor('(r + dᵣ)', latent.rank + rope)],
      [width],
      bias,
    ),
    ...norm(name('kv_a_layernorm'), 'rms', rank),
    ...linear(name('kv_b_proj'), 'attention', [heads, rebuilt], [rank], false),
    ...linear(name('o_proj'), 'attention', [width], [heads, value], bias),
  ];
}
