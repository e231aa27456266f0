import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

/** The three input projections are one tensor in these checkpoints; here they are told apart. */
const names: LayerNames = {
  attention: {
    prefix: 'self_attention.',
    projections: ['query_key_value.q', 'query_key_value.k', 'query_key_value.v', 'dense'],
  },
  feedForward: ['mlp.dense_h_to_4h', 'mlp.dense_4h_to_h'],
  norms: ['input_layernorm', 'post_attention_layernorm'],
};

const keys = {
  hidden: ['n_embed', 'hidden_size'],
  heads: ['n_head', 'num_attention_heads'],
} as const;

const TRAINED_LENGTH = 2048;

/** BLOOM (Le Scao et al. 2022): ALiBi in place of positions, a LayerNorm on the embeddings, biases, tied. */
export const bloomFamily: ModelFamily = {
  id: 'bloom',
  modelTypes: ['bloom'],
  requiredKeys: ['hidden_size', 'n_layer', 'n_head', 'vocab_size'],
  read: readBloom,
};

function readBloom(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', keys.hidden);
  const layers = size(reader, 'layers', ['n_layer', 'num_hidden_layers']);
  const attention = { ...multiHead(reader, hiddenSize, keys), causal: true };
  const feedForward = {
    kind: 'plain',
    intermediateSize: reader.assume('intermediateSize', {
      value: 4 * hiddenSize,
      rule: l10n.t('BLOOM: 4 · hidden_size; the configuration class does not read n_inner.'),
    }),
  } as const;
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const maxSequenceLength = size(reader, 'maxSequenceLength', ['seq_length', 'max_position_embeddings'], {
    value: TRAINED_LENGTH,
    rule: l10n.t(
      'seq_length is absent: {0} tokens, the length that BLOOM was trained at.',
      String(TRAINED_LENGTH),
    ),
    assumed: true,
  });
  const head = readLanguageModelHead(reader, true);
  const width = hidden(hiddenSize);
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    layerKinds: [
      {
        name: 'full_attention',
        layers,
        attention,
        feedForward,
        norms: 2,
        weights: originalLayer({ width, attention, feedForward, names }),
      },
    ],
    weights: [
      tokenEmbedding('word_embeddings.weight', vocabSize, width),
      ...norm('word_embeddings_layernorm', 'layer', width),
      ...norm('ln_f', 'layer', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'word_embeddings.weight'),
    ],
    outerNorms: 2,
    dropout: readDropouts(reader, { attention: 'attention_dropout', hidden: 'hidden_dropout' }, 0),
    head,
  });
}
