import { layerCount, type ModelSpec } from '../model/modelSpec';
import type { Parallelism } from '../model/recipe';
import { parametersOf, type WeightSpec } from '../model/weightSpec';
import { transientBytes } from './backwardBuffers';
import type { EstimateOptions } from './estimate';
import { countFlops } from './flops';
import { inferenceParts } from './inferenceMemory';
import { kvCacheTerms } from './kvCache';
import type { ActivationItem } from './layerActivations';
import { modelWeights } from './modelWeights';
import { deviceCount, parallelismOf } from './parallelism';
import type { Term } from './term';
import { trainingFlops } from './trainingFlops';
import {
  adapterActivations,
  keptActivations,
  outsideLayers,
  trainingLogits,
  variantOf,
  type ActivationShare,
} from './trainingMemory';
import { trainingOptions, trainingState, type StateShare, type WeightShare } from './trainingState';
import { storedBytesPerElement } from './weightFormats';
import { activationBytes } from './widths';

/** What the most loaded device holds and computes. Bytes and FLOPs. */
export interface PerDevice {
  readonly devices: number;
  readonly inference: {
    readonly weights: number;
    readonly kvCache: number;
    readonly activations: number;
    readonly logits: number;
    /** Scores and probabilities of one layer, where attention is naive; not in the peak. */
    readonly naiveScores: number;
    readonly peak: number;
  };
  readonly training: {
    readonly weights: number;
    readonly gradients: number;
    readonly optimizer: number;
    /** Whole weights that are gathered for the layer at work and the one after it (ZeRO stage 3). */
    readonly gathered: number;
    /** Kept for the backward pass, logits included. */
    readonly activations: number;
    readonly logits: number;
    /** The n × n tensors among the activations; 0 where attention is fused or rebuilt. */
    readonly scores: number;
    readonly backwardBuffers: number;
    readonly peak: number;
  };
  /** Operations of one device; the batch is that of one data-parallel replica. */
  readonly flops: {
    readonly prefill: number;
    readonly decodePerToken: number;
    readonly trainingStep: number;
  };
}

/**
 * Figures of the most loaded device. Tensor parallelism splits the matrices, their heads and the vocabulary
 * (Shoeybi et al. 2019), with sequence parallelism the rest of a layer's activations too (Korthikanti et al. 2022
 * §4.2); pipeline parallelism gives a device ⌈L/p⌉ layers and, by the 1F1B schedule, the first of them the
 * activations of p micro-batches (Narayanan et al. 2021); context parallelism splits the tokens, as a ring (Liu et
 * al. 2023) or by heads (Jacobs et al. 2023); ZeRO splits optimizer state, gradients and weights over the data- and
 * context-parallel devices (Rajbhandari et al. 2020). Work is taken as evenly spread. `parallelismProblems` says
 * whether the model can be split so; here degrees are taken as they are.
 */
export function perDevice(model: ModelSpec, options: EstimateOptions): PerDevice {
  const parallelism = parallelismOf(options.parallelism);
  const shared = parallelism.tensor * parallelism.pipeline * parallelism.context;
  const flops = countFlops(model, options);
  return {
    devices: deviceCount(parallelism),
    inference: inferencePerDevice(model, options),
    training: trainingPerDevice(model, options),
    flops: {
      prefill: flops.prefill / shared,
      decodePerToken: flops.decodePerToken / shared,
      trainingStep: trainingFlops(model, options) / shared,
    },
  };
}

/** Memory of inference alone, as a search over lengths asks for it. */
export function inferencePerDevice(model: ModelSpec, options: EstimateOptions): PerDevice['inference'] {
  return heaviest(options, (parallelism, end) => inferenceShare(model, options, parallelism, end));
}

/** Memory of training alone. */
export function trainingPerDevice(model: ModelSpec, options: EstimateOptions): PerDevice['training'] {
  return heaviest(options, (parallelism, end) => trainingShare(model, options, parallelism, end));
}

/** Peak memory of the most loaded device in bytes: of a prefill, or of a training step. */
export function peakPerDevice(
  model: ModelSpec,
  options: EstimateOptions,
  what: 'inference' | 'training',
): number {
  return (what === 'inference' ? inferencePerDevice : trainingPerDevice)(model, options).peak;
}

/** The figures of the stage with the greatest peak, the first of equals. */
function heaviest<T extends { readonly peak: number }>(
  { parallelism: asked }: Pick<EstimateOptions, 'parallelism'>,
  figuresOf: (parallelism: Parallelism, end: StageEnd) => T,
): T {
  const parallelism = parallelismOf(asked);
  return stageEnds(parallelism)
    .map((end) => figuresOf(parallelism, end))
    .reduce((most, each) => (each.peak > most.peak ? each : most));
}

function stageEnds({ pipeline }: Parallelism): readonly StageEnd[] {
  return pipeline === 1 ? ['only'] : ['first', 'last'];
}

/** The stage whose figures `perDevice` gives: that with the greatest peak, the first of equals. */
export function heaviestStage(
  model: ModelSpec,
  options: EstimateOptions,
  what: 'inference' | 'training',
): StageEnd {
  const shareOf = what === 'inference' ? inferenceShare : trainingShare;
  return heaviest(options, (parallelism, end) => ({
    end,
    peak: shareOf(model, options, parallelism, end).peak,
  })).end;
}

/** The stage of a pipeline: the only one, that with the embedding, or that with the head. */
export type StageEnd = 'only' | 'first' | 'last';

function inferenceShare(
  model: ModelSpec,
  options: EstimateOptions,
  parallelism: Parallelism,
  end: StageEnd,
): PerDevice['inference'] {
  const { tensor, context } = parallelism;
  const parts = inferenceParts(model, options);
  const layers = layerShare(model, parallelism);
  const held = heldShare(model, parallelism, end);
  const weights = modelWeights(model).reduce((sum, { weight, layers: count }) => {
    const bytes = storedBytesPerElement(weight, options.weightFormat ?? 'none', options.dtype);
    return sum + count * parametersOf(weight) * bytes * held(weight);
  }, 0);
  const kvCache = kvCacheTerms(model, options).reduce(
    (sum, each) => sum + each.value * layers * cacheShare(each, parallelism),
    0,
  );
  // The residual stream is whole on every tensor-parallel device; what is wider is split.
  const residual =
    (options.batch * options.sequenceLength * model.hiddenSize * 2 * activationBytes(options.dtype)) /
    context;
  const activations = Math.max(parts.activations / (tensor * context), Math.min(residual, parts.activations));
  const logits = end === 'first' ? 0 : parts.logits / tensor;
  const naiveScores = parts.naiveScores / (tensor * context);
  const peak = weights + kvCache + activations + logits;
  return { weights, kvCache, activations, logits, naiveScores, peak };
}

function trainingShare(
  model: ModelSpec,
  options: EstimateOptions,
  parallelism: Parallelism,
  end: StageEnd,
): PerDevice['training'] {
  const { data, tensor, context, pipeline, zeroStage } = parallelism;
  const training = trainingOptions(options);
  const { weights, gradients, optimizer } = trainingState(
    model,
    options,
    stateShare(model, parallelism, end),
  );
  const inFlight = end === 'last' ? 1 : pipeline;
  const share = activationShare(parallelism);
  const variant = variantOf(training);
  const stage = layerShare(model, parallelism) * inFlight;
  const adapters = training.lora ? (adapterActivations(model, training.lora, options) / context) * stage : 0;
  const outside = outsideLayers(model, options) * share.input;
  const logits = end === 'first' ? 0 : trainingLogits(model, options) / (tensor * context);
  const variants = keptActivations(model, options, logits + outside + adapters, share, stage);
  const activations = variants[variant];
  // Selective recomputation keeps all but the n × n tensors.
  const scores = variant === 'naiveNone' ? variants.naiveNone - variants.selective : 0;
  const isSharded = zeroStage === 3 && data * context > 1;
  const gathered = isSharded ? 2 * largestLayerBytes(model, options, parallelism) : 0;
  const backwardBuffers = transientBytes(model, options) / (tensor * context);
  const peak = weights + gradients + optimizer + gathered + activations + backwardBuffers;
  return { weights, gradients, optimizer, gathered, activations, logits, scores, backwardBuffers, peak };
}

/** ⌈L/p⌉ layers of L. */
export function layerShare(model: ModelSpec, { pipeline }: Parallelism): number {
  const layers = layerCount(model);
  return layers === 0 ? 1 : Math.ceil(layers / pipeline) / layers;
}

/** Whether a weight outside the layers is on this stage. A tied embedding is on both ends. */
function outsideShare(model: ModelSpec, { part, name }: WeightSpec, end: StageEnd): number {
  if (end === 'only') return 1;
  const atTheEnd = part === 'outputHead' || part === 'norm' || part === 'pooler';
  if (atTheEnd === (end === 'last')) return 1;
  return model.stacks.some(({ weights }) => weights.some(({ sharedWith }) => sharedWith === name)) ? 1 : 0;
}

/** What one of the tensor- and expert-parallel devices has of a weight. */
export function tensorShare(
  { part, use, shape, copies }: WeightSpec,
  { tensor, expert }: Parallelism,
): number {
  const experts = copies !== undefined && part === 'experts' ? 1 / expert : 1;
  if (part === 'router') return 1;
  const keyValue = shape.find(({ symbol }) => symbol === 'kv');
  if (keyValue !== undefined) return experts / Math.min(tensor, keyValue.value);
  const splits = use === 'matmul' || shape.some(({ symbol }) => ['a', 'f', 'V'].includes(symbol));
  return splits ? experts / tensor : experts;
}

/**
 * Key/value heads are split as far as there are any; latents are whole on every tensor-parallel device. The state
 * of a recurrence is split by tensor parallelism, but has no tokens to split.
 */
export function cacheShare({ factors }: Term, { tensor, context }: Parallelism): number {
  if (factors.some(({ symbol }) => symbol === 's')) return 1 / tensor;
  const keyValue = factors.find(({ symbol }) => symbol === 'kv');
  return 1 / (context * Math.min(tensor, keyValue?.value ?? 1));
}

/** What a device of the stage holds of a weight where nothing is sharded: its layers, its ends, its split. */
export function heldShare(
  model: ModelSpec,
  parallelism: Parallelism,
  end: StageEnd,
): (weight: WeightSpec) => number {
  const layers = layerShare(model, parallelism);
  const outside = new Set(model.stacks.flatMap(({ weights }) => weights));
  return (weight) =>
    (outside.has(weight) ? outsideShare(model, weight, end) : layers) * tensorShare(weight, parallelism);
}

export function stateShare(model: ModelSpec, parallelism: Parallelism, end: StageEnd): StateShare {
  const { data, context, expert, zeroStage } = parallelism;
  const layers = layerShare(model, parallelism);
  const held = heldShare(model, parallelism, end);
  // A weight of an expert has its replicas only on the devices that hold the same experts.
  const replicas = ({ part }: WeightSpec): number => (data * context) / (part === 'experts' ? expert : 1);
  const from = (stage: number): WeightShare => ({
    weight: (weight) => (zeroStage >= stage ? held(weight) / replicas(weight) : held(weight)),
    adapters: layers / parallelism.tensor / (zeroStage >= stage ? data * context : 1),
  });
  return { weights: from(3), gradients: from(2), optimizer: from(1) };
}

export function activationShare({ tensor, sequence, context }: Parallelism): ActivationShare {
  const whole = 1 / (context * (sequence ? tensor : 1));
  const split = 1 / (context * tensor);
  return { item: (item: ActivationItem) => (item.split === 'whole' ? whole : split), input: whole };
}

function largestLayerBytes(model: ModelSpec, options: EstimateOptions, parallelism: Parallelism): number {
  const width = activationBytes(options.dtype);
  const layers = model.stacks.flatMap(({ layerKinds }) =>
    layerKinds.map(({ weights }) =>
      weights.reduce((sum, weight) => sum + parametersOf(weight) * tensorShare(weight, parallelism), 0),
    ),
  );
  return width * Math.max(0, ...layers);
}
