import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';

export type FigureUnit = 'B' | 'B/token' | 'B/parameter' | 'FLOP' | 'parameters' | 'devices';

interface FigureEntry {
  /** Dotted path of the figure in an `Estimate`. */
  readonly key: string;
  readonly title: () => string;
  readonly unit: FigureUnit;
}

/** Every figure of an estimate that can be derived, in the order in which it is shown. */
export const figureKeys = [
  { key: 'parameters.total', title: () => l10n.t('Parameters'), unit: 'parameters' },
  { key: 'parameters.active', title: () => l10n.t('Parameters used for one token'), unit: 'parameters' },
  { key: 'parameters.embedding', title: () => l10n.t('Parameters of the embeddings'), unit: 'parameters' },
  { key: 'parameters.attention', title: () => l10n.t('Parameters of attention'), unit: 'parameters' },
  {
    key: 'parameters.feedForward',
    title: () => l10n.t('Parameters of MLPs, experts and routers'),
    unit: 'parameters',
  },
  { key: 'parameters.recurrence', title: () => l10n.t('Parameters of recurrent mixers'), unit: 'parameters' },
  {
    key: 'parameters.other',
    title: () => l10n.t('Parameters of norms, heads and projectors'),
    unit: 'parameters',
  },
  { key: 'parameters.outputHead', title: () => l10n.t('Parameters of the output head'), unit: 'parameters' },
  { key: 'parameters.norms', title: () => l10n.t('Parameters of the norms'), unit: 'parameters' },
  { key: 'parameters.pooler', title: () => l10n.t('Parameters of the pooler'), unit: 'parameters' },
  {
    key: 'parameters.parts.tokenEmbedding',
    title: () => l10n.t('Parameters of token embeddings'),
    unit: 'parameters',
  },
  {
    key: 'parameters.parts.positionEmbedding',
    title: () => l10n.t('Parameters of positions and types'),
    unit: 'parameters',
  },
  {
    key: 'parameters.parts.patchEmbedding',
    title: () => l10n.t('Parameters of patch embeddings'),
    unit: 'parameters',
  },
  {
    key: 'parameters.parts.attention',
    title: () => l10n.t('Parameters of self-attention'),
    unit: 'parameters',
  },
  {
    key: 'parameters.parts.crossAttention',
    title: () => l10n.t('Parameters of cross-attention'),
    unit: 'parameters',
  },
  {
    key: 'parameters.parts.recurrence',
    title: () => l10n.t('Parameters of recurrent mixers'),
    unit: 'parameters',
  },
  { key: 'parameters.parts.feedForward', title: () => l10n.t('Parameters of MLPs'), unit: 'parameters' },
  { key: 'parameters.parts.experts', title: () => l10n.t('Parameters of experts'), unit: 'parameters' },
  { key: 'parameters.parts.router', title: () => l10n.t('Parameters of routers'), unit: 'parameters' },
  { key: 'parameters.parts.norm', title: () => l10n.t('Parameters of the norms'), unit: 'parameters' },
  {
    key: 'parameters.parts.outputHead',
    title: () => l10n.t('Parameters of the output head'),
    unit: 'parameters',
  },
  { key: 'parameters.parts.pooler', title: () => l10n.t('Parameters of the pooler'), unit: 'parameters' },
  { key: 'parameters.parts.projector', title: () => l10n.t('Parameters of projectors'), unit: 'parameters' },
  { key: 'flops.prefill', title: () => l10n.t('Operations of a forward pass'), unit: 'FLOP' },
  {
    key: 'flops.decodePerToken',
    title: () => l10n.t('Operations of a decode step of the batch'),
    unit: 'FLOP',
  },
  { key: 'flops.attentionPrefill', title: () => l10n.t('Operations of QKᵀ and PV'), unit: 'FLOP' },
  {
    key: 'flops.projectionsPrefill',
    title: () => l10n.t('Operations of the attention projections'),
    unit: 'FLOP',
  },
  { key: 'flops.feedForwardPrefill', title: () => l10n.t('Operations of MLPs and experts'), unit: 'FLOP' },
  { key: 'flops.recurrencePrefill', title: () => l10n.t('Operations of recurrent mixers'), unit: 'FLOP' },
  { key: 'flops.logitsPrefill', title: () => l10n.t('Operations of the logits'), unit: 'FLOP' },
  {
    key: 'flops.otherPrefill',
    title: () => l10n.t('Operations of patches, poolers and projectors'),
    unit: 'FLOP',
  },
  { key: 'flops.trainingStep', title: () => l10n.t('Operations of a training step'), unit: 'FLOP' },
  { key: 'memory.weights', title: () => l10n.t('Weights'), unit: 'B' },
  { key: 'memory.kvCache', title: () => l10n.t('KV cache'), unit: 'B' },
  { key: 'memory.kvCacheBytesPerToken', title: () => l10n.t('KV cache of one more token'), unit: 'B/token' },
  { key: 'memory.inferencePeak', title: () => l10n.t('Inference peak, fused attention'), unit: 'B' },
  { key: 'memory.inferencePeakNaive', title: () => l10n.t('Inference peak, naive attention'), unit: 'B' },
  { key: 'memory.inferenceParts.activations', title: () => l10n.t('Activations of a prefill'), unit: 'B' },
  { key: 'memory.inferenceParts.logits', title: () => l10n.t('Logits of the last position'), unit: 'B' },
  { key: 'memory.inferenceParts.naiveScores', title: () => l10n.t('Scores of naive attention'), unit: 'B' },
  { key: 'memory.training.weights', title: () => l10n.t('Weights in training'), unit: 'B' },
  { key: 'memory.training.gradients', title: () => l10n.t('Gradients'), unit: 'B' },
  { key: 'memory.training.optimizer', title: () => l10n.t('Optimizer state and master copy'), unit: 'B' },
  { key: 'memory.training.masterWeights', title: () => l10n.t('Float32 master copy'), unit: 'B' },
  { key: 'memory.training.activations', title: () => l10n.t('Kept activations'), unit: 'B' },
  { key: 'memory.training.total', title: () => l10n.t('Stored in a training step'), unit: 'B' },
  { key: 'memory.training.backwardBuffers', title: () => l10n.t('Buffers of the backward pass'), unit: 'B' },
  { key: 'memory.training.peak', title: () => l10n.t('Training peak'), unit: 'B' },
  {
    key: 'memory.training.trainableParameters',
    title: () => l10n.t('Trained parameters'),
    unit: 'parameters',
  },
  {
    key: 'memory.training.activationVariants.fusedNone',
    title: () => l10n.t('Kept activations, fused attention'),
    unit: 'B',
  },
  {
    key: 'memory.training.activationVariants.naiveNone',
    title: () => l10n.t('Kept activations, naive attention'),
    unit: 'B',
  },
  {
    key: 'memory.training.activationVariants.selective',
    title: () => l10n.t('Kept activations, selective recomputation'),
    unit: 'B',
  },
  {
    key: 'memory.training.activationVariants.full',
    title: () => l10n.t('Kept activations, full recomputation'),
    unit: 'B',
  },
  { key: 'memory.training.logits', title: () => l10n.t('Logits and their gradient'), unit: 'B' },
  {
    key: 'memory.training.bytesPerParameter',
    title: () => l10n.t('Training state a parameter'),
    unit: 'B/parameter',
  },
  { key: 'perDevice.devices', title: () => l10n.t('Devices'), unit: 'devices' },
  { key: 'perDevice.inference.weights', title: () => l10n.t('Weights on a device'), unit: 'B' },
  { key: 'perDevice.inference.kvCache', title: () => l10n.t('KV cache on a device'), unit: 'B' },
  {
    key: 'perDevice.inference.activations',
    title: () => l10n.t('Activations of a prefill on a device'),
    unit: 'B',
  },
  { key: 'perDevice.inference.logits', title: () => l10n.t('Logits on a device'), unit: 'B' },
  {
    key: 'perDevice.inference.naiveScores',
    title: () => l10n.t('Scores of naive attention on a device'),
    unit: 'B',
  },
  { key: 'perDevice.inference.peak', title: () => l10n.t('Inference peak of a device'), unit: 'B' },
  { key: 'perDevice.training.weights', title: () => l10n.t('Weights in training on a device'), unit: 'B' },
  { key: 'perDevice.training.gradients', title: () => l10n.t('Gradients on a device'), unit: 'B' },
  { key: 'perDevice.training.optimizer', title: () => l10n.t('Optimizer state on a device'), unit: 'B' },
  { key: 'perDevice.training.gathered', title: () => l10n.t('Gathered weights on a device'), unit: 'B' },
  { key: 'perDevice.training.activations', title: () => l10n.t('Kept activations on a device'), unit: 'B' },
  {
    key: 'perDevice.training.logits',
    title: () => l10n.t('Logits and their gradient on a device'),
    unit: 'B',
  },
  { key: 'perDevice.training.scores', title: () => l10n.t('Kept scores on a device'), unit: 'B' },
  {
    key: 'perDevice.training.backwardBuffers',
    title: () => l10n.t('Buffers of the backward pass on a device'),
    unit: 'B',
  },
  { key: 'perDevice.training.peak', title: () => l10n.t('Training peak of a device'), unit: 'B' },
  {
    key: 'perDevice.flops.prefill',
    title: () => l10n.t('Operations of a forward pass on a device'),
    unit: 'FLOP',
  },
  {
    key: 'perDevice.flops.decodePerToken',
    title: () => l10n.t('Operations of a decode step on a device'),
    unit: 'FLOP',
  },
  {
    key: 'perDevice.flops.trainingStep',
    title: () => l10n.t('Operations of a training step on a device'),
    unit: 'FLOP',
  },
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
  return { title: entry.title(), unit: entry.unit };
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
