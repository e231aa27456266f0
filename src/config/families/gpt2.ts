import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { dividedHeadDim } from './headShape';
import { readLanguageModelHead } from './languageModelHead';
import { biasedAttention, noteCrossAttention, readDropout } from './originalLayers';

/** GPT-2's keys; the second spelling is the one that its configuration class maps to the first. */
const requests = {
  hiddenSize: {
    property: 'hiddenSize',
    keys: ['n_embd', 'hidden_size'],
    meaning: 'width of the model',
    limit: limits.size,
    example: 768,
  },
  layers: {
    property: 'layers',
    keys: ['n_layer', 'num_hidden_layers'],
    meaning: 'number of layers',
    limit: limits.layers,
    example: 12,
  },
  heads: {
    property: 'heads',
    keys: ['n_head', 'num_attention_heads'],
    meaning: 'number of heads',
    limit: limits.heads,
    example: 12,
  },
  positions: {
    property: 'maxSequenceLength',
    keys: ['n_positions', 'n_ctx', 'max_position_embeddings'],
    meaning: 'longest sequence in tokens',
    limit: limits.tokens,
    example: 1024,
  },
  vocabSize: {
    property: 'vocabSize',
    keys: ['vocab_size'],
    meaning: 'size of the vocabulary',
    limit: limits.size,
    example: 50257,
  },
  intermediateSize: {
    property: 'intermediateSize',
    keys: ['n_inner'],
    meaning: 'width of the MLP',
    limit: limits.size,
    example: 3072,
  },
} as const;

/** GPT-2: learned positions, LayerNorm, biases everywhere, a plain MLP, tied by default. */
export const gpt2Family: ModelFamily = {
  id: 'gpt2',
  modelTypes: ['gpt2'],
  requiredKeys: ['n_embd', 'n_layer', 'n_head', 'n_positions', 'vocab_size'],
  read: readGpt2,
};

function readGpt2(reader: FieldReader): FamilyReading {
  const hiddenSize = reader.integer(requests.hiddenSize);
  const layers = reader.integer(requests.layers);
  const heads = reader.integer(requests.heads);
  const positions = reader.integer(requests.positions);
  const headDim = dividedHeadDim(reader, hiddenSize, heads, {
    hidden: writtenKey(reader, requests.hiddenSize.keys),
    heads: writtenKey(reader, requests.heads.keys),
    mayNameHeadDim: false,
  });
  reader.assume('headDim', { value: headDim, rule: 'GPT-2: n_embd / n_head.' });
  reader.assume('kvHeads', { value: heads, rule: 'GPT-2 has as many key/value heads as heads.' });
  noteCrossAttention(reader);
  const attention = biasedAttention(heads, headDim, true);
  return {
    hiddenSize,
    vocabSize: reader.integer(requests.vocabSize),
    maxSequenceLength: positions,
    layerKinds: [{ name: 'full_attention', layers, attention }],
    feedForward: {
      kind: 'plain',
      intermediateSize: reader.integer(requests.intermediateSize, {
        value: 4 * hiddenSize,
        rule: 'n_inner is not set: 4 · n_embd.',
      }),
      bias: true,
    },
    norms: { kind: 'layer', perLayer: 2, outside: 1 },
    embeddings: { positions, tokenTypes: 0 },
    head: readLanguageModelHead(reader, true),
    dropout: {
      attention: readDropout(reader, 'attentionDropout', 'attn_pdrop'),
      hidden: readDropout(reader, 'hiddenDropout', 'resid_pdrop'),
    },
  };
}

function writtenKey(reader: FieldReader, keys: readonly [string, ...string[]]): string {
  return keys.find((key) => reader.raw(key) !== undefined) ?? keys[0];
}
