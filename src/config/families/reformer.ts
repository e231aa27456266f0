import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, DropoutSpec, FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import { formatInteger } from '../../model/units';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { countByClass } from './hybridFields';
import { readLanguageModelHead } from './languageModelHead';
import { classDefault, dropoutOf, flag, size } from './originalFields';
import { singleStack } from './originalLayers';
import { readReformerPositions } from './reformerPositions';
import { feedForwardWeights } from './weights/feedForward';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, matrix, norm } from './weights/vectors';

/**
 * Reformer (Kitaev et al. 2020): reversible layers with attention in chunks, of neighbours (local) or of hashed
 * buckets (lsh, queries and keys shared), axial positions, and a head on both streams of 2·hidden_size.
 */
export const reformerFamily: ModelFamily = {
  id: 'reformer',
  modelTypes: ['reformer'],
  requiredKeys: [
    'hidden_size',
    'num_attention_heads',
    'attention_head_size',
    'attn_layers',
    'feed_forward_size',
    'vocab_size',
    'max_position_embeddings',
  ],
  read: readReformer,
};

const layerTypes = ['local', 'lsh'] as const;
type LayerType = (typeof layerTypes)[number];

function readReformer(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['hidden_size']);
  const types = readLayerTypes(reader);
  const heads = size(reader, 'heads', ['num_attention_heads']);
  const headKey = 'attention_head_size';
  const headDim = size(reader, 'headDim', [headKey], classDefault(headKey, 64));
  reader.assume('kvHeads', {
    value: heads,
    rule: l10n.t('This model type has as many key/value heads as heads.'),
  });
  const causal = flag(reader, 'causal', 'is_decoder', false);
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: size(reader, 'intermediateSize', ['feed_forward_size']),
  };
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const width = hidden(hiddenSize);
  const positions = readReformerPositions(reader, width);
  const head = readLanguageModelHead(reader, false);
  // Keys and values are made anew from the hidden states that it caches.
  const dense = { heads, kvHeads: heads, headDim, causal, sharesCache: true };
  const kinds = [...new Set(types)].map((type): LayerKind => {
    const attention = readAttention(reader, type, dense);
    return {
      name: type,
      layers: types.filter((each) => each === type).length,
      attention,
      feedForward,
      norms: 2,
      weights: layerWeights(width, type, attention, feedForward),
    };
  });
  noteReversibility(reader, causal, types.length * hiddenSize);
  const both = factor('2h', 2 * hiddenSize);
  return singleStack({
    name: causal ? 'decoder' : 'encoder',
    generates: causal,
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions.length,
    learnedPositions: positions.length,
    layerKinds: kinds,
    weights: [
      tokenEmbedding('embeddings.word_embeddings.weight', vocabSize, width),
      ...positions.weights,
      ...norm('encoder.layer_norm', 'layer', both),
      ...languageModelHead(
        // The head is twice as wide as the embedding: they cannot share their numbers.
        { ...head, tied: false },
        'lm_head.decoder',
        vocabSize,
        both,
        'embeddings.word_embeddings.weight',
        true,
      ),
    ],
    // One norm over both streams.
    outerNorms: 2,
    dropout: readDropout(reader),
    head: { ...head, tied: false },
  });
}

function readLayerTypes(reader: FieldReader): readonly LayerType[] {
  const key = 'attn_layers';
  const written = reader.raw(key)?.value;
  const types = reader.texts(key);
  const known = types?.filter((type): type is LayerType => layerTypes.some((each) => each === type));
  if (
    known === undefined ||
    known.length === 0 ||
    !Array.isArray(written) ||
    written.length !== known.length
  ) {
    return reader.fail(
      key,
      l10n.t('"{0}", the kinds of the layers, must be a list of "local" and "lsh".', key),
      l10n.t('Give one of them a layer, such as ["local", "lsh"].'),
    );
  }
  reader.recordKey('layerTypes', key);
  reader.recordKey('layers', key);
  return known;
}

function readAttention(reader: FieldReader, type: LayerType, dense: AttentionSpec): AttentionSpec {
  const chunk = countByClass(
    reader,
    `${type}Chunk`,
    `${type}_attn_chunk_length`,
    l10n.t('tokens of a chunk'),
    64,
    limits.tokens,
  );
  const before = countByClass(
    reader,
    `${type}Before`,
    `${type}_num_chunks_before`,
    l10n.t('chunks before'),
    1,
    limits.tokens,
  );
  const after = countByClass(
    reader,
    `${type}After`,
    `${type}_num_chunks_after`,
    l10n.t('chunks after'),
    0,
    limits.tokens,
  );
  if (chunk === 0) {
    return reader.fail(
      `${type}_attn_chunk_length`,
      l10n.t('"{0}" is 0.', `${type}_attn_chunk_length`),
      l10n.t('Give 1 or more.'),
    );
  }
  if (type === 'local') return { ...dense, pattern: { kind: 'chunk', chunk, before, after } };
  const rounds = countByClass(reader, 'rounds', 'num_hashes', l10n.t('rounds of hashing'), 1, limits.tokens);
  return { ...dense, pattern: { kind: 'lsh', chunk, before, after, rounds: Math.max(1, rounds) } };
}

/** Attention without biases, in which lsh layers have one matrix for queries and keys, and an MLP with biases. */
function layerWeights(
  width: Factor,
  type: LayerType,
  { heads, headDim }: AttentionSpec,
  feedForward: FeedForwardSpec,
): WeightSpec[] {
  const inner = [factor('a', heads), factor('d', headDim)];
  const inputs = type === 'lsh' ? ['query_key', 'value'] : ['query', 'key', 'value'];
  return [
    ...inputs.map((name) => matrix(`attention.self_attention.${name}.weight`, 'attention', inner, [width])),
    matrix('attention.output.dense.weight', 'attention', [width], inner),
    ...norm('attention.layer_norm', 'layer', width),
    ...feedForwardWeights({
      hidden: width,
      feedForward,
      bias: true,
      prefix: 'feed_forward.',
      names: ['dense.dense', 'output.dense'],
    }),
    ...norm('feed_forward.layer_norm', 'layer', width),
  ];
}

function noteReversibility(reader: FieldReader, causal: boolean, elements: number): void {
  reader.assumptions.push(
    l10n.t(
      'Reversible layers rebuild their inputs in the backward pass: training keeps the activations of one layer, not those of all that are shown.',
    ),
  );
  if (causal) {
    reader.assumptions.push(
      l10n.t(
        'Reformer caches hidden states ({0} elements a token) and hash buckets in place of keys and values: they are not in the KV cache.',
        formatInteger(elements),
      ),
    );
  }
}

/** Each kind of attention has its own probability; the greater one stands for both. */
function readDropout(reader: FieldReader): DropoutSpec {
  return {
    attention: Math.max(
      dropoutOf(reader, 'attentionDropout', 'local_attention_probs_dropout_prob', 0.05),
      dropoutOf(reader, 'lshDropout', 'lsh_attention_probs_dropout_prob', 0),
    ),
    hidden: dropoutOf(reader, 'hiddenDropout', 'hidden_dropout_prob', 0.05),
  };
}
