/** A well-known model: the sizes of its config, and the number of parameters of its published checkpoint. */
export interface KnownModel {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: number;
}

type Sizes = readonly [
  hidden: number,
  layers: number,
  heads: number,
  kvHeads: number,
  intermediate: number,
  vocabulary: number,
];

function model(
  name: string,
  parameters: number,
  modelType: string,
  [hidden, layers, heads, kvHeads, intermediate, vocabulary]: Sizes,
  more: Readonly<Record<string, unknown>> = {},
): KnownModel {
  const sizes = {
    model_type: modelType,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    intermediate_size: intermediate,
    vocab_size: vocabulary,
    max_position_embeddings: 4096,
  };
  return { name, parameters, config: { ...sizes, ...more } };
}

/** Totals of the tensors in the checkpoints that their authors publish on the Hugging Face Hub. */
export const knownModels: readonly KnownModel[] = [
  model('OLMo 1B', 1_176_764_416, 'olmo', [2048, 16, 16, 16, 8192, 50304], { tie_word_embeddings: true }),
  model('OLMoE 1B-7B', 6_919_161_856, 'olmoe', [2048, 16, 16, 16, 1024, 50304]),
  model('Qwen1.5 MoE A2.7B', 14_315_784_192, 'qwen2_moe', [2048, 24, 16, 16, 5632, 151936], {
    moe_intermediate_size: 1408,
    shared_expert_intermediate_size: 5632,
    num_experts: 60,
    num_experts_per_tok: 4,
  }),
  model('Gemma 3 1B', 999_885_952, 'gemma3_text', [1152, 26, 4, 1, 6912, 262144], { head_dim: 256 }),
  model('Command R', 34_980_831_232, 'cohere', [8192, 40, 64, 64, 22528, 256000]),
  model('Command R7B', 8_028_033_024, 'cohere2', [4096, 32, 32, 8, 14336, 256000]),
  model('Phi-3.5 MoE', 41_873_153_344, 'phimoe', [4096, 32, 32, 8, 6400, 32064], {
    attention_bias: true,
    lm_head_bias: true,
    num_local_experts: 16,
  }),
  model('SmolLM3 3B', 3_075_098_624, 'smollm3', [2048, 36, 16, 4, 11008, 128256]),
  model('MiniCPM 2B', 2_724_880_896, 'minicpm', [2304, 40, 36, 36, 5760, 122753]),
  model('EXAONE 4.0 1.2B', 1_279_391_488, 'exaone4', [2048, 30, 32, 8, 4096, 102400], {
    tie_word_embeddings: true,
    sliding_window: null,
  }),
  model('EXAONE 3.5 2.4B', 2_405_327_360, 'exaone', [2560, 30, 32, 8, 7168, 102400], {
    tie_word_embeddings: true,
  }),
  model('GLM-4 9B 0414', 9_400_279_040, 'glm4', [4096, 40, 32, 2, 13696, 151552], { attention_bias: true }),
  model('InternLM2 7B', 7_737_708_544, 'internlm2', [4096, 32, 32, 8, 14336, 92544], { bias: false }),
  model('Baichuan2 7B', 7_505_973_248, 'baichuan', [4096, 32, 32, 32, 11008, 125696]),
  model('Granite 3.0 1B-A400M', 1_334_628_352, 'granitemoe', [1024, 24, 16, 8, 512, 49155], {
    num_local_experts: 32,
    num_experts_per_tok: 8,
    tie_word_embeddings: true,
  }),
  model('Ministral 8B', 8_019_808_256, 'ministral', [4096, 36, 32, 8, 12288, 131072]),
  model('StableLM 2 1.6B', 1_644_515_328, 'stablelm', [2048, 24, 32, 32, 5632, 100352], {
    use_qkv_bias: true,
  }),
  model('ERNIE 4.5 0.3B', 360_748_032, 'ernie4_5', [1024, 18, 16, 2, 3072, 103424]),
  model('DeepSeek V2 Lite', 15_706_484_224, 'deepseek_v2', [2048, 27, 16, 16, 10944, 102400], {
    q_lora_rank: null,
    kv_lora_rank: 512,
    moe_intermediate_size: 1408,
    n_routed_experts: 64,
    n_shared_experts: 2,
    num_experts_per_tok: 6,
    first_k_dense_replace: 1,
    moe_layer_freq: 1,
  }),
  model('DeepSeek V2', 235_741_434_880, 'deepseek_v2', [5120, 60, 128, 128, 12288, 102400], {
    q_lora_rank: 1536,
    kv_lora_rank: 512,
    moe_intermediate_size: 1536,
    n_routed_experts: 160,
    n_shared_experts: 2,
    num_experts_per_tok: 6,
    first_k_dense_replace: 1,
    moe_layer_freq: 1,
  }),
  model('gpt-oss 120b', 116_829_156_672, 'gpt_oss', [2880, 36, 64, 8, 2880, 201088], {
    num_local_experts: 128,
    num_experts_per_tok: 4,
  }),
  model('StableLM 2 12B', 12_143_185_920, 'stablelm', [5120, 40, 32, 8, 13824, 100352], {
    qk_layernorm: true,
    use_parallel_residual: true,
  }),
  model('Olmo 3 7B', 7_298_011_136, 'olmo3', [4096, 32, 32, 32, 11008, 100278]),
  model('ERNIE 4.5 21B-A3B', 21_825_437_888, 'ernie4_5_moe', [2560, 28, 20, 4, 12288, 103424], {
    moe_intermediate_size: 1536,
    moe_k: 6,
    moe_num_experts: 64,
    moe_num_shared_experts: 2,
    moe_layer_start_index: 1,
  }),
  model('Kimi K2', 1_026_408_232_448, 'kimi_k2', [7168, 61, 64, 64, 18432, 163840], {
    q_lora_rank: 1536,
    moe_intermediate_size: 2048,
    n_routed_experts: 384,
    num_experts_per_tok: 8,
    first_k_dense_replace: 1,
  }),
  // 4.07 B in the model card of MiniCPM3; worked out by hand from its config.
  model('MiniCPM3 4B', 4_073_875_968, 'minicpm3', [2560, 62, 40, 40, 6400, 73448], {
    q_lora_rank: 768,
    kv_lora_rank: 256,
    qk_nope_head_dim: 64,
    qk_rope_head_dim: 32,
  }),
  model('dots.llm1', 142_774_381_696, 'dots1', [4096, 62, 32, 32, 10944, 152064], {
    head_dim: 128,
    moe_intermediate_size: 1408,
    n_routed_experts: 128,
    n_shared_experts: 2,
    num_experts_per_tok: 6,
    first_k_dense_replace: 1,
  }),
];
