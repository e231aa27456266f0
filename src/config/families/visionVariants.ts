import * as l10n from '@vscode/l10n';
import type { LayerNames } from './originalLayers';
import type { VisionVariant } from './visionVariant';

const vitNames: LayerNames = {
  attention: {
    prefix: 'attention.',
    projections: ['attention.query', 'attention.key', 'attention.value', 'output.dense'],
  },
  feedForward: ['intermediate.dense', 'output.dense'],
  norms: ['layernorm_before', 'layernorm_after'],
};

const base = { hiddenSize: 768, layers: 12, heads: 12, intermediateSize: 3072 } as const;

/** Dosovitskiy et al. 2021. */
export const vit: VisionVariant = {
  defaults: base,
  patch: { imageSize: 224, patchSize: 16 },
  patchName: 'embeddings.patch_embeddings.projection',
  patchBias: true,
  classTokens: ['embeddings.cls_token'],
  positions: { name: 'embeddings.position_embeddings', when: true },
  norm: 'layer',
  outerNorms: ['layernorm'],
  names: vitNames,
  queryKeyValueBias: { key: 'qkv_bias', byDefault: true },
  outputBias: true,
  feedForwardBias: true,
  mlp: { kind: 'plain' },
  dropout: { attention: 'attention_probs_dropout_prob', hidden: 'hidden_dropout_prob' },
};

/** Oquab et al. 2024. */
export const dinov2: VisionVariant = {
  ...vit,
  patch: { imageSize: 224, patchSize: 14 },
  maskToken: { key: 'use_mask_token', byDefault: true },
  names: { ...vitNames, feedForward: ['mlp.fc1', 'mlp.fc2'], norms: ['norm1', 'norm2'] },
  mlp: { kind: 'ratio', byDefault: 4, gateKey: 'use_swiglu_ffn' },
  layerScale: { names: ['layer_scale1.lambda1', 'layer_scale2.lambda1'], when: () => true },
};

const clipNames: LayerNames = {
  attention: { prefix: 'self_attn.', projections: ['q_proj', 'k_proj', 'v_proj', 'out_proj'] },
  feedForward: ['mlp.fc1', 'mlp.fc2'],
  norms: ['layer_norm1', 'layer_norm2'],
};

const clipDropout = { attention: 'attention_dropout', hidden: 'dropout' } as const;

/** Radford et al. 2021. */
export const clipVision: VisionVariant = {
  ...vit,
  patch: { imageSize: 224, patchSize: 32 },
  patchName: 'embeddings.patch_embedding',
  patchBias: false,
  classTokens: ['embeddings.class_embedding'],
  positions: { name: 'embeddings.position_embedding.weight', when: true },
  outerNorms: ['pre_layrnorm', 'post_layernorm'],
  names: clipNames,
  queryKeyValueBias: true,
  dropout: clipDropout,
};

/** Zhai et al. 2023. */
export const siglipVision: VisionVariant = {
  ...clipVision,
  patch: { imageSize: 224, patchSize: 16, crops: true },
  patchBias: true,
  classTokens: [],
  outerNorms: ['post_layernorm'],
};

/** Agrawal et al. 2024: rotary positions, RMSNorm and a gated MLP. */
const pixtral: VisionVariant = {
  ...clipVision,
  defaults: { hiddenSize: 1024, layers: 24, heads: 16, intermediateSize: 4096 },
  patch: { imageSize: 1024, patchSize: 16 },
  patchName: 'patch_conv',
  classTokens: [],
  positions: { name: '', when: false },
  norm: 'rms',
  outerNorms: ['ln_pre'],
  names: {
    attention: { prefix: 'attention.', projections: ['q_proj', 'k_proj', 'v_proj', 'o_proj'] },
    feedForward: ['feed_forward.up_proj', 'feed_forward.down_proj', 'feed_forward.gate_proj'],
    norms: ['attention_norm', 'ffn_norm'],
  },
  queryKeyValueBias: false,
  outputBias: false,
  feedForwardBias: false,
  mlp: { kind: 'gated' },
};

/** Pixels a side of the image that stands for images of any size: 256 tokens of text after merging. */
const ANY_IMAGE = 448;

/** Wang et al. 2024: patches of two frames, rotary positions. */
const qwen2Vision: VisionVariant = {
  ...clipVision,
  defaults: { hiddenSize: 1280, layers: 32, heads: 16, intermediateSize: 5120 },
  keys: { hiddenSize: ['embed_dim'], layers: ['depth'], heads: ['num_heads'] },
  patch: { anyImage: ANY_IMAGE, patchSize: 14, channelKeys: ['in_channels', 'in_chans'] },
  patchName: 'patch_embed.proj',
  frames: { key: 'temporal_patch_size', byDefault: 2 },
  classTokens: [],
  positions: { name: '', when: false },
  outerNorms: [],
  names: {
    attention: { prefix: 'attn.', projections: ['q', 'k', 'v', 'proj'] },
    feedForward: ['mlp.fc1', 'mlp.fc2'],
    norms: ['norm1', 'norm2'],
  },
  fused: 'qkv',
  mlp: { kind: 'ratio', byDefault: 4 },
};

/** Bai et al. 2025: windows in all layers but four, RMSNorm and a gated MLP. */
const qwen25Vision: VisionVariant = {
  ...qwen2Vision,
  defaults: { hiddenSize: 3584, layers: 32, heads: 16, intermediateSize: 3420 },
  keys: { layers: ['depth'], heads: ['num_heads'] },
  norm: 'rms',
  names: {
    ...qwen2Vision.names,
    feedForward: ['mlp.up_proj', 'mlp.down_proj', 'mlp.gate_proj'],
  },
  mlp: { kind: 'gated' },
  windows: { listKey: 'fullatt_block_indexes', list: [7, 15, 23, 31], pixels: 112 },
};

/** Touvron et al. 2021: a second learned token, for distillation. */
const deit: VisionVariant = {
  ...vit,
  classTokens: ['embeddings.cls_token', 'embeddings.distillation_token'],
};

/** Bao et al. 2022: keys without bias, scaled blocks, relative positions where keys say so. */
const beit: VisionVariant = {
  ...vit,
  maskToken: { key: 'use_mask_token', byDefault: false },
  positions: {
    name: 'embeddings.position_embeddings',
    when: { key: 'use_absolute_position_embeddings', byDefault: false },
  },
  relativePositions: { eachLayer: 'use_relative_position_bias', shared: 'use_shared_relative_position_bias' },
  // Before the pooling or after it: one norm either way.
  outerNorms: ['pooler.layernorm'],
  queryKeyValueBias: true,
  keyBias: false,
  layerScale: {
    names: ['lambda_1', 'lambda_2'],
    when: (reader) =>
      reader.probability(
        {
          property: 'layerScale',
          keys: ['layer_scale_init_value'],
          meaning: l10n.t('first scale of the blocks'),
        },
        {
          value: 0.1,
          rule: l10n.t('layer_scale_init_value is not set: 0.1, the default of this model type.'),
        },
      ) > 0,
  },
};

/** Meta 2025: rotary and learned positions, norms before and after the layers. */
const llama4Vision: VisionVariant = {
  ...clipVision,
  defaults: { hiddenSize: 768, layers: 34, heads: 16, intermediateSize: 5632 },
  patch: { imageSize: 448, patchSize: 14 },
  patchName: 'patch_embedding.linear',
  classTokens: ['class_embedding'],
  positions: { name: 'positional_embedding_vlm', when: true },
  outerNorms: ['layernorm_pre', 'layernorm_post'],
  names: {
    attention: { prefix: 'self_attn.', projections: ['q_proj', 'k_proj', 'v_proj', 'o_proj'] },
    feedForward: ['mlp.fc1', 'mlp.fc2'],
    norms: ['input_layernorm', 'post_attention_layernorm'],
  },
};

/** Laurençon et al. 2024; SmolVLM has the same tower. */
const idefics3Vision: VisionVariant = {
  ...siglipVision,
  defaults: { hiddenSize: 1152, layers: 12, heads: 16, intermediateSize: 3072 },
  patch: { imageSize: 224, patchSize: 32, crops: true },
};

/** Towers by the `model_type` of their own config. */
export const visionVariants: ReadonlyMap<string, VisionVariant> = new Map<string, VisionVariant>([
  ['vit', vit],
  ['deit', deit],
  ['beit', beit],
  ['dinov2', dinov2],
  [
    'dinov2_with_registers',
    {
      ...dinov2,
      patch: { imageSize: 224, patchSize: 16 },
      registers: { key: 'num_register_tokens', byDefault: 4 },
    },
  ],
  ['clip_vision_model', clipVision],
  ['siglip_vision_model', siglipVision],
  ['idefics3_vision', idefics3Vision],
  ['idefics3', idefics3Vision],
  ['smolvlm_vision', idefics3Vision],
  ['pixtral', pixtral],
  ['llama4_vision_model', llama4Vision],
  ['qwen2_vl', qwen2Vision],
  ['qwen2_vl_vision', qwen2Vision],
  ['qwen2_5_vl', qwen25Vision],
  ['qwen2_5_vl_vision', qwen25Vision],
]);
