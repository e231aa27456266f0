import type { ModelSpec } from '../model/modelSpec';
import type { Estimate, EstimateOptions } from './estimate';
import { countFlops } from './flops';
import { inferenceMemory } from './inferenceMemory';
import { kvCacheBytesPerToken } from './kvCache';
import { countParameters } from './parameters';
import { perDevice } from './perDevice';
import { trainingFlops } from './trainingFlops';
import { trainingMemory } from './trainingMemory';

/**
 * Every figure of the cost model for `model` under `options`: projected from closed formulas, never measured.
 * Symbols and conventions are in README.md beside this file. Throws RangeError unless sequence length and
 * batch are positive whole numbers.
 */
export function estimate(model: ModelSpec, options: EstimateOptions): Estimate {
  requirePositiveInteger('sequenceLength', options.sequenceLength);
  requirePositiveInteger('batch', options.batch);
  const inference = inferenceMemory(model, options);
  return {
    ...options,
    parameters: countParameters(model),
    flops: { ...countFlops(model, options), trainingStep: trainingFlops(model, options) },
    memory: {
      weights: inference.weights,
      kvCache: inference.kvCache,
      kvCacheBytesPerToken: kvCacheBytesPerToken(model, options.cacheDType ?? options.dtype),
      inferencePeak: inference.peak,
      inferencePeakNaive: inference.peakNaive,
      inferenceParts: inference.parts,
      training: trainingMemory(model, options),
    },
    perDevice: perDevice(model, options),
  };
}

function requirePositiveInteger(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(`${name} must be a positive whole number, not ${String(value)}.`);
}
