import type { Value } from '../onnx/graphBuilder';

/** Queries, keys and values of one step of a graph. */
export type Triple = readonly [q: Value, k: Value, v: Value];

/** The first three of `values`. Throws an Error where there are fewer: a mistake in a graph. */
export function asTriple([q, k, v]: readonly (Value | undefined)[]): Triple {
  if (q === undefined || k === undefined || v === undefined)
    throw new Error('queries, keys and values expected');
  return [q, k, v];
}
