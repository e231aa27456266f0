import type { ModelSpec } from '../model/modelSpec';
import type { ActivationVariants, EstimateOptions } from './estimate';
import { inferenceMemory } from './inferenceMemory';
import { trainingMemory } from './trainingMemory';

export interface CurveOptions extends Omit<EstimateOptions, 'sequenceLength'> {
  /** Which kept activations the training curve stacks; `fusedNone` where absent. */
  readonly activations?: keyof ActivationVariants;
}

/** Bytes at one length, in parts that add up. */
export interface MemoryPoint {
  readonly n: number;
  readonly inference: {
    readonly weights: number;
    readonly kvCache: number;
    readonly activations: number;
    readonly logits: number;
    /** On top of the others, for attention that writes its scores. */
    readonly naiveScores: number;
  };
  readonly training: {
    readonly weights: number;
    readonly gradients: number;
    readonly optimizer: number;
    readonly activations: number;
  };
}

/** Projected memory at each of `lengths` (tokens), for stacked curves over n. */
export function memoryCurve(
  model: ModelSpec,
  options: CurveOptions,
  lengths: readonly number[],
): MemoryPoint[] {
  const { batch, dtype, activations = 'fusedNone' } = options;
  return lengths.map((n) => {
    const conditions = { batch, dtype, sequenceLength: n };
    const { weights, kvCache, parts } = inferenceMemory(model, conditions);
    const training = trainingMemory(model, conditions);
    return {
      n,
      inference: { weights, kvCache, ...parts },
      training: {
        weights: training.weights,
        gradients: training.gradients,
        optimizer: training.optimizer,
        activations: training.activationVariants[activations],
      },
    };
  });
}
