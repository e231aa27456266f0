import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, unbiased, type DecoderVariant, type QueryKeyNormRule } from './decoderVariant';

const normPerHead: QueryKeyNormRule = { kind: 'rms', over: 'head', when: true };

const switched = { kind: 'switched', window: 4096, first: 28 } as const;

const attentionBiasOnly: DecoderVariant = { ...llamaShape, feedForwardBias: false };

/** Sizes of LlamaConfig, which the text part of LLaVA leaves out. */
const llama7b = {
  hiddenSize: 4096,
  layers: 32,
  heads: 32,
  vocabSize: 32000,
  maxSequenceLength: 2048,
  intermediateSize: 11008,
} as const;

const variants = new Map<string, DecoderVariant>([
  ['llama', { ...llamaShape, defaults: llama7b }],
  [
    'mistral',
    {
      ...unbiased,
      defaults: { ...llama7b, intermediateSize: 14336, maxSequenceLength: 131072 },
      kvHeads: 8,
      windows: { kind: 'all', window: 4096 },
    },
  ],
  ['ministral', { ...unbiased, kvHeads: 8, windows: { kind: 'all', window: 4096, typed: true } }],
  [
    'qwen2',
    {
      ...unbiased,
      defaults: { ...llama7b, intermediateSize: 22016, vocabSize: 151936, maxSequenceLength: 32768 },
      kvHeads: 32,
      projectionBias: true,
      windows: switched,
    },
  ],
  [
    'qwen3',
    {
      ...attentionBiasOnly,
      defaults: { ...llama7b, intermediateSize: 22016, vocabSize: 151936, maxSequenceLength: 32768 },
      kvHeads: 32,
      headDim: 128,
      queryKeyNorm: normPerHead,
      windows: switched,
    },
  ],
  ['smollm3', { ...llamaShape, kvHeads: 4, windows: { kind: 'noRope' }, tied: true }],
  ['granite', llamaShape],
  // Groeneveld et al. 2024: LayerNorm without weights.
  ['olmo', { ...attentionBiasOnly, norm: 'none' }],
  ...postNormed(),
  [
    'stablelm',
    {
      ...unbiased,
      kvHeads: 32,
      projectionBias: { key: 'use_qkv_bias', byDefault: false },
      queryKeyNorm: {
        kind: 'layer-without-bias',
        over: 'all',
        when: { key: 'qk_layernorm', byDefault: false },
      },
      norm: 'layer',
      parallel: { key: 'use_parallel_residual', byDefault: false },
      hiddenDropoutKey: 'hidden_dropout',
    },
  ],
  [
    'starcoder2',
    {
      ...llamaShape,
      kvHeads: 2,
      projectionBias: { key: 'use_bias', byDefault: true },
      outputBias: { key: 'use_bias', byDefault: true },
      feedForwardBias: { key: 'use_bias', byDefault: true },
      feedForward: 'plain',
      norm: 'layer',
      windows: { kind: 'all' },
      tied: true,
      hiddenDropoutKey: 'residual_dropout',
      names: { feedForward: { prefix: 'mlp.', names: ['c_fc', 'c_proj'] } },
    },
  ],
  ['nemotron', { ...llamaShape, feedForward: 'plain', norm: 'layer' }],
  [
    'internlm2',
    {
      ...unbiased,
      projectionBias: { key: 'bias', byDefault: true },
      outputBias: { key: 'bias', byDefault: true },
      layerNorms: ['attention_norm', 'ffn_norm'],
      names: {
        attention: { prefix: 'attention.', names: ['wq', 'wk', 'wv', 'wo'], fused: 'wqkv' },
        feedForward: { prefix: 'feed_forward.', names: ['w3', 'w2', 'w1'] },
        embedding: 'tok_embeddings.weight',
        head: 'output',
      },
    },
  ],
  [
    'baichuan',
    {
      ...unbiased,
      keys: { maxSequenceLength: ['max_position_embeddings', 'model_max_length'] },
      names: { attention: { prefix: 'self_attn.', fused: 'W_pack' } },
    },
  ],
  [
    'exaone',
    {
      ...unbiased,
      keys: { layers: ['num_layers', 'num_hidden_layers'] },
      layerNorms: ['ln_1', 'ln_2'],
      names: {
        attention: { prefix: 'attn.attention.', names: ['q_proj', 'k_proj', 'v_proj', 'out_proj'] },
        feedForward: { prefix: 'mlp.', names: ['c_fc_1', 'c_proj', 'c_fc_0'] },
        embedding: 'wte.weight',
        finalNorm: 'ln_f',
      },
    },
  ],
  [
    'exaone4',
    {
      ...unbiased,
      kvHeads: 32,
      queryKeyNorm: normPerHead,
      layerNorms: ['post_attention_layernorm', 'post_feedforward_layernorm'],
      windows: { kind: 'pattern', window: 4096, period: 4, keys: ['sliding_window_pattern'] },
    },
  ],
  ['minicpm', { ...attentionBiasOnly, tied: true }],
  [
    'ernie4_5',
    {
      ...llamaShape,
      kvHeads: 2,
      headDim: 128,
      projectionBias: { key: 'use_bias', byDefault: false },
      outputBias: { key: 'use_bias', byDefault: false },
      feedForwardBias: { key: 'use_bias', byDefault: false },
      tied: true,
      headBias: { key: 'use_bias', byDefault: false },
    },
  ],
  ...glm(),
]);

/** OLMo 2 and 3: norms after the blocks and over all queries and all keys (OLMo et al. 2024). */
function postNormed(): [string, DecoderVariant][] {
  const olmo2: DecoderVariant = {
    ...attentionBiasOnly,
    queryKeyNorm: { kind: 'rms', over: 'all', when: true },
    layerNorms: ['post_attention_layernorm', 'post_feedforward_layernorm'],
  };
  return [
    ['olmo2', olmo2],
    ['olmo3', { ...olmo2, windows: { kind: 'pattern', window: 4096, period: 4, keys: [] } }],
  ];
}

/** GLM-4 with two norms a layer, and GLM-4-0414 with four. */
function glm(): [string, DecoderVariant][] {
  const shape: DecoderVariant = {
    ...unbiased,
    kvHeads: 2,
    headDim: 128,
    projectionBias: { key: 'attention_bias', byDefault: false },
    names: { feedForward: { prefix: 'mlp.', fused: 'gate_up_proj' } },
  };
  const afterBlocks = ['post_self_attn_layernorm', 'post_mlp_layernorm'];
  return [
    ['glm', shape],
    ['glm4', { ...shape, layerNorms: [...shape.layerNorms, ...afterBlocks] }],
  ];
}

/** Dense decoders with rotary positions, one block after the other, and a gated or plain MLP. */
export const llamaFamily: DecoderFamily = decoderFamily('llama', variants);
