import type { DecoderKeys } from './decoderSizes';

/** What published configs call the sizes of a decoder, the commonest first. */
export const bestEffortKeys: DecoderKeys = {
  hiddenSize: ['hidden_size', 'n_embd', 'd_model', 'dim', 'model_dim', 'n_embed', 'embed_dim', 'hidden-size'],
  layers: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers', 'decoder_layers', 'num-layers'],
  heads: [
    'num_attention_heads',
    'n_head',
    'n_heads',
    'num_heads',
    'attention_heads',
    'decoder_attention_heads',
    'num-attention-heads',
  ],
  kvHeads: [
    'num_key_value_heads',
    'n_kv_heads',
    'num_kv_heads',
    'n_head_kv',
    'num_query_groups',
    'multi_query_group_num',
    'n_query_groups',
  ],
  headDim: ['head_dim', 'kv_channels', 'head_size', 'attention_head_size'],
  vocabSize: ['vocab_size', 'padded_vocab_size', 'n_vocab', 'padded-vocab-size'],
  maxSequenceLength: [
    'max_position_embeddings',
    'n_positions',
    'max_sequence_length',
    'max_seq_len',
    'max_seq_length',
    'n_ctx',
    'seq_length',
    'encoder_seq_length',
    'context_length',
    'block_size',
    'model_max_length',
    'sequence_length',
    'max-position-embeddings',
    'seq-length',
  ],
  intermediateSize: [
    'intermediate_size',
    'n_inner',
    'ffn_hidden_size',
    'ffn_dim',
    'd_ff',
    'd_inner',
    'hidden_dim',
    'intermediate_dim',
    'decoder_ffn_dim',
    'ffn_hidden_dim',
    'mlp_hidden_size',
  ],
};

/** Mappings inside which a file may describe its language model. */
export const nestKeys = [
  'text_config',
  'llm_config',
  'language_config',
  'language_model',
  'thinker_config',
  'model',
  'model_config',
] as const;

/** Keys without which a file describes no layers. */
export const coreKeys = [...bestEffortKeys.hiddenSize, ...bestEffortKeys.layers, ...bestEffortKeys.heads];
