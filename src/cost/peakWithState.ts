import type { AttentionKind } from '../model/attentionKinds';
import type { ModelSpec } from '../model/modelSpec';
import type { EstimateOptions } from './estimate';
import { inferenceMemory } from './inferenceMemory';
import { kvCacheTerms } from './kvCache';
import { sumOf } from './term';

/**
 * Inference peak of `model` in bytes where the layers of `kind` keep `stateElements` a layer between tokens, for the
 * whole batch, in the cache's dtype, instead of their keys and values. Undefined where they keep nothing (encoders).
 * A projection from the same formulas as the estimate; activations are taken to stay the same.
 */
export function peakWithState(
  model: ModelSpec,
  options: EstimateOptions,
  kind: AttentionKind,
  stateElements: number,
  elementBytes: number,
): number | undefined {
  const wanted = JSON.stringify(kind.attention);
  const own = kvCacheTerms(model, options).filter(({ at }) => JSON.stringify(at?.attention) === wanted);
  if (own.length === 0) return undefined;
  return inferenceMemory(model, options).peak - sumOf(own) + kind.layers * stateElements * elementBytes;
}
