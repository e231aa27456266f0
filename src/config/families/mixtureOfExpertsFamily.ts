import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, unbiased, type DecoderVariant } from './decoderVariant';
import type { ExpertRule } from './mixtureOfExperts';

const mixtral: ExpertRule = {
  count: { keys: ['num_local_experts'], byDefault: 8 },
  active: { keys: ['num_experts_per_tok'], byDefault: 2 },
  placement: { kind: 'all' },
  prefix: 'block_sparse_moe.',
  names: ['w3', 'w2', 'w1'],
};

/** The experts of Granite: gate and up in one matrix. */
const granite: ExpertRule = {
  ...mixtral,
  names: ['input_linear', 'output_linear'],
  fused: 'input_linear',
  router: 'router.layer',
};

const qwen: ExpertRule = {
  count: { keys: ['num_experts', 'num_local_experts'] },
  active: { keys: ['num_experts_per_tok'] },
  size: { keys: ['moe_intermediate_size'] },
  placement: { kind: 'sparseStep' },
};

const switched = { kind: 'switched', window: 4096, first: 28 } as const;

const variants = new Map<string, DecoderVariant>([
  ['mixtral', { ...unbiased, kvHeads: 8, windows: { kind: 'all' }, experts: mixtral }],
  [
    'qwen2_moe',
    {
      ...unbiased,
      kvHeads: 16,
      projectionBias: { key: 'qkv_bias', byDefault: true },
      windows: switched,
      experts: {
        ...qwen,
        count: { ...qwen.count, byDefault: 60 },
        active: { ...qwen.active, byDefault: 4 },
        size: { keys: ['moe_intermediate_size'], byDefault: 1408 },
        shared: { kind: 'size', rule: { keys: ['shared_expert_intermediate_size'], byDefault: 5632 } },
        sharedGate: true,
        sharedName: 'shared_expert',
      },
    },
  ],
  [
    'qwen3_moe',
    {
      ...llamaShape,
      feedForwardBias: false,
      kvHeads: 4,
      queryKeyNorm: { kind: 'rms', over: 'head', when: true },
      windows: switched,
      experts: {
        ...qwen,
        count: { ...qwen.count, byDefault: 128 },
        active: { ...qwen.active, byDefault: 8 },
        size: { keys: ['moe_intermediate_size'], byDefault: 768 },
      },
    },
  ],
  [
    'olmoe',
    {
      ...llamaShape,
      feedForwardBias: false,
      queryKeyNorm: { kind: 'rms', over: 'all', when: true },
      experts: {
        count: { keys: ['num_experts'], byDefault: 64 },
        active: { keys: ['num_experts_per_tok'], byDefault: 8 },
        placement: { kind: 'all' },
      },
    },
  ],
  ['granitemoe', { ...llamaShape, feedForwardBias: false, experts: granite }],
  [
    'granitemoeshared',
    {
      ...llamaShape,
      feedForwardBias: false,
      experts: {
        ...granite,
        shared: { kind: 'size', rule: { keys: ['shared_intermediate_size'], byDefault: 1024 } },
        sharedName: 'shared_mlp',
      },
    },
  ],
  [
    'phimoe',
    {
      ...llamaShape,
      feedForwardBias: false,
      kvHeads: 8,
      norm: 'layer',
      headBias: { key: 'lm_head_bias', byDefault: false },
      windows: { kind: 'all' },
      experts: { ...mixtral, count: { keys: ['num_local_experts'], byDefault: 16 } },
    },
  ],
  [
    'ernie4_5_moe',
    {
      ...unbiased,
      kvHeads: 4,
      projectionBias: { key: 'use_bias', byDefault: false },
      outputBias: { key: 'use_bias', byDefault: false },
      feedForwardBias: { key: 'use_bias', byDefault: false },
      headBias: { key: 'use_bias', byDefault: false },
      tied: true,
      experts: {
        count: { keys: ['moe_num_experts', 'num_experts'], byDefault: 64 },
        active: { keys: ['moe_k', 'num_experts_per_tok'], byDefault: 6 },
        size: { keys: ['moe_intermediate_size'], byDefault: 1536 },
        shared: { kind: 'count', rule: { keys: ['moe_num_shared_experts'], byDefault: 2 } },
        placement: { kind: 'range', first: 1 },
        routerCorrection: true,
      },
    },
  ],
]);

/** Decoders whose MLP is a set of experts, of which a token passes a few (Shazeer et al. 2017; Jiang et al. 2024). */
export const mixtureOfExpertsFamily: DecoderFamily = decoderFamily('mixture-of-experts', variants);
