import { model, type BuiltinModel } from './builtinModel';

const qwen25 = {
  model_type: 'qwen2',
  torch_dtype: 'bfloat16',
  vocab_size: 151936,
  max_position_embeddings: 32768,
  use_sliding_window: false,
  tie_word_embeddings: true,
};
/** From 7B on the vocabulary is padded further and the head is a matrix of its own. */
const largeQwen25 = { ...qwen25, vocab_size: 152064, tie_word_embeddings: false };
const longQwen25 = { ...largeQwen25, max_position_embeddings: 131072 };

const qwen3 = {
  model_type: 'qwen3',
  torch_dtype: 'bfloat16',
  head_dim: 128,
  vocab_size: 151936,
  max_position_embeddings: 40960,
  use_sliding_window: false,
  tie_word_embeddings: false,
};
const tiedQwen3 = { ...qwen3, tie_word_embeddings: true };
const qwen3Moe = { ...qwen3, model_type: 'qwen3_moe', num_experts: 128, num_experts_per_tok: 8 };
const qwen3Moe30 = { ...qwen3Moe, moe_intermediate_size: 768, decoder_sparse_step: 1, mlp_only_layers: [] };
const qwen3Moe235 = { ...qwen3Moe, moe_intermediate_size: 1536, decoder_sparse_step: 1, mlp_only_layers: [] };
/** The releases of July 2025. */
const long = { max_position_embeddings: 262144 };

/** Qwen2.5 and Qwen3, dense and mixtures of experts. */
export const qwenModels: readonly BuiltinModel[] = [
  model('Qwen/Qwen2.5-0.5B', [896, 24, 14, 2, 4864], qwen25),
  model('Qwen/Qwen2.5-1.5B', [1536, 28, 12, 2, 8960], qwen25),
  model('Qwen/Qwen2.5-3B', [2048, 36, 16, 2, 11008], qwen25),
  model('Qwen/Qwen2.5-7B', [3584, 28, 28, 4, 18944], longQwen25),
  model('Qwen/Qwen2.5-7B-Instruct', [3584, 28, 28, 4, 18944], largeQwen25),
  model('Qwen/Qwen2.5-14B', [5120, 48, 40, 8, 13824], longQwen25),
  model('Qwen/Qwen2.5-14B-Instruct', [5120, 48, 40, 8, 13824], largeQwen25),
  model('Qwen/Qwen2.5-32B', [5120, 64, 40, 8, 27648], longQwen25),
  model('Qwen/Qwen2.5-32B-Instruct', [5120, 64, 40, 8, 27648], largeQwen25),
  model('Qwen/Qwen2.5-72B', [8192, 80, 64, 8, 29568], longQwen25),
  model('Qwen/Qwen2.5-72B-Instruct', [8192, 80, 64, 8, 29568], largeQwen25),
  model('Qwen/Qwen3-0.6B', [1024, 28, 16, 8, 3072], tiedQwen3),
  model('Qwen/Qwen3-1.7B', [2048, 28, 16, 8, 6144], tiedQwen3),
  model('Qwen/Qwen3-4B', [2560, 36, 32, 8, 9728], tiedQwen3),
  model('Qwen/Qwen3-4B-Instruct-2507', [2560, 36, 32, 8, 9728], { ...tiedQwen3, ...long }),
  model('Qwen/Qwen3-8B', [4096, 36, 32, 8, 12288], qwen3),
  model('Qwen/Qwen3-14B', [5120, 40, 40, 8, 17408], qwen3),
  model('Qwen/Qwen3-32B', [5120, 64, 64, 8, 25600], qwen3),
  model('Qwen/Qwen3-30B-A3B', [2048, 48, 32, 4, 6144], qwen3Moe30),
  model('Qwen/Qwen3-30B-A3B-Instruct-2507', [2048, 48, 32, 4, 6144], { ...qwen3Moe30, ...long }),
  model('Qwen/Qwen3-235B-A22B', [4096, 94, 64, 4, 12288], qwen3Moe235),
  model('Qwen/Qwen3-235B-A22B-Instruct-2507', [4096, 94, 64, 4, 12288], { ...qwen3Moe235, ...long }),
];
