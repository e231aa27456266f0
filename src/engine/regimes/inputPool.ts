import { keyElements, queryElements } from '../../attention/attentionCost';
import type { AttentionInputs, AttentionShape } from '../../attention/mechanism';

/**
 * The numbers of `pool` as inputs of `shape`: independent random numbers are as good in one shape as in another, and
 * drawing new ones would cost more time than the calls. A shape with more elements has them again.
 */
export function inputsFrom(pool: AttentionInputs, shape: AttentionShape): AttentionInputs {
  const queries = queryElements(shape);
  const keys = keyElements(shape);
  return { q: resized(pool.q, queries), k: resized(pool.k, keys), v: resized(pool.v, keys) };
}

function resized(values: Float32Array, length: number): Float32Array {
  if (length <= values.length) return values.subarray(0, length);
  const repeated = new Float32Array(length);
  // Each repetition begins one number later, so that no two entries of a batch are alike: mixed up, they would verify.
  for (let start = 0, skipped = 0; start < length; start += values.length - skipped, skipped++) {
    repeated.set(values.subarray(skipped, skipped + length - start), start);
  }
  return repeated;
}
