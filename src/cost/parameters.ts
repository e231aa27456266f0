import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { layerCount } from '../model/modelSpec';
import type { ParameterCount } from './estimate';

/** Elements of the four projection matrices of one layer: q, k, v, o (Shazeer 2019, Ainslie et al. 2023). */
export function projectionWeights(hiddenSize: number, attention: AttentionSpec): number {
  const { heads, kvHeads, headDim } = attention;
  return hiddenSize * headDim * (2 * heads + 2 * kvHeads);
}

/** Elements of the matrices of one MLP: two (Vaswani et al. 2017) or, gated, three (Shazeer 2020). */
export function feedForwardWeights(model: ModelSpec): number {
  const matrices = model.feedForward.kind === 'gated' ? 3 : 2;
  return matrices * model.hiddenSize * model.feedForward.intermediateSize;
}

/** Exact number of trainable parameters; buffers such as rotary tables are none. */
export function countParameters(model: ModelSpec): ParameterCount {
  const { hiddenSize, vocabSize, embeddings, layerKinds, head } = model;
  const embedding = hiddenSize * (vocabSize + embeddings.positions + embeddings.tokenTypes);
  const attention = layerKinds.reduce(
    (sum, kind) =>
      sum +
      kind.layers *
        (projectionWeights(hiddenSize, kind.attention) + attentionBiases(hiddenSize, kind.attention)),
    0,
  );
  const feedForward = layerCount(model) * (feedForwardWeights(model) + feedForwardBiases(model));
  const norms = countNorms(model);
  const outputHead = head.kind === 'language-model' && !head.tied ? vocabSize * hiddenSize : 0;
  const pooler = head.kind === 'pooler' ? hiddenSize * hiddenSize + hiddenSize : 0;
  const other = norms + outputHead + pooler;
  const total = embedding + attention + feedForward + other;
  return { total, active: total, embedding, attention, feedForward, other, outputHead, norms, pooler };
}

function attentionBiases(hiddenSize: number, attention: AttentionSpec): number {
  const query = attention.queryBias ? attention.heads * attention.headDim : 0;
  const keyValue = attention.keyValueBias ? 2 * attention.kvHeads * attention.headDim : 0;
  return query + keyValue + (attention.outputBias ? hiddenSize : 0);
}

function feedForwardBiases({ feedForward, hiddenSize }: ModelSpec): number {
  if (!feedForward.bias) return 0;
  const inner = feedForward.kind === 'gated' ? 2 : 1;
  return inner * feedForward.intermediateSize + hiddenSize;
}

function countNorms(model: ModelSpec): number {
  const { norms, hiddenSize, layerKinds } = model;
  const perNorm = norms.kind === 'layer' ? 2 * hiddenSize : hiddenSize;
  const onHeads = layerKinds.reduce(
    (sum, { layers, attention }) => sum + (attention.queryKeyNorm ? 2 * layers * attention.headDim : 0),
    0,
  );
  return perNorm * (norms.perLayer * layerCount(model) + norms.outside) + onHeads;
}
