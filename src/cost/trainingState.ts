import type { ModelSpec } from '../model/modelSpec';
import type { Optimizer } from '../model/recipe';
import { elementsOf, parametersOf, type WeightSpec, rowsAndColumns } from '../model/weightSpec';
import { adapterParameters } from './adapters';
import type { EstimateOptions, TrainingOptions } from './estimate';
import { modelWeights } from './modelWeights';
import { storedBytesPerElement } from './weightFormats';
import { activationBytes, FLOAT32_BYTES } from './widths';

/** Bytes that training holds for the weights themselves, whatever the sequence. */
export interface TrainingState {
  readonly weights: number;
  readonly gradients: number;
  /** The optimizer's own state and the float32 master copy. */
  readonly optimizer: number;
  /** The float32 copy alone, part of `optimizer`. */
  readonly masterWeights: number;
  /** Parameters that get gradients: all of them, or those of the adapters. */
  readonly trainableParameters: number;
}

/**
 * Mixed precision with AdamW as it is commonly run: 2 + 2 + 12 bytes a parameter (Rajbhandari et al. 2020 §3.1).
 */
export const defaultTraining: TrainingOptions = {
  optimizer: 'adamw',
  masterWeights: true,
  float32Gradients: false,
  recomputation: 'none',
  attention: 'fused',
};

/** The options of a training step, those not asked for by their defaults. */
export function trainingOptions({ training }: Pick<EstimateOptions, 'training'>): TrainingOptions {
  return { ...defaultTraining, ...training };
}

/**
 * Weights, gradients and optimizer state. Formats of fewer than 16 bits are no formats to train in: weights that
 * are trained are counted as 16-bit then. Under an adapter the weights are frozen, held in its base format, and
 * only the adapter's are trained. `share` weighs each weight, for a device that holds a part of it.
 */
export function trainingState(
  model: Pick<ModelSpec, 'stacks'>,
  options: Pick<EstimateOptions, 'dtype' | 'training'>,
  share: StateShare = whole,
): TrainingState {
  const training = trainingOptions(options);
  const width = activationBytes(options.dtype);
  const gradientWidth = training.float32Gradients ? FLOAT32_BYTES : width;
  const masterWidth = training.masterWeights && width < FLOAT32_BYTES ? FLOAT32_BYTES : 0;
  if (training.lora !== undefined) {
    const { baseFormat } = training.lora;
    const adapters = adapterParameters(model, training.lora);
    const frozen = sumWeights(model, (weight, count) => {
      const bytes = baseFormat === 'none' ? width : storedBytesPerElement(weight, baseFormat, options.dtype);
      return count * bytes * share.weights.weight(weight);
    });
    const updated = adapters * share.optimizer.adapters;
    return {
      weights: frozen + adapters * width * share.weights.adapters,
      gradients: adapters * gradientWidth * share.gradients.adapters,
      // An adapter's two matrices are thin: factored states save nothing worth telling apart.
      optimizer: updated * (masterWidth + momentBytesPerParameter[training.optimizer]),
      masterWeights: updated * masterWidth,
      trainableParameters: adapters,
    };
  }
  const masterWeights = sumWeights(
    model,
    (weight, count) => count * masterWidth * share.optimizer.weight(weight),
  );
  return {
    weights: sumWeights(model, (weight, count) => count * width * share.weights.weight(weight)),
    gradients: sumWeights(model, (weight, count) => count * gradientWidth * share.gradients.weight(weight)),
    optimizer:
      masterWeights +
      sumWeights(
        model,
        (weight, count) => count * momentBytes(training.optimizer, weight) * share.optimizer.weight(weight),
      ),
    masterWeights,
    trainableParameters: sumWeights(model, (_, count) => count),
  };
}

/** Which part of the weights, of their gradients and of their optimizer state a device holds. */
export interface StateShare {
  readonly weights: WeightShare;
  readonly gradients: WeightShare;
  readonly optimizer: WeightShare;
}

/** From 0 to 1: of one weight of the model, and of the adapters. */
export interface WeightShare {
  readonly weight: (weight: WeightSpec) => number;
  readonly adapters: number;
}

const all: WeightShare = { weight: () => 1, adapters: 1 };
const whole: StateShare = { weights: all, gradients: all, optimizer: all };

/** Bytes a parameter of the optimizer's own state where nothing is factored. */
export const momentBytesPerParameter: Readonly<Record<Optimizer, number>> = {
  // Two float32 moments (Kingma & Ba 2015; Loshchilov & Hutter 2019).
  adamw: 8,
  // Two 8-bit moments, each with a float32 scale for 256 of them (Dettmers et al. 2022, blockwise).
  adamw8bit: 2 * (1 + FLOAT32_BYTES / 256),
  sgd: 0,
  sgdMomentum: FLOAT32_BYTES,
  // One float32 for a row and one for a column, see below (Shazeer & Stern 2018).
  adafactor: 0,
  lion: FLOAT32_BYTES,
  // One momentum for the matrices of the layers, see below (Jordan et al. 2024).
  muon: FLOAT32_BYTES,
};

/** The same for one weight, whose shape and place may matter. */
export function momentBytes(optimizer: Optimizer, weight: WeightSpec): number {
  if (optimizer === 'adafactor') return adafactorBytes(weight);
  // Embeddings, heads and vectors are left to AdamW.
  if (optimizer === 'muon' && !(weight.use === 'matmul' && weight.part !== 'outputHead'))
    return momentBytesPerParameter.adamw;
  return momentBytesPerParameter[optimizer];
}

/** The second moment of a matrix is kept by row and by column; that of a vector whole. No first moment. */
function adafactorBytes(weight: WeightSpec): number {
  if (weight.use === 'vector') return FLOAT32_BYTES;
  return (FLOAT32_BYTES * rowsAndColumns(weight)) / elementsOf(weight);
}

function sumWeights(
  model: Pick<ModelSpec, 'stacks'>,
  bytes: (weight: WeightSpec, parameters: number) => number,
): number {
  return modelWeights(model).reduce(
    (sum, { weight, layers }) => sum + bytes(weight, layers * parametersOf(weight)),
    0,
  );
}
