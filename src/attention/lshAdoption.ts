import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
import { layerCount, type AttentionSpec, type ModelSpec } from '../model/modelSpec';
import type { LshParameters } from './lshPlan';
import type { Adoption } from './mechanism';
import { leftOutLine } from './snippetHead';

/** How a model gets LSH attention: Reformer's own keys, or the layer of the published code. */
export function adoptLsh(
  model: ModelSpec,
  attention: AttentionSpec,
  { chunk, rounds }: LshParameters,
): Adoption {
  if (model.modelType === 'reformer') {
    const sorted = attention.pattern?.kind === 'lsh';
    return {
      kind: 'config',
      edits: [
        ...(sorted
          ? []
          : [{ path: ['attn_layers'], value: Array.from({ length: layerCount(model) }, () => 'lsh') }]),
        { path: ['num_hashes'], value: rounds },
        { path: ['lsh_attn_chunk_length'], value: chunk },
      ],
      needsRetraining: !sorted,
      reason: joinSentences([
        l10n.t('Reformer reads `attn_layers`, `num_hashes` and `lsh_attn_chunk_length`.'),
        sorted
          ? l10n.t('More rounds find more of the near keys, and need no training.')
          : l10n.t('Local layers have to be trained anew: queries and keys become the same vectors.'),
      ]),
    };
  }
  return {
    kind: 'code',
    language: 'python',
    code: snippet(model, attention, { chunk, rounds }),
    needsRetraining: true,
    reason: l10n.t(
      'The {0} architecture has no hashing: queries and keys have to become one projection, and the model trained with it. The snippet is a starting point for the layer of the package transformers.',
      model.modelType,
    ),
  };
}

function snippet(model: ModelSpec, attention: AttentionSpec, { chunk, rounds }: LshParameters): string {
  const { hiddenSize, maxSequenceLength } = model;
  const { heads, headDim, causal } = attention;
  return [
    '# A starting point, not a drop-in: pip install transformers',
    ...leftOutLine(model, attention),
    '# The layer has projections of its own: one for queries and keys, one for values.',
    'from transformers import ReformerConfig',
    'from transformers.models.reformer.modeling_reformer import LSHSelfAttention',
    '',
    `CHUNK = ${String(chunk)}`,
    'layer = LSHSelfAttention(',
    '    ReformerConfig(',
    `        hidden_size=${String(hiddenSize)},`,
    `        num_attention_heads=${String(heads)},`,
    `        attention_head_size=${String(headDim)},`,
    '        attn_layers=["lsh"],',
    `        num_hashes=${String(rounds)},`,
    '        lsh_attn_chunk_length=CHUNK,',
    '        lsh_num_chunks_before=1,',
    '        lsh_num_chunks_after=0,',
    `        is_decoder=${causal ? 'True' : 'False'},`,
    `        max_position_embeddings=${String(maxSequenceLength)},`,
    '    )',
    ')',
    '',
    'def lsh_attention(hidden_states):',
    '    """[batch, n, hidden_size] -> [batch, n, heads * head_dim]: the output projection comes after it."""',
    '    n = hidden_states.shape[1]',
    '    if n > CHUNK and n % CHUNK != 0:',
    '        raise ValueError(f"pad n = {n} to a multiple of {CHUNK}")',
    '    return layer(hidden_states)[0]',
    '',
  ].join('\n');
}
