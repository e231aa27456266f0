import { readBertEncoder } from './bertEncoder';
import { type BertRules } from './bertRules';
import type { ModelFamily } from './family';

const rules: BertRules = {
  names: {
    attention: { prefix: 'attention.', projections: ['q_lin', 'k_lin', 'v_lin', 'out_lin'] },
    feedForward: ['ffn.lin1', 'ffn.lin2'],
    norms: ['sa_layer_norm', 'output_layer_norm'],
  },
  heads: {
    pooler: false,
    sequence: 'dense',
    denseName: 'pre_classifier',
    maskedNames: ['vocab_transform', 'vocab_layer_norm', 'vocab_projector'],
  },
  reserved: 'none',
  tokenTypes: 'none',
  dropout: 0.1,
  keys: {
    hidden: ['dim', 'hidden_size'],
    layers: ['n_layers', 'num_hidden_layers'],
    heads: ['n_heads', 'num_attention_heads'],
    intermediate: ['hidden_dim'],
    dropout: { attention: 'attention_dropout', hidden: 'dropout' },
  },
};

/** DistilBERT (Sanh et al. 2019): BERT without token types and pooler, under keys of its own. */
export const distilbertFamily: ModelFamily = {
  id: 'distilbert',
  modelTypes: ['distilbert'],
  requiredKeys: ['dim', 'n_layers', 'n_heads', 'hidden_dim', 'vocab_size', 'max_position_embeddings'],
  read(reader) {
    return readBertEncoder(reader, rules);
  },
};
