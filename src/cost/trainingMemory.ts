import type { LayerKind, ModelSpec, Stack } from '../model/modelSpec';
import type { LoraSpec } from '../model/recipe';
import { adaptedTokens, adaptedWeights } from './adapters';
import type { ActivationVariants, EstimateOptions, TrainingMemory, TrainingOptions } from './estimate';
import { layerActivations, type ActivationItem } from './layerActivations';
import { countParameters } from './parameters';
import { stackTokens } from './stackTokens';
import { trainingOptions, trainingState } from './trainingState';
import { transientBytes } from './backwardBuffers';
import { activationBytes, FLOAT32_BYTES, MASK_BYTES } from './widths';

/**
 * Bytes of a training step on one device: weights, gradients and optimizer state by the recipe (see
 * `trainingState.ts`), and the activations kept for the backward pass after Korthikanti et al. 2022. What is
 * stored is one figure, the peak of the backward pass, where the gradients of one layer's activations come on
 * top, another.
 */
export function trainingMemory(model: ModelSpec, options: EstimateOptions): TrainingMemory {
  const state = trainingState(model, options);
  const training = trainingOptions(options);
  const logits = trainingLogits(model, options);
  const adapters = training.lora ? adapterActivations(model, training.lora, options) : 0;
  const extras = logits + outsideLayers(model, options) + adapters;
  const activationVariants = keptActivations(model, options, extras);
  const activations = activationVariants[variantOf(training)];
  const backwardBuffers = transientBytes(model, options);
  const held = state.weights + state.gradients + state.optimizer;
  const { weights, gradients, optimizer, masterWeights, trainableParameters } = state;
  return {
    weights,
    gradients,
    optimizer,
    masterWeights,
    activations,
    total: held + activations,
    backwardBuffers,
    peak: held + activations + backwardBuffers,
    trainableParameters,
    activationVariants,
    logits,
    bytesPerParameter: held / countParameters(model).total,
  };
}

/** Which of the variants a recipe keeps. */
export function variantOf({ recomputation, attention }: TrainingOptions): keyof ActivationVariants {
  if (recomputation !== 'none') return recomputation;
  return attention === 'fused' ? 'fusedNone' : 'naiveNone';
}

/** What goes between an adapter's two matrices is kept: r elements a token and adapted matrix. */
export function adapterActivations(model: ModelSpec, lora: LoraSpec, options: EstimateOptions): number {
  const width = activationBytes(options.dtype);
  return adaptedWeights(model, lora).reduce((sum, { stack, weight, layers }) => {
    const passed = adaptedTokens(model, stack, weight, options);
    return sum + layers * lora.rank * options.batch * passed * width;
  }, 0);
}

/** Logits at every position and their gradient, both in float32. */
export function trainingLogits(model: ModelSpec, { batch, sequenceLength }: EstimateOptions): number {
  if (model.head.kind !== 'language-model') return 0;
  return 2 * FLOAT32_BYTES * batch * sequenceLength * model.vocabSize;
}

/**
 * Bytes kept outside the layers, without the logits: the inputs of the outer norms and of the head, and the
 * mask of the embedding's dropout (Korthikanti et al. 2022 §4.3).
 */
export function outsideLayers(model: ModelSpec, options: EstimateOptions): number {
  return model.stacks.reduce((sum, stack) => {
    const inputs = outsideInputs(model, stack);
    const masks = stack.dropout.hidden > 0 ? 1 : 0;
    const perToken = stack.hiddenSize * (inputs * activationBytes(options.dtype) + masks * MASK_BYTES);
    return sum + options.batch * stackTokens(stack, options) * perToken;
  }, 0);
}

/** Tensors of the stack's width that are kept outside its layers: inputs of the outer norms, and of the head. */
export function outsideInputs(model: ModelSpec, stack: Stack): number {
  const hasHead =
    model.head.kind === 'language-model' && stack.weights.some(({ part }) => part === 'outputHead');
  return stack.outerNorms + (hasHead ? 1 : 0);
}

interface KeptByKind {
  readonly layers: number;
  readonly any: number;
  readonly fused: number;
  readonly naive: number;
  /** The layer's input, all that full recomputation keeps. */
  readonly input: number;
}

/** How one device divides what a layer keeps; one device keeps all of it. */
export interface ActivationShare {
  readonly item: (item: ActivationItem) => number;
  /** Of the layer's input, which full recomputation keeps. */
  readonly input: number;
}

const allOfIt: ActivationShare = { item: () => 1, input: 1 };

/**
 * Bytes kept by all layers under each policy, `extras` added. `stage` weighs the layers, for a device of a pipeline
 * that has a part of them and several micro-batches in flight; it rebuilds one layer of one of these at a time.
 */
export function keptActivations(
  model: ModelSpec,
  options: EstimateOptions,
  extras: number,
  share = allOfIt,
  stage = 1,
): ActivationVariants {
  const kinds = model.stacks.flatMap((stack) =>
    stack.layerKinds.map((kind) => keptByKind(model, stack, kind, options, share)),
  );
  const overLayers = (perLayer: (kind: KeptByKind) => number): number =>
    stage * kinds.reduce((sum, kind) => sum + kind.layers * perLayer(kind), 0);
  return {
    fusedNone: extras + overLayers((kind) => kind.fused),
    naiveNone: extras + overLayers((kind) => kind.naive),
    selective: extras + overLayers((kind) => kind.any),
    // The layer being rebuilt has its own input among its items.
    full:
      extras +
      overLayers((kind) => kind.input) +
      Math.max(0, ...kinds.map((kind) => kind.fused - kind.input)),
  };
}

function keptByKind(
  model: ModelSpec,
  stack: Stack,
  kind: LayerKind,
  options: EstimateOptions,
  share: ActivationShare,
): KeptByKind {
  const items = layerActivations(model, stack, kind, options);
  const keptBy = (...keepers: readonly ActivationItem['keptBy'][]): number =>
    items.reduce(
      (sum, item) => (keepers.includes(item.keptBy) ? sum + item.value * share.item(item) : sum),
      0,
    );
  const input =
    options.batch * stackTokens(stack, options) * stack.hiddenSize * activationBytes(options.dtype);
  return {
    layers: kind.layers,
    any: keptBy('any'),
    fused: keptBy('any', 'fused'),
    naive: keptBy('any', 'naive'),
    input: input * share.input,
  };
}
