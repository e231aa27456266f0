import * as l10n from '@vscode/l10n';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { bestEffortKeys } from './bestEffortKeys';
import type { FamilyReading } from './family';
import { dividedHeadDim } from './headShape';
import { size, writtenKey } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const names: LayerNames = {
  attention: { prefix: 'attention.', projections: ['query', 'key', 'value', 'output'] },
  feedForward: ['intermediate.dense', 'output.dense'],
  norms: ['attention.LayerNorm', 'output.LayerNorm'],
};

/** An unknown encoder in the shape of Devlin et al. 2019, without pooler or head. */
export function readBestEffortEncoder(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', bestEffortKeys.hiddenSize);
  const layers = size(reader, 'layers', bestEffortKeys.layers);
  const heads = size(reader, 'heads', bestEffortKeys.heads);
  const headDim = dividedHeadDim(reader, hiddenSize, heads, {
    hidden: writtenKey(reader, bestEffortKeys.hiddenSize),
    heads: writtenKey(reader, bestEffortKeys.heads),
    mayNameHeadDim: false,
  });
  const vocabSize = size(reader, 'vocabSize', bestEffortKeys.vocabSize);
  const positions = size(reader, 'maxSequenceLength', bestEffortKeys.maxSequenceLength);
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: size(reader, 'intermediateSize', bestEffortKeys.intermediateSize, {
      value: 4 * hiddenSize,
      rule: l10n.t(
        'The width of the MLP is not given: four times the width of the model (Vaswani et al. 2017).',
      ),
      assumed: true,
    }),
  };
  const attention: AttentionSpec = { heads, kvHeads: heads, headDim, causal: false };
  reader.assumptions.push(
    l10n.t(
      'Assumed: learned positions, two LayerNorms a layer, biases everywhere, a plain MLP, no pooler and no head.',
    ),
  );
  const width = hidden(hiddenSize);
  const weights = originalLayer({ width, attention, feedForward, names });
  return singleStack({
    name: 'encoder',
    generates: false,
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions,
    learnedPositions: positions,
    layerKinds: [{ name: 'full_attention', layers, attention, feedForward, norms: 2, weights }],
    weights: [
      tokenEmbedding('embeddings.word_embeddings.weight', vocabSize, width),
      positionEmbedding('embeddings.position_embeddings.weight', positions, width),
      ...norm('embeddings.LayerNorm', 'layer', width),
    ],
    outerNorms: 1,
    dropout: { attention: 0, hidden: 0 },
    head: { kind: 'none', tied: true },
  });
}
