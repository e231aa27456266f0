import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader, IntegerRequest } from '../fieldReader';
import { limits } from '../fieldReader';
import { bestEffortKeys } from './bestEffortKeys';
import type { DecoderField } from './decoderSizes';
import type { FamilyReading } from './family';
import { dividedHeadDim } from './headShape';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const examples: Readonly<Record<DecoderField, number>> = {
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  vocabSize: 30522,
  maxSequenceLength: 512,
  intermediateSize: 3072,
};

const meanings: Readonly<Record<DecoderField, string>> = {
  hiddenSize: 'width of the model',
  layers: 'number of layers',
  heads: 'number of heads',
  vocabSize: 'size of the vocabulary',
  maxSequenceLength: 'longest sequence in tokens',
  intermediateSize: 'width of the MLP',
};

/** An unknown encoder in the shape of Devlin et al. 2019, without pooler or head. */
export function readBestEffortEncoder(reader: FieldReader): FamilyReading {
  const hiddenSize = readSize(reader, 'hiddenSize', limits.size);
  const layers = readSize(reader, 'layers', limits.layers);
  const heads = readSize(reader, 'heads', limits.heads);
  const headDim = dividedHeadDim(reader, hiddenSize, heads, {
    hidden: writtenKey(reader, 'hiddenSize'),
    heads: writtenKey(reader, 'heads'),
    mayNameHeadDim: false,
  });
  const vocabSize = readSize(reader, 'vocabSize', limits.size);
  const positions = readSize(reader, 'maxSequenceLength', limits.tokens);
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: readSize(reader, 'intermediateSize', limits.size, {
      value: 4 * hiddenSize,
      rule: 'The width of the MLP is not given: four times the width of the model (Vaswani et al. 2017).',
      assumed: true,
    }),
  };
  const attention: AttentionSpec = { heads, kvHeads: heads, headDim, causal: false };
  reader.assumptions.push(
    'Assumed: learned positions, two LayerNorms a layer, biases everywhere, a plain MLP, no pooler and no head.',
  );
  const width = hidden(hiddenSize);
  const weights = [
    ...attentionWeights({
      hidden: width,
      attention,
      queryBias: true,
      keyValueBias: true,
      outputBias: true,
      prefix: 'attention.',
      names: ['query', 'key', 'value', 'output'],
    }),
    ...feedForwardWeights({
      hidden: width,
      feedForward,
      bias: true,
      prefix: '',
      names: ['intermediate.dense', 'output.dense'],
    }),
    ...norm('attention.LayerNorm', 'layer', width),
    ...norm('output.LayerNorm', 'layer', width),
  ];
  return {
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions,
    learnedPositions: positions,
    stacks: [
      {
        name: 'encoder',
        hiddenSize,
        tokens: 'sequence',
        generates: false,
        layerKinds: [{ name: 'full_attention', layers, attention, feedForward, norms: 2, weights }],
        weights: [
          tokenEmbedding('embeddings.word_embeddings.weight', vocabSize, width),
          positionEmbedding('embeddings.position_embeddings.weight', positions, width),
          ...norm('embeddings.LayerNorm', 'layer', width),
        ],
        outerNorms: 1,
        dropout: { attention: 0, hidden: 0 },
      },
    ],
    head: { kind: 'none', tied: true },
  };
}

function readSize(
  reader: FieldReader,
  field: DecoderField,
  limit: number,
  fallback?: { value: number; rule: string; assumed: boolean },
): number {
  const request: IntegerRequest = {
    property: field,
    keys: bestEffortKeys[field],
    meaning: meanings[field],
    limit,
    example: examples[field],
  };
  return reader.integer(request, fallback);
}

function writtenKey(reader: FieldReader, field: DecoderField): string {
  const keys = bestEffortKeys[field];
  return keys.find((key) => reader.raw(key) !== undefined) ?? keys[0];
}
