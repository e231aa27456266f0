/** A model whose number of parameters is known, with the figures of its published config. */
export interface KnownModel {
  readonly name: string;
  readonly parameters: number;
  readonly config: Readonly<Record<string, unknown>>;
}

const base = {
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  max_position_embeddings: 512,
};

const distil = {
  model_type: 'distilbert',
  dim: 768,
  n_layers: 6,
  n_heads: 12,
  hidden_dim: 3072,
  vocab_size: 30522,
  max_position_embeddings: 512,
};

/** Figures of one side, for both sides. */
function sides(layers: number, heads: number, inner: number): Record<string, number> {
  return {
    encoder_layers: layers,
    decoder_layers: layers,
    encoder_attention_heads: heads,
    decoder_attention_heads: heads,
    encoder_ffn_dim: inner,
    decoder_ffn_dim: inner,
  };
}

const large = { d_model: 1024, ...sides(12, 16, 4096), max_position_embeddings: 1024 };

const t5 = {
  d_model: 768,
  d_kv: 64,
  d_ff: 2048,
  num_layers: 12,
  num_decoder_layers: 12,
  num_heads: 12,
  vocab_size: 32128,
  feed_forward_proj: 'gated-gelu',
  tie_word_embeddings: false,
};

const deberta = {
  ...base,
  relative_attention: true,
  position_biased_input: false,
  type_vocab_size: 0,
  max_relative_positions: -1,
};

/** Decoders of GPT's line. */
export const decoders: readonly KnownModel[] = [
  {
    name: 'starcoder',
    parameters: 15_517_456_384,
    config: {
      model_type: 'gpt_bigcode',
      n_embd: 6144,
      n_head: 48,
      n_layer: 40,
      n_inner: 24576,
      n_positions: 8192,
      vocab_size: 49152,
    },
  },
  {
    name: 'gpt-neo-125m',
    parameters: 125_198_592,
    config: {
      model_type: 'gpt_neo',
      hidden_size: 768,
      num_layers: 12,
      num_heads: 12,
      vocab_size: 50257,
      max_position_embeddings: 2048,
      attention_types: [[['global', 'local'], 6]],
      window_size: 256,
    },
  },
  {
    name: 'codegen-350M-mono',
    parameters: 356_712_448,
    config: {
      model_type: 'codegen',
      n_embd: 1024,
      n_head: 16,
      n_layer: 20,
      n_positions: 2048,
      vocab_size: 51200,
    },
  },
  {
    name: 'opt-350m',
    parameters: 331_196_416,
    config: {
      model_type: 'opt',
      hidden_size: 1024,
      ffn_dim: 4096,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      vocab_size: 50272,
      max_position_embeddings: 2048,
      word_embed_proj_dim: 512,
      do_layer_norm_before: false,
    },
  },
  {
    name: 'falcon-40b',
    parameters: 41_303_293_952,
    config: {
      model_type: 'RefinedWeb',
      hidden_size: 8192,
      n_head: 128,
      n_head_kv: 8,
      n_layer: 60,
      vocab_size: 65024,
      parallel_attn: true,
    },
  },
  {
    name: 'falcon-rw-1b',
    parameters: 1_311_625_216,
    config: {
      model_type: 'falcon',
      hidden_size: 2048,
      num_attention_heads: 32,
      num_hidden_layers: 24,
      vocab_size: 50304,
      alibi: true,
      bias: true,
      multi_query: false,
      parallel_attn: false,
    },
  },
  {
    name: 'phi-1_5',
    parameters: 1_418_270_720,
    config: {
      model_type: 'phi',
      hidden_size: 2048,
      num_hidden_layers: 24,
      num_attention_heads: 32,
      intermediate_size: 8192,
      vocab_size: 51200,
      max_position_embeddings: 2048,
    },
  },
  {
    name: 'mpt-7b',
    parameters: 6_649_286_656,
    config: {
      model_type: 'mpt',
      d_model: 4096,
      n_heads: 32,
      n_layers: 32,
      vocab_size: 50432,
      max_seq_len: 2048,
      attn_config: { alibi: true, attn_type: 'multihead_attention' },
    },
  },
];

/** Encoders of BERT's line. */
export const encoders: readonly KnownModel[] = [
  {
    name: 'xlm-roberta-base',
    parameters: 278_043_648,
    config: {
      ...base,
      model_type: 'xlm-roberta',
      vocab_size: 250002,
      max_position_embeddings: 514,
      type_vocab_size: 1,
    },
  },
  {
    name: 'all-mpnet-base-v2',
    parameters: 109_486_464,
    config: { ...base, model_type: 'mpnet', vocab_size: 30527, max_position_embeddings: 514 },
  },
  { name: 'distilbert-base-uncased', parameters: 66_362_880, config: distil },
  {
    name: 'distilbert-base-uncased with its masked-language-model head',
    parameters: 66_985_530,
    config: { ...distil, architectures: ['DistilBertForMaskedLM'] },
  },
  {
    name: 'distilbert-base-uncased-finetuned-sst-2-english',
    parameters: 66_955_010,
    config: {
      ...distil,
      architectures: ['DistilBertForSequenceClassification'],
      id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' },
    },
  },
  {
    name: 'albert-base-v2',
    parameters: 11_683_584,
    config: { ...base, model_type: 'albert', embedding_size: 128, vocab_size: 30000 },
  },
  {
    name: 'electra-small-discriminator',
    parameters: 13_549_057,
    config: {
      ...base,
      model_type: 'electra',
      architectures: ['ElectraForPreTraining'],
      embedding_size: 128,
      hidden_size: 256,
      num_attention_heads: 4,
      intermediate_size: 1024,
      vocab_size: 30522,
    },
  },
  {
    name: 'deberta-base',
    parameters: 138_601_728,
    config: { ...deberta, model_type: 'deberta', vocab_size: 50265, pos_att_type: 'c2p|p2c' },
  },
  {
    name: 'deberta-v3-base',
    parameters: 183_831_552,
    config: {
      ...deberta,
      model_type: 'deberta-v2',
      vocab_size: 128100,
      pos_att_type: 'p2c|c2p',
      position_buckets: 256,
      norm_rel_ebd: 'layer_norm',
      share_att_key: true,
    },
  },
  {
    name: 'nomic-embed-text-v1',
    parameters: 136_731_648,
    config: {
      model_type: 'nomic_bert',
      n_embd: 768,
      n_layer: 12,
      n_head: 12,
      n_inner: 3072,
      n_positions: 8192,
      vocab_size: 30528,
      type_vocab_size: 2,
      activation_function: 'swiglu',
    },
  },
  {
    name: 'ModernBERT-base',
    parameters: 149_655_232,
    config: {
      model_type: 'modernbert',
      architectures: ['ModernBertForMaskedLM'],
      hidden_size: 768,
      num_hidden_layers: 22,
      num_attention_heads: 12,
      intermediate_size: 1152,
      vocab_size: 50368,
      max_position_embeddings: 8192,
      global_attn_every_n_layers: 3,
      local_attention: 128,
    },
  },
];

/** Encoder-decoders. */
export const encoderDecoders: readonly KnownModel[] = [
  {
    name: 'mt5-small',
    parameters: 300_176_768,
    config: {
      ...t5,
      model_type: 'mt5',
      d_model: 512,
      d_ff: 1024,
      num_layers: 8,
      num_decoder_layers: 8,
      num_heads: 6,
      vocab_size: 250112,
    },
  },
  {
    name: 'umt5-small',
    parameters: 306_601_984,
    config: {
      ...t5,
      model_type: 'umt5',
      d_model: 512,
      d_ff: 1024,
      num_layers: 8,
      num_decoder_layers: 8,
      num_heads: 6,
      vocab_size: 256384,
    },
  },
  { name: 'flan-t5-base', parameters: 247_577_856, config: { ...t5, model_type: 't5' } },
  {
    name: 'long-t5-tglobal-base',
    parameters: 247_587_456,
    config: { ...t5, model_type: 'longt5', encoder_attention_type: 'transient-global' },
  },
  {
    name: 'bart-large-mnli',
    parameters: 407_344_131,
    config: {
      ...large,
      model_type: 'bart',
      architectures: ['BartForSequenceClassification'],
      id2label: { 0: 'contradiction', 1: 'neutral', 2: 'entailment' },
      vocab_size: 50265,
    },
  },
  {
    name: 'mbart-large-50',
    parameters: 610_879_488,
    config: { ...large, model_type: 'mbart', vocab_size: 250054 },
  },
  {
    name: 'pegasus-large',
    parameters: 570_797_056,
    config: { ...large, ...sides(16, 16, 4096), model_type: 'pegasus', vocab_size: 96103 },
  },
  {
    name: 'bigbird-pegasus-large-arxiv',
    parameters: 576_891_904,
    config: {
      ...large,
      ...sides(16, 16, 4096),
      model_type: 'bigbird_pegasus',
      vocab_size: 96103,
      max_position_embeddings: 4096,
      use_bias: false,
    },
  },
  {
    name: 'opus-mt-en-de',
    parameters: 74_410_496,
    config: {
      model_type: 'marian',
      d_model: 512,
      ...sides(6, 8, 2048),
      vocab_size: 58101,
      max_position_embeddings: 512,
    },
  },
  {
    name: 'nllb-200-distilled-600M',
    parameters: 615_073_792,
    config: { ...large, model_type: 'm2m_100', vocab_size: 256206 },
  },
  {
    name: 'blenderbot-400M-distill',
    parameters: 364_802_560,
    config: {
      model_type: 'blenderbot',
      d_model: 1280,
      ...sides(12, 32, 5120),
      encoder_layers: 2,
      vocab_size: 8008,
      max_position_embeddings: 128,
    },
  },
  {
    name: 'led-base-16384',
    parameters: 161_844_480,
    config: {
      model_type: 'led',
      d_model: 768,
      ...sides(6, 12, 3072),
      vocab_size: 50265,
      attention_window: [1024, 1024, 1024, 1024, 1024, 1024],
      max_encoder_position_embeddings: 16384,
      max_decoder_position_embeddings: 1024,
    },
  },
  {
    name: 'whisper-large-v3',
    parameters: 1_543_490_560,
    config: {
      model_type: 'whisper',
      d_model: 1280,
      ...sides(32, 20, 5120),
      vocab_size: 51866,
      num_mel_bins: 128,
    },
  },
];

/** Small sparse encoders, of which no count is published; worked out in their test. */
export const sparse: readonly KnownModel['config'][] = [
  { ...base, model_type: 'longformer', vocab_size: 1000, attention_window: 64 },
  { ...base, model_type: 'big_bird', vocab_size: 1000, block_size: 16, num_random_blocks: 2 },
  { ...base, model_type: 'nystromformer', vocab_size: 1000, num_landmarks: 32 },
  {
    model_type: 'reformer',
    hidden_size: 256,
    num_attention_heads: 2,
    attention_head_size: 64,
    attn_layers: ['local', 'lsh', 'local', 'lsh'],
    feed_forward_size: 512,
    vocab_size: 320,
    max_position_embeddings: 4096,
    is_decoder: true,
    num_hashes: 2,
  },
];
