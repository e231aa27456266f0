import * as l10n from '@vscode/l10n';
import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, unbiased, type DecoderVariant, type QueryKeyNormRule } from './decoderVariant';

const normPerHead: QueryKeyNormRule = { kind: 'rms', over: 'head', when: true };

/** Hunyuan (Tencent 2025): one list entry a layer where numbers could differ. */
const hunyuan: DecoderVariant = {
  ...llamaShape,
  queryKeyNorm: normPerHead,
  keys: { headDim: ['head_dim', 'attention_head_dim'] },
};

const variants = new Map<string, DecoderVariant>([
  // xAI 2024: norms before and after both blocks; embedding and head are one matrix.
  [
    'grok-1',
    {
      ...unbiased,
      layerNorms: ['pre_attn_norm', 'post_attn_norm', 'pre_moe_norm', 'post_moe_norm'],
      tied: true,
      names: { attention: { prefix: 'attn.' } },
      experts: {
        count: { keys: ['num_experts'], byDefault: 8 },
        active: { keys: ['num_experts_per_tok'], byDefault: 2 },
        placement: { kind: 'all' },
        prefix: 'moe_block.',
        names: ['linear_v', 'linear_1', 'linear'],
      },
    },
  ],
  // Adept 2023: squared ReLU, queries and keys normed by head.
  [
    'persimmon',
    {
      ...llamaShape,
      projectionBias: true,
      outputBias: true,
      feedForward: 'plain',
      feedForwardBias: true,
      queryKeyNorm: { kind: 'layer', over: 'head', when: { key: 'qk_layernorm', byDefault: true } },
      norm: 'layer',
      hiddenDropoutKey: 'hidden_dropout',
      names: {
        attention: {
          prefix: 'self_attn.',
          names: ['q', 'k', 'v', 'dense'],
          fused: 'query_key_value',
        },
        feedForward: { prefix: 'mlp.', names: ['dense_h_to_4h', 'dense_4h_to_h'] },
      },
    },
  ],
  [
    'internlm',
    {
      ...unbiased,
      projectionBias: { key: 'bias', byDefault: true },
      outputBias: { key: 'bias', byDefault: true },
    },
  ],
  [
    'internlm3',
    {
      ...unbiased,
      kvHeads: 32,
      projectionBias: { key: 'qkv_bias', byDefault: false },
      outputBias: { key: 'bias', byDefault: false },
      feedForwardBias: { key: 'bias', byDefault: false },
    },
  ],
  ['orion', { ...unbiased, norm: 'layer' }],
  ['hunyuan_v1_dense', hunyuan],
  [
    'hunyuan_v1_moe',
    {
      ...hunyuan,
      experts: {
        count: { keys: ['num_experts'], byDefault: 1 },
        active: { keys: ['moe_topk'], byDefault: 1 },
        size: { keys: ['moe_intermediate_size', 'intermediate_size'] },
        shared: { kind: 'count', rule: { keys: ['num_shared_expert'], byDefault: 1 } },
        placement: { kind: 'all' },
        router: 'gate.wg',
        sharedName: 'shared_mlp',
      },
    },
  ],
  [
    'seed_oss',
    {
      ...llamaShape,
      kvHeads: 8,
      headDim: 128,
      projectionBias: { key: 'attention_bias', byDefault: true },
      outputBias: { key: 'attention_out_bias', byDefault: false },
      hiddenDropoutKey: 'residual_dropout',
    },
  ],
  ['arcee', { ...llamaShape, feedForward: 'plain' }],
  // Hernández-Cano et al. 2025. xIELU has two learned numbers a layer.
  [
    'apertus',
    {
      ...llamaShape,
      feedForward: 'plain',
      feedForwardBias: false,
      queryKeyNorm: normPerHead,
      layerNorms: ['attention_layernorm', 'feedforward_layernorm'],
      notes: () => [
        l10n.t('The few numbers that the activation xIELU learns in each layer are not counted.'),
      ],
    },
  ],
  [
    'deepseek',
    {
      ...llamaShape,
      feedForwardBias: false,
      experts: {
        count: { keys: ['n_routed_experts'] },
        active: { keys: ['num_experts_per_tok'] },
        size: { keys: ['moe_intermediate_size'], byDefault: 1407 },
        shared: { kind: 'count', rule: { keys: ['n_shared_experts'], byDefault: 0 } },
        placement: { kind: 'firstDense', first: 0 },
      },
    },
  ],
  [
    'minimax_m2',
    {
      ...unbiased,
      kvHeads: 8,
      headDim: 128,
      queryKeyNorm: { kind: 'rms', over: 'all', when: { key: 'use_qk_norm', byDefault: true } },
      experts: {
        count: { keys: ['num_local_experts'], byDefault: 256 },
        active: { keys: ['num_experts_per_tok'], byDefault: 8 },
        placement: { kind: 'all' },
        prefix: 'block_sparse_moe.',
        names: ['w3', 'w2', 'w1'],
        routerCorrection: true,
      },
    },
  ],
]);

/** Decoders of Llama's line whose code was published with the checkpoint, before transformers had it or without. */
export const remoteDecoderFamily: DecoderFamily = decoderFamily('llama-like', variants);
