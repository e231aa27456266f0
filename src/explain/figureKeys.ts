import type { Estimate } from '../cost/estimate';

export type FigureUnit = 'B' | 'B/token' | 'B/parameter' | 'FLOP' | 'parameters' | 'devices';

interface FigureEntry {
  /** Dotted path of the figure in an `Estimate`. */
  readonly key: string;
  readonly title: string;
  readonly unit: FigureUnit;
}

/** Every figure of an estimate that can be derived, in the order in which it is shown. */
export const figureKeys = [
  { key: 'parameters.total', title: 'Parameters', unit: 'parameters' },
  { key: 'parameters.active', title: 'Parameters used for one token', unit: 'parameters' },
  { key: 'parameters.embedding', title: 'Parameters of the embeddings', unit: 'parameters' },
  { key: 'parameters.attention', title: 'Parameters of attention', unit: 'parameters' },
  { key: 'parameters.feedForward', title: 'Parameters of MLPs, experts and routers', unit: 'parameters' },
  { key: 'parameters.recurrence', title: 'Parameters of recurrent mixers', unit: 'parameters' },
  { key: 'parameters.other', title: 'Parameters of norms, heads and projectors', unit: 'parameters' },
  { key: 'parameters.outputHead', title: 'Parameters of the output head', unit: 'parameters' },
  { key: 'parameters.norms', title: 'Parameters of the norms', unit: 'parameters' },
  { key: 'parameters.pooler', title: 'Parameters of the pooler', unit: 'parameters' },
  { key: 'parameters.parts.tokenEmbedding', title: 'Parameters of token embeddings', unit: 'parameters' },
  {
    key: 'parameters.parts.positionEmbedding',
    title: 'Parameters of positions and types',
    unit: 'parameters',
  },
  { key: 'parameters.parts.patchEmbedding', title: 'Parameters of patch embeddings', unit: 'parameters' },
  { key: 'parameters.parts.attention', title: 'Parameters of self-attention', unit: 'parameters' },
  { key: 'parameters.parts.crossAttention', title: 'Parameters of cross-attention', unit: 'parameters' },
  { key: 'parameters.parts.recurrence', title: 'Parameters of recurrent mixers', unit: 'parameters' },
  { key: 'parameters.parts.feedForward', title: 'Parameters of MLPs', unit: 'parameters' },
  { key: 'parameters.parts.experts', title: 'Parameters of experts', unit: 'parameters' },
  { key: 'parameters.parts.router', title: 'Parameters of routers', unit: 'parameters' },
  { key: 'parameters.parts.norm', title: 'Parameters of the norms', unit: 'parameters' },
  { key: 'parameters.parts.outputHead', title: 'Parameters of the output head', unit: 'parameters' },
  { key: 'parameters.parts.pooler', title: 'Parameters of the pooler', unit: 'parameters' },
  { key: 'parameters.parts.projector', title: 'Parameters of projectors', unit: 'parameters' },
  { key: 'flops.prefill', title: 'Operations of a forward pass', unit: 'FLOP' },
  { key: 'flops.decodePerToken', title: 'Operations of a decode step of the batch', unit: 'FLOP' },
  { key: 'flops.attentionPrefill', title: 'Operations of QKᵀ and PV', unit: 'FLOP' },
  { key: 'flops.projectionsPrefill', title: 'Operations of the attention projections', unit: 'FLOP' },
  { key: 'flops.feedForwardPrefill', title: 'Operations of MLPs and experts', unit: 'FLOP' },
  { key: 'flops.recurrencePrefill', title: 'Operations of recurrent mixers', unit: 'FLOP' },
  { key: 'flops.logitsPrefill', title: 'Operations of the logits', unit: 'FLOP' },
  { key: 'flops.otherPrefill', title: 'Operations of patches, poolers and projectors', unit: 'FLOP' },
  { key: 'flops.trainingStep', title: 'Operations of a training step', unit: 'FLOP' },
  { key: 'memory.weights', title: 'Weights', unit: 'B' },
  { key: 'memory.kvCache', title: 'KV cache', unit: 'B' },
  { key: 'memory.kvCacheBytesPerToken', title: 'KV cache of one more token', unit: 'B/token' },
  { key: 'memory.inferencePeak', title: 'Inference peak, fused attention', unit: 'B' },
  { key: 'memory.inferencePeakNaive', title: 'Inference peak, naive attention', unit: 'B' },
  { key: 'memory.inferenceParts.activations', title: 'Activations of a prefill', unit: 'B' },
  { key: 'memory.inferenceParts.logits', title: 'Logits of the last position', unit: 'B' },
  { key: 'memory.inferenceParts.naiveScores', title: 'Scores of naive attention', unit: 'B' },
  { key: 'memory.training.weights', title: 'Weights in training', unit: 'B' },
  { key: 'memory.training.gradients', title: 'Gradients', unit: 'B' },
  { key: 'memory.training.optimizer', title: 'Optimizer state and master copy', unit: 'B' },
  { key: 'memory.training.masterWeights', title: 'Float32 master copy', unit: 'B' },
  { key: 'memory.training.activations', title: 'Kept activations', unit: 'B' },
  { key: 'memory.training.total', title: 'Stored in a training step', unit: 'B' },
  { key: 'memory.training.backwardBuffers', title: 'Buffers of the backward pass', unit: 'B' },
  { key: 'memory.training.peak', title: 'Training peak', unit: 'B' },
  { key: 'memory.training.trainableParameters', title: 'Trained parameters', unit: 'parameters' },
  {
    key: 'memory.training.activationVariants.fusedNone',
    title: 'Kept activations, fused attention',
    unit: 'B',
  },
  {
    key: 'memory.training.activationVariants.naiveNone',
    title: 'Kept activations, naive attention',
    unit: 'B',
  },
  {
    key: 'memory.training.activationVariants.selective',
    title: 'Kept activations, selective recomputation',
    unit: 'B',
  },
  {
    key: 'memory.training.activationVariants.full',
    title: 'Kept activations, full recomputation',
    unit: 'B',
  },
  { key: 'memory.training.logits', title: 'Logits and their gradient', unit: 'B' },
  { key: 'memory.training.bytesPerParameter', title: 'Training state a parameter', unit: 'B/parameter' },
  { key: 'perDevice.devices', title: 'Devices', unit: 'devices' },
  { key: 'perDevice.inference.weights', title: 'Weights on a device', unit: 'B' },
  { key: 'perDevice.inference.kvCache', title: 'KV cache on a device', unit: 'B' },
  { key: 'perDevice.inference.activations', title: 'Activations of a prefill on a device', unit: 'B' },
  { key: 'perDevice.inference.logits', title: 'Logits on a device', unit: 'B' },
  { key: 'perDevice.inference.naiveScores', title: 'Scores of naive attention on a device', unit: 'B' },
  { key: 'perDevice.inference.peak', title: 'Inference peak of a device', unit: 'B' },
  { key: 'perDevice.training.weights', title: 'Weights in training on a device', unit: 'B' },
  { key: 'perDevice.training.gradients', title: 'Gradients on a device', unit: 'B' },
  { key: 'perDevice.training.optimizer', title: 'Optimizer state on a device', unit: 'B' },
  { key: 'perDevice.training.gathered', title: 'Gathered weights on a device', unit: 'B' },
  { key: 'perDevice.training.activations', title: 'Kept activations on a device', unit: 'B' },
  { key: 'perDevice.training.logits', title: 'Logits and their gradient on a device', unit: 'B' },
  { key: 'perDevice.training.scores', title: 'Kept scores on a device', unit: 'B' },
  { key: 'perDevice.training.backwardBuffers', title: 'Buffers of the backward pass on a device', unit: 'B' },
  { key: 'perDevice.training.peak', title: 'Training peak of a device', unit: 'B' },
  { key: 'perDevice.flops.prefill', title: 'Operations of a forward pass on a device', unit: 'FLOP' },
  { key: 'perDevice.flops.decodePerToken', title: 'Operations of a decode step on a device', unit: 'FLOP' },
  { key: 'perDevice.flops.trainingStep', title: 'Operations of a training step on a device', unit: 'FLOP' },
] as const satisfies readonly FigureEntry[];

/** Dotted path of a figure in an `Estimate`. */
export type FigureKey = (typeof figureKeys)[number]['key'];

const entries: ReadonlyMap<string, FigureEntry & { readonly key: FigureKey }> = new Map(
  figureKeys.map((entry) => [entry.key, entry]),
);

export function isFigureKey(text: string): text is FigureKey {
  return entries.has(text);
}

/** What a figure is called and what it counts. */
export function figureEntry(key: FigureKey): { readonly title: string; readonly unit: FigureUnit } {
  const entry = entries.get(key);
  if (entry === undefined) throw new Error(`No figure is called ${key}.`);
  return entry;
}

/** The figure's value in an estimate. Throws where the estimate has no such number. */
export function figureOf(estimate: Estimate, key: FigureKey): number {
  let value: unknown = estimate;
  for (const name of key.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  if (typeof value !== 'number') throw new Error(`The estimate has no number at ${key}.`);
  return value;
}
