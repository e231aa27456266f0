import type { ModelSpec } from '../model/modelSpec';
import { layerCount } from '../model/modelSpec';
import type { ActivationVariants, EstimateOptions, TrainingMemory } from './estimate';
import type { ActivationItem } from './layerActivations';
import { layerActivations } from './layerActivations';
import { countParameters } from './parameters';
import { activationBytes, FLOAT32_BYTES, MASK_BYTES } from './widths';

/**
 * Bytes of a training step on one device with Adam (Rajbhandari et al. 2020 §3.1): 2 + 2 + 12 a parameter in
 * mixed precision (weights, gradients; float32 master weights and two moments), 4 + 4 + 8 in float32.
 * Formats of fewer than 16 bits are no training formats: their weights are counted as 16-bit.
 * Activations are those kept for the backward pass, after Korthikanti et al. 2022.
 */
export function trainingMemory(model: ModelSpec, options: EstimateOptions): TrainingMemory {
  const count = countParameters(model).total;
  const width = activationBytes(options.dtype);
  const moments = 2 * FLOAT32_BYTES;
  const optimizerWidth = width < FLOAT32_BYTES ? moments + FLOAT32_BYTES : moments;
  const logits = trainingLogits(model, options);
  const activationVariants = keptActivations(model, options, logits + outsideLayers(model, options));
  const weights = count * width;
  const gradients = count * width;
  const optimizer = count * optimizerWidth;
  const activations = activationVariants.fusedNone;
  return {
    weights,
    gradients,
    optimizer,
    activations,
    total: weights + gradients + optimizer + activations,
    activationVariants,
    logits,
    bytesPerParameter: 2 * width + optimizerWidth,
  };
}

/** Logits at every position and their gradient, both in float32. */
function trainingLogits(model: ModelSpec, { batch, sequenceLength }: EstimateOptions): number {
  if (model.head.kind !== 'language-model') return 0;
  return 2 * FLOAT32_BYTES * batch * sequenceLength * model.vocabSize;
}

/**
 * Bytes kept outside the layers, without the logits: the inputs of the outer norms and of the head, and the
 * mask of the embedding's dropout (Korthikanti et al. 2022 §4.3).
 */
export function outsideLayers(model: ModelSpec, options: EstimateOptions): number {
  const inputs = model.norms.outside + (model.head.kind === 'language-model' ? 1 : 0);
  const masks = model.dropout.hidden > 0 ? 1 : 0;
  const perToken = model.hiddenSize * (inputs * activationBytes(options.dtype) + masks * MASK_BYTES);
  return options.batch * options.sequenceLength * perToken;
}

function keptActivations(model: ModelSpec, options: EstimateOptions, extras: number): ActivationVariants {
  const kinds = model.layerKinds.map((kind) => {
    const items = layerActivations(model, kind.attention, options);
    return {
      layers: kind.layers,
      any: sumOf(items, ['any']),
      fused: sumOf(items, ['any', 'fused']),
      naive: sumOf(items, ['any', 'naive']),
    };
  });
  const overLayers = (perLayer: (kind: (typeof kinds)[number]) => number): number =>
    kinds.reduce((sum, kind) => sum + kind.layers * perLayer(kind), 0);
  const layerInput =
    options.batch * options.sequenceLength * model.hiddenSize * activationBytes(options.dtype);
  return {
    fusedNone: extras + overLayers((kind) => kind.fused),
    naiveNone: extras + overLayers((kind) => kind.naive),
    selective: extras + overLayers((kind) => kind.any),
    // The layer being rebuilt has its own input among its items.
    full: extras + (layerCount(model) - 1) * layerInput + Math.max(...kinds.map((kind) => kind.fused)),
  };
}

function sumOf(items: readonly ActivationItem[], keptBy: readonly ActivationItem['keptBy'][]): number {
  return items.reduce((sum, each) => (keptBy.includes(each.keptBy) ? sum + each.bytes : sum), 0);
}
