import { everyNthFull, model, type BuiltinModel } from './builtinModel';

const phi3 = { model_type: 'phi3', torch_dtype: 'bfloat16', vocab_size: 32064, tie_word_embeddings: false };
const phi3Mini = [3072, 32, 32, 32, 8192] as const;
const olmo2 = {
  model_type: 'olmo2',
  torch_dtype: 'float32',
  vocab_size: 100352,
  max_position_embeddings: 4096,
  tie_word_embeddings: false,
};
const gptOss = {
  model_type: 'gpt_oss',
  torch_dtype: 'bfloat16',
  head_dim: 64,
  attention_bias: true,
  vocab_size: 201088,
  max_position_embeddings: 131072,
  sliding_window: 128,
  num_experts_per_tok: 4,
  tie_word_embeddings: false,
  quantization_config: {
    quant_method: 'mxfp4',
    modules_to_not_convert: [
      'model.layers.*.self_attn',
      'model.layers.*.mlp.router',
      'model.embed_tokens',
      'lm_head',
    ],
  },
};
const deepseekV3 = {
  model_type: 'deepseek_v3',
  torch_dtype: 'bfloat16',
  vocab_size: 129280,
  max_position_embeddings: 163840,
  q_lora_rank: 1536,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  moe_intermediate_size: 2048,
  n_routed_experts: 256,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  first_k_dense_replace: 3,
  moe_layer_freq: 1,
  n_group: 8,
  topk_group: 4,
  topk_method: 'noaux_tc',
  scoring_func: 'sigmoid',
  num_nextn_predict_layers: 1,
  attention_bias: false,
  tie_word_embeddings: false,
  quantization_config: { quant_method: 'fp8', fmt: 'e4m3', weight_block_size: [128, 128] },
};

/** Phi, OLMo 2, gpt-oss and DeepSeek. */
export const otherModels: readonly BuiltinModel[] = [
  model('microsoft/phi-2', [2560, 32, 32, 32, 10240], {
    model_type: 'phi',
    torch_dtype: 'float16',
    vocab_size: 51200,
    max_position_embeddings: 2048,
    qk_layernorm: false,
    tie_word_embeddings: false,
  }),
  model('microsoft/Phi-3-mini-4k-instruct', phi3Mini, {
    ...phi3,
    max_position_embeddings: 4096,
    sliding_window: 2047,
  }),
  model('microsoft/Phi-3-mini-128k-instruct', phi3Mini, {
    ...phi3,
    max_position_embeddings: 131072,
    sliding_window: 262144,
  }),
  model('microsoft/Phi-3.5-mini-instruct', phi3Mini, {
    ...phi3,
    max_position_embeddings: 131072,
    sliding_window: 262144,
  }),
  model('microsoft/phi-4', [5120, 40, 40, 10, 17920], {
    ...phi3,
    vocab_size: 100352,
    max_position_embeddings: 16384,
    sliding_window: null,
  }),
  model('allenai/OLMo-2-1124-7B', [4096, 32, 32, 32, 11008], olmo2),
  model('allenai/OLMo-2-1124-13B', [5120, 40, 40, 40, 13824], olmo2),
  model('openai/gpt-oss-20b', [2880, 24, 64, 8, 2880], {
    ...gptOss,
    num_local_experts: 32,
    layer_types: everyNthFull(24, 2),
  }),
  model('openai/gpt-oss-120b', [2880, 36, 64, 8, 2880], {
    ...gptOss,
    num_local_experts: 128,
    layer_types: everyNthFull(36, 2),
  }),
  model('deepseek-ai/DeepSeek-V3', [7168, 61, 128, 128, 18432], deepseekV3),
  model('deepseek-ai/DeepSeek-R1', [7168, 61, 128, 128, 18432], deepseekV3),
];
