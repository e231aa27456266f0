import type { ModelSpec } from '../model/modelSpec';
import type { ActivationVariants, EstimateOptions } from './estimate';
import { inferenceMemory } from './inferenceMemory';
import { trainingMemory } from './trainingMemory';

/** Where the search ends: 134 million tokens, beyond any use. */
export const MAX_SEARCHED_LENGTH = 2 ** 27;

export interface LongestSequence {
  /** Tokens; 0 where not even one token fits. */
  readonly sequenceLength: number;
  /** The search ended before the memory did: still longer sequences fit. */
  readonly capped: boolean;
}

/** What is to fit: a prefill with fused attention, or a training step with the chosen kept activations. */
export type Workload = 'inference' | 'training';

/**
 * The longest sequence whose projected memory is at most `memoryBytes`. Neither the model's trained length
 * nor memory held by others is looked at.
 */
export function longestThatFits(
  model: ModelSpec,
  options: Omit<EstimateOptions, 'sequenceLength'>,
  memoryBytes: number,
  what: Workload,
  activations: keyof ActivationVariants = 'fusedNone',
): LongestSequence {
  return longestWithin(memoryBytes, (sequenceLength) =>
    requiredBytes(model, { ...options, sequenceLength }, what, activations),
  );
}

/** The same for any bytes that grow with n (tokens), which is what lets bisection find it. */
export function longestWithin(memoryBytes: number, bytesAt: (n: number) => number): LongestSequence {
  const fits = (n: number): boolean => bytesAt(n) <= memoryBytes;
  if (!fits(1)) return { sequenceLength: 0, capped: false };
  if (fits(MAX_SEARCHED_LENGTH)) return { sequenceLength: MAX_SEARCHED_LENGTH, capped: true };
  let fitting = 1;
  let tooLong = MAX_SEARCHED_LENGTH;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits(middle)) fitting = middle;
    else tooLong = middle;
  }
  return { sequenceLength: fitting, capped: false };
}

function requiredBytes(
  model: ModelSpec,
  options: EstimateOptions,
  what: Workload,
  activations: keyof ActivationVariants,
): number {
  if (what === 'inference') return inferenceMemory(model, options).peak;
  const { weights, gradients, optimizer, activationVariants } = trainingMemory(model, options);
  return weights + gradients + optimizer + activationVariants[activations];
}
