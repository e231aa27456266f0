import { decoderFamily, type DecoderFamily } from './decoder';
import { unbiased, type DecoderVariant } from './decoderVariant';

const variants = new Map<string, DecoderVariant>([
  [
    'chatglm',
    {
      ...unbiased,
      keys: {
        layers: ['num_layers', 'num_hidden_layers'],
        kvHeads: ['multi_query_group_num'],
        headDim: ['kv_channels'],
        vocabSize: ['padded_vocab_size', 'vocab_size'],
        maxSequenceLength: ['seq_length', 'max_position_embeddings'],
        intermediateSize: ['ffn_hidden_size'],
      },
      headDim: 128,
      projectionBias: { key: 'add_qkv_bias', byDefault: false },
      outputBias: { key: 'add_bias_linear', byDefault: true },
      feedForwardBias: { key: 'add_bias_linear', byDefault: true },
      hiddenDropoutKey: 'hidden_dropout',
      names: {
        attention: {
          prefix: 'self_attention.',
          names: ['q', 'k', 'v', 'dense'],
          fused: 'query_key_value',
        },
        feedForward: {
          prefix: 'mlp.',
          names: ['dense_h_to_4h', 'dense_4h_to_h'],
          fused: 'dense_h_to_4h',
        },
        embedding: 'embedding.word_embeddings.weight',
        finalNorm: 'encoder.final_layernorm',
        head: 'output_layer',
      },
    },
  ],
]);

/** ChatGLM2, ChatGLM3 and GLM-4-9B (GLM Team 2024), whose keys are those of Megatron. */
export const chatglmFamily: DecoderFamily = decoderFamily('chatglm', variants);
