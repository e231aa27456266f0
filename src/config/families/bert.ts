import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readBertHead } from './bertHead';
import type { FamilyReading, ModelFamily } from './family';
import { dividedHeadDim } from './headShape';
import { biasedAttention, noteCrossAttention, readDropout } from './originalLayers';

const requests = {
  hiddenSize: {
    property: 'hiddenSize',
    keys: ['hidden_size'],
    meaning: 'width of the model',
    limit: limits.size,
    example: 768,
  },
  layers: {
    property: 'layers',
    keys: ['num_hidden_layers'],
    meaning: 'number of layers',
    limit: limits.layers,
    example: 12,
  },
  heads: {
    property: 'heads',
    keys: ['num_attention_heads'],
    meaning: 'number of heads',
    limit: limits.heads,
    example: 12,
  },
  intermediateSize: {
    property: 'intermediateSize',
    keys: ['intermediate_size'],
    meaning: 'width of the MLP',
    limit: limits.size,
    example: 3072,
  },
  vocabSize: {
    property: 'vocabSize',
    keys: ['vocab_size'],
    meaning: 'size of the vocabulary',
    limit: limits.size,
    example: 30522,
  },
  positions: {
    property: 'maxSequenceLength',
    keys: ['max_position_embeddings'],
    meaning: 'longest sequence in tokens',
    limit: limits.tokens,
    example: 512,
  },
  tokenTypes: {
    property: 'tokenTypes',
    keys: ['type_vocab_size'],
    meaning: 'number of token types',
    limit: limits.size,
    example: 2,
  },
} as const;

/** BERT and RoBERTa: learned positions, token types, LayerNorm after each block, biases, a plain MLP. */
export const bertFamily: ModelFamily = {
  id: 'bert',
  modelTypes: ['bert', 'roberta'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
    'max_position_embeddings',
  ],
  read: readBert,
};

function readBert(reader: FieldReader, modelType: string): FamilyReading {
  const hiddenSize = reader.integer(requests.hiddenSize);
  const layers = reader.integer(requests.layers);
  const heads = reader.integer(requests.heads);
  const positions = reader.integer(requests.positions);
  const keys = { hidden: 'hidden_size', heads: 'num_attention_heads', mayNameHeadDim: false };
  const headDim = dividedHeadDim(reader, hiddenSize, heads, keys);
  reader.assume('headDim', { value: headDim, rule: 'BERT: hidden_size / num_attention_heads.' });
  reader.assume('kvHeads', { value: heads, rule: 'BERT has as many key/value heads as heads.' });
  const causal = reader.boolean(
    { property: 'causal', keys: ['is_decoder'], meaning: 'use as a decoder' },
    { value: false, rule: 'is_decoder is absent: false, so attention is bidirectional.' },
  );
  noteWhatIsLeftOut(reader);
  const attention = biasedAttention(heads, headDim, causal);
  return {
    hiddenSize,
    vocabSize: reader.integer(requests.vocabSize),
    maxSequenceLength: modelType === 'roberta' ? withoutPadding(reader, positions) : positions,
    layerKinds: [{ name: 'full_attention', layers, attention }],
    feedForward: { kind: 'plain', intermediateSize: reader.integer(requests.intermediateSize), bias: true },
    norms: { kind: 'layer', perLayer: 2, outside: 1 },
    embeddings: { positions, tokenTypes: readTokenTypes(reader) },
    head: readBertHead(reader),
    dropout: {
      attention: readDropout(reader, 'attentionDropout', 'attention_probs_dropout_prob'),
      hidden: readDropout(reader, 'hiddenDropout', 'hidden_dropout_prob'),
    },
  };
}

/** RoBERTa counts positions from pad_token_id + 1, so that many rows of its table hold no token. */
function withoutPadding(reader: FieldReader, positions: number): number {
  const padding = reader.raw('pad_token_id')?.value ?? 1;
  const offset = typeof padding === 'number' && Number.isInteger(padding) && padding >= 0 ? padding + 1 : 2;
  if (positions <= offset) {
    return reader.fail(
      'max_position_embeddings',
      `"max_position_embeddings" is ${String(positions)}, but RoBERTa reserves ${String(offset)} rows for padding.`,
      `Give more than ${String(offset)}, such as 514.`,
    );
  }
  const usable = positions - offset;
  reader.assumptions.push(
    `RoBERTa reserves ${String(offset)} of its ${String(positions)} positions for padding: ${String(usable)} tokens are usable.`,
  );
  return usable;
}

function noteWhatIsLeftOut(reader: FieldReader): void {
  noteCrossAttention(reader);
  const positionKind = reader.raw('position_embedding_type')?.value ?? 'absolute';
  if (positionKind !== 'absolute') {
    reader.assumptions.push('position_embedding_type is not absolute: relative tables are not counted.');
  }
}

function readTokenTypes(reader: FieldReader): number {
  return reader.integer(requests.tokenTypes, {
    value: 2,
    rule: 'type_vocab_size is absent: 2, the default of this model type.',
  });
}
