import { model, type BuiltinModel } from './builtinModel';

/** [n_embd, n_layer, n_head] */
function gpt2(id: string, [n_embd, n_layer, n_head]: readonly [number, number, number]): BuiltinModel {
  const rest = { model_type: 'gpt2', vocab_size: 50257, n_positions: 1024, tie_word_embeddings: true };
  return { id, config: { n_embd, n_layer, n_head, ...rest } };
}

/** [hidden_size, num_hidden_layers, num_attention_heads, vocab_size] */
function pythia(
  size: string,
  [hidden, layers, heads, vocabulary]: readonly [number, number, number, number],
): BuiltinModel {
  return {
    id: `EleutherAI/pythia-${size}`,
    config: {
      model_type: 'gpt_neox',
      torch_dtype: 'float16',
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: 4 * hidden,
      vocab_size: vocabulary,
      max_position_embeddings: 2048,
      use_parallel_residual: true,
      tie_word_embeddings: false,
    },
  };
}

/** [hidden_size, num_hidden_layers, num_attention_heads, intermediate_size] */
function encoder(
  id: string,
  [hidden, layers, heads, intermediate]: readonly [number, number, number, number],
  rest: Readonly<Record<string, unknown>>,
): BuiltinModel {
  return {
    id,
    config: {
      torch_dtype: 'float32',
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: intermediate,
      ...rest,
    },
  };
}

const bert = { model_type: 'bert', max_position_embeddings: 512, type_vocab_size: 2 };
const uncased = { ...bert, vocab_size: 30522 };
const cased = { ...bert, vocab_size: 28996 };
const roberta = {
  model_type: 'roberta',
  vocab_size: 50265,
  max_position_embeddings: 514,
  type_vocab_size: 1,
  pad_token_id: 1,
};
const starcoder2 = {
  model_type: 'starcoder2',
  torch_dtype: 'bfloat16',
  vocab_size: 49152,
  max_position_embeddings: 16384,
  sliding_window: 4096,
  use_bias: true,
  tie_word_embeddings: true,
};

/** Models before the shape that Llama made common: GPT-2, Pythia, Falcon, StarCoder2, and encoders. */
export const olderModels: readonly BuiltinModel[] = [
  gpt2('openai-community/gpt2', [768, 12, 12]),
  gpt2('openai-community/gpt2-medium', [1024, 24, 16]),
  gpt2('openai-community/gpt2-large', [1280, 36, 20]),
  gpt2('openai-community/gpt2-xl', [1600, 48, 25]),
  pythia('70m', [512, 6, 8, 50304]),
  pythia('160m', [768, 12, 12, 50304]),
  pythia('410m', [1024, 24, 16, 50304]),
  pythia('1b', [2048, 16, 8, 50304]),
  pythia('1.4b', [2048, 24, 16, 50304]),
  pythia('2.8b', [2560, 32, 32, 50304]),
  pythia('6.9b', [4096, 32, 32, 50432]),
  pythia('12b', [5120, 36, 40, 50688]),
  {
    id: 'tiiuae/falcon-7b',
    config: {
      model_type: 'falcon',
      torch_dtype: 'bfloat16',
      hidden_size: 4544,
      num_hidden_layers: 32,
      num_attention_heads: 71,
      vocab_size: 65024,
      // No key of the published config; the length that it was trained at.
      max_position_embeddings: 2048,
      multi_query: true,
      parallel_attn: true,
      new_decoder_architecture: false,
      bias: false,
      alibi: false,
      tie_word_embeddings: true,
    },
  },
  model('bigcode/starcoder2-3b', [3072, 30, 24, 2, 12288], starcoder2),
  model('bigcode/starcoder2-7b', [4608, 32, 36, 4, 18432], starcoder2),
  encoder('google-bert/bert-base-uncased', [768, 12, 12, 3072], uncased),
  encoder('google-bert/bert-base-cased', [768, 12, 12, 3072], cased),
  encoder('google-bert/bert-large-uncased', [1024, 24, 16, 4096], uncased),
  encoder('google-bert/bert-large-cased', [1024, 24, 16, 4096], cased),
  encoder('FacebookAI/roberta-base', [768, 12, 12, 3072], roberta),
  encoder('FacebookAI/roberta-large', [1024, 24, 16, 4096], roberta),
  encoder('sentence-transformers/all-MiniLM-L6-v2', [384, 6, 12, 1536], uncased),
];
