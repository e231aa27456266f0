import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { flag, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

/** The three input projections are one tensor in these checkpoints; here they are told apart. */
const names: LayerNames = {
  attention: {
    prefix: 'attention.',
    projections: ['query_key_value.q', 'query_key_value.k', 'query_key_value.v', 'dense'],
  },
  feedForward: ['mlp.dense_h_to_4h', 'mlp.dense_4h_to_h'],
  norms: ['input_layernorm', 'post_attention_layernorm'],
};

/**
 * GPT-NeoX and Pythia (Black et al. 2022; Biderman et al. 2023): biases, two LayerNorms, rotary positions, an
 * untied head. Attention and MLP may run side by side, but each under its own norm: no tensor is shared.
 */
export const gptNeoXFamily: ModelFamily = {
  id: 'gpt_neox',
  modelTypes: ['gpt_neox'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
    'max_position_embeddings',
  ],
  read: readGptNeoX,
};

function readGptNeoX(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['hidden_size']);
  const layers = size(reader, 'layers', ['num_hidden_layers']);
  const keys = { hidden: ['hidden_size'], heads: ['num_attention_heads'] } as const;
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  const attentionBias = flag(reader, 'attentionBias', 'attention_bias', true);
  const feedForward = {
    kind: 'plain',
    intermediateSize: size(reader, 'intermediateSize', ['intermediate_size']),
  } as const;
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const head = readLanguageModelHead(reader, false);
  const width = hidden(hiddenSize);
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: size(reader, 'maxSequenceLength', ['max_position_embeddings']),
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: 2,
        weights: originalLayer({
          width,
          attention,
          feedForward,
          names,
          biases: { queryKeyValue: attentionBias, output: attentionBias, feedForward: true },
        }),
      },
    ],
    weights: [
      tokenEmbedding('embed_in.weight', vocabSize, width),
      ...norm('final_layer_norm', 'layer', width),
      ...languageModelHead(head, 'embed_out', vocabSize, width, 'embed_in.weight'),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attention_dropout', hidden: 'hidden_dropout' }, 0),
    head,
  });
}
