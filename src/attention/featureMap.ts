import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { RunDType } from './mechanism';

/** Features of keys, and how far they are scaled down for the sake of the precision. */
export interface KeyFeatures {
  readonly features: Value;
  /**
   * Features are exp(−shift) times those of the definition; one a head, of the keys' shape with 1 token and
   * 1 feature. Absent: nothing is scaled.
   */
  readonly shift?: Value;
}

/**
 * A feature map φ with which attention is φ(q)·Σ φ(k)vᵀ / φ(q)·Σ φ(k): every weight φ(q)·φ(k) is positive.
 * In graphs the last axis of a value is the head's width, which becomes the features.
 */
export interface FeatureMap {
  /** Features of a vector. */
  readonly count: number;
  /** FLOPs of one vector's products; element-wise work is not counted. */
  readonly flops: number;
  /** Whether `key` gives a shift. */
  readonly shifted: boolean;
  /** Features of queries, each vector's up to a positive factor of its own: the quotient does without it. */
  query(graph: GraphBuilder, dtype: RunDType, queries: Value): Value;
  /**
   * Features of keys, up to one factor for all tokens of a head, along `tokenAxis`. `before` is the shift of
   * earlier tokens: the shift returned is no smaller.
   */
  key(graph: GraphBuilder, dtype: RunDType, keys: Value, tokenAxis: number, before?: Value): KeyFeatures;
  /** The definition in float64, for one vector at `offset` of `values`, written to `result` from `at`. */
  write(values: Float32Array | Float64Array, offset: number, result: Float64Array, at: number): void;
}
