import { model, type BuiltinModel } from './builtinModel';

const llama = { model_type: 'llama', torch_dtype: 'bfloat16', tie_word_embeddings: false };
const llama2 = { ...llama, torch_dtype: 'float16', vocab_size: 32000, max_position_embeddings: 4096 };
const llama3 = { ...llama, vocab_size: 128256, max_position_embeddings: 8192 };
const llama31 = { ...llama3, max_position_embeddings: 131072 };
const smol = { ...llama, vocab_size: 49152, max_position_embeddings: 2048, tie_word_embeddings: true };
const smol2 = { ...smol, max_position_embeddings: 8192 };

/** Models of `model_type` llama, and SmolLM3, which differs by layers without rotary positions. */
export const llamaModels: readonly BuiltinModel[] = [
  model('meta-llama/Llama-2-7b-hf', [4096, 32, 32, 32, 11008], llama2),
  model('meta-llama/Llama-2-13b-hf', [5120, 40, 40, 40, 13824], llama2),
  model('meta-llama/Llama-2-70b-hf', [8192, 80, 64, 8, 28672], llama2),
  model('meta-llama/Meta-Llama-3-8B', [4096, 32, 32, 8, 14336], llama3),
  model('meta-llama/Meta-Llama-3-70B', [8192, 80, 64, 8, 28672], llama3),
  model('meta-llama/Llama-3.1-8B', [4096, 32, 32, 8, 14336], llama31),
  model('meta-llama/Llama-3.1-70B', [8192, 80, 64, 8, 28672], llama31),
  model('meta-llama/Llama-3.1-405B', [16384, 126, 128, 8, 53248], llama31),
  model('meta-llama/Llama-3.2-1B', [2048, 16, 32, 8, 8192], {
    ...llama31,
    head_dim: 64,
    tie_word_embeddings: true,
  }),
  model('meta-llama/Llama-3.2-3B', [3072, 28, 24, 8, 8192], {
    ...llama31,
    head_dim: 128,
    tie_word_embeddings: true,
  }),
  model('meta-llama/Llama-3.3-70B-Instruct', [8192, 80, 64, 8, 28672], llama31),
  model('TinyLlama/TinyLlama-1.1B-Chat-v1.0', [2048, 22, 32, 4, 5632], {
    ...llama,
    vocab_size: 32000,
    max_position_embeddings: 2048,
  }),
  model('HuggingFaceTB/SmolLM-135M', [576, 30, 9, 3, 1536], smol),
  model('HuggingFaceTB/SmolLM-360M', [960, 32, 15, 5, 2560], smol),
  model('HuggingFaceTB/SmolLM-1.7B', [2048, 24, 32, 32, 8192], smol),
  model('HuggingFaceTB/SmolLM2-135M', [576, 30, 9, 3, 1536], smol2),
  model('HuggingFaceTB/SmolLM2-360M', [960, 32, 15, 5, 2560], smol2),
  model('HuggingFaceTB/SmolLM2-1.7B', [2048, 24, 32, 32, 8192], smol2),
  model('HuggingFaceTB/SmolLM3-3B', [2048, 36, 16, 4, 11008], {
    ...llama,
    model_type: 'smollm3',
    vocab_size: 128256,
    max_position_embeddings: 65536,
    tie_word_embeddings: true,
  }),
];
