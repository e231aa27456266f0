import { model, type BuiltinModel } from './builtinModel';

const mistral = {
  model_type: 'mistral',
  torch_dtype: 'bfloat16',
  tie_word_embeddings: false,
  vocab_size: 32000,
  max_position_embeddings: 32768,
  // Absent would mean the default of 4096 tokens.
  sliding_window: null,
};
const mixtral = { ...mistral, model_type: 'mixtral', num_local_experts: 8, num_experts_per_tok: 2 };
const nemo = { ...mistral, head_dim: 128, vocab_size: 131072 };

/** Mistral and Mixtral. */
export const mistralModels: readonly BuiltinModel[] = [
  model('mistralai/Mistral-7B-v0.1', [4096, 32, 32, 8, 14336], { ...mistral, sliding_window: 4096 }),
  model('mistralai/Mistral-7B-Instruct-v0.2', [4096, 32, 32, 8, 14336], mistral),
  model('mistralai/Mistral-7B-v0.3', [4096, 32, 32, 8, 14336], { ...mistral, vocab_size: 32768 }),
  model('mistralai/Mistral-Nemo-Base-2407', [5120, 40, 32, 8, 14336], {
    ...nemo,
    max_position_embeddings: 128000,
  }),
  model('mistralai/Mistral-Nemo-Instruct-2407', [5120, 40, 32, 8, 14336], {
    ...nemo,
    max_position_embeddings: 131072,
  }),
  model('mistralai/Mixtral-8x7B-v0.1', [4096, 32, 32, 8, 14336], mixtral),
  model('mistralai/Mixtral-8x22B-v0.1', [6144, 56, 48, 8, 16384], {
    ...mixtral,
    max_position_embeddings: 65536,
  }),
  model('mistralai/Mixtral-8x22B-Instruct-v0.1', [6144, 56, 48, 8, 16384], {
    ...mixtral,
    vocab_size: 32768,
    max_position_embeddings: 65536,
  }),
];
