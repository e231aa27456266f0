import { bytesOf } from '../model/dtype';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import type { EstimateOptions, InferenceParts } from './estimate';
import { kvCacheBytes } from './kvCache';
import { countParameters } from './parameters';
import { activationBytes, FLOAT32_BYTES } from './widths';

export interface InferenceMemory {
  readonly weights: number;
  readonly kvCache: number;
  readonly parts: InferenceParts;
  /** Weights, cache, activations and logits: fused attention, which holds no n × n tensor (Dao et al. 2022). */
  readonly peak: number;
  /** The same plus the scores and probabilities of one layer. */
  readonly peakNaive: number;
}

/**
 * Bytes during a prefill. The parts are added as if their worst moments coincided, so the sum is an upper
 * bound of this accounting; what an allocator or a framework holds beyond tensors is not in it.
 */
export function inferenceMemory(model: ModelSpec, options: EstimateOptions): InferenceMemory {
  const { sequenceLength: n, batch, dtype } = options;
  const width = activationBytes(dtype);
  const weights = countParameters(model).total * bytesOf(dtype);
  const kvCache = kvCacheBytes(model, options);
  const activations = batch * n * width * liveElementsPerToken(model);
  const logits = batch * logitBytes(model, width);
  // Softmax out of place: the scores and the probabilities are alive together.
  const heads = Math.max(...model.layerKinds.map((kind) => kind.attention.heads));
  const naiveScores = 2 * batch * heads * n * n * width;
  const peak = weights + kvCache + activations + logits;
  return {
    weights,
    kvCache,
    parts: { activations, logits, naiveScores },
    peak,
    peakNaive: peak + naiveScores,
  };
}

/** Activations alive at once in one layer, elements a token: the greater of the attention and the MLP block. */
function liveElementsPerToken(model: ModelSpec): number {
  const attention = model.layerKinds.map((kind) => attentionBlock(model.hiddenSize, kind.attention));
  return Math.max(feedForwardBlock(model), ...attention);
}

/** Residual, q, k and v, and beside them the block's input while it is projected or the output of the heads. */
function attentionBlock(hiddenSize: number, { heads, kvHeads, headDim }: AttentionSpec): number {
  return hiddenSize + headDim * (heads + 2 * kvHeads) + Math.max(hiddenSize, heads * headDim);
}

/** Residual, the block's input, and act(gate), up and their product; plain: the activation's input and output. */
function feedForwardBlock({ hiddenSize, feedForward }: ModelSpec): number {
  const inner = feedForward.kind === 'gated' ? 3 : 2;
  return 2 * hiddenSize + inner * feedForward.intermediateSize;
}

/** The last position only, in float32, as sampling reads it; of a pooler the pooled vector. */
function logitBytes(model: ModelSpec, width: number): number {
  if (model.head.kind === 'language-model') return model.vocabSize * FLOAT32_BYTES;
  return model.head.kind === 'pooler' ? model.hiddenSize * width : 0;
}
