import type { ModelSpec } from '../model/modelSpec';
import { layerCount } from '../model/modelSpec';
import { attentionPairs } from './attentionPairs';
import type { EstimateOptions, FlopCount } from './estimate';
import { feedForwardWeights, projectionWeights } from './parameters';

/**
 * Floating-point operations of the matrix products, a multiply-add as two (Kaplan et al. 2020, Table 1, with
 * the exact pairs in place of n²). Softmax, norms, activations and rotary positions are not counted. Softmax is
 * about five operations a pair and head (scale, maximum, exponential, sum, division) beside 4·head_dim of the
 * two products: 2 % of attention at head_dim 64. The others grow with tokens · width, not with pairs or width².
 */
export function countFlops(model: ModelSpec, options: Omit<EstimateOptions, 'dtype'>): FlopCount {
  const { sequenceLength: n, batch } = options;
  const tokens = batch * n;
  const projections = sumOverKinds(model, (kind) => projectionWeights(model.hiddenSize, kind.attention));
  const feedForward = layerCount(model) * feedForwardWeights(model);
  const attentionPrefill = batch * attentionFlops(model, (attention) => attentionPairs(attention, n));
  const projectionsPrefill = 2 * tokens * projections;
  const feedForwardPrefill = 2 * tokens * feedForward;
  const logitsPrefill = headFlops(model, batch, n);
  return {
    prefill: attentionPrefill + projectionsPrefill + feedForwardPrefill + logitsPrefill,
    decodePerToken: isDecoder(model)
      ? batch * (2 * (projections + feedForward + logitWeights(model)) + decodeAttentionFlops(model, n))
      : 0,
    attentionPrefill,
    projectionsPrefill,
    feedForwardPrefill,
    logitsPrefill,
  };
}

/** Whether the model generates token by token: some of its attention is causal. */
export function isDecoder(model: Pick<ModelSpec, 'layerKinds'>): boolean {
  return model.layerKinds.some((kind) => kind.attention.causal);
}

/** The newest of n tokens, its own key included, sees min(n, window) keys. */
function decodeAttentionFlops(model: ModelSpec, n: number): number {
  return attentionFlops(model, ({ window }) => Math.min(n, window ?? n));
}

/** QKᵀ and PV: each 2·d operations a pair and head. */
function attentionFlops(
  model: ModelSpec,
  pairs: (attention: ModelSpec['layerKinds'][number]['attention']) => number,
): number {
  return sumOverKinds(model, ({ attention }) => 4 * attention.heads * attention.headDim * pairs(attention));
}

function headFlops(model: ModelSpec, batch: number, n: number): number {
  // The pooler reads the first position only (Devlin et al. 2019).
  if (model.head.kind === 'pooler') return 2 * batch * model.hiddenSize * model.hiddenSize;
  return 2 * batch * n * logitWeights(model);
}

function logitWeights(model: ModelSpec): number {
  return model.head.kind === 'language-model' ? model.vocabSize * model.hiddenSize : 0;
}

function sumOverKinds(model: ModelSpec, perLayer: (kind: ModelSpec['layerKinds'][number]) => number): number {
  return model.layerKinds.reduce((sum, kind) => sum + kind.layers * perLayer(kind), 0);
}
