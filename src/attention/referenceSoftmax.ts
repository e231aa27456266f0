import { addScaled, dot } from './referenceVectors';

/** Keys and values of one head as rows of `headDim` numbers. */
export interface ReferenceMemory {
  readonly keys: Float64Array;
  readonly values: Float64Array;
}

/** A row of a memory, and what its score is shifted by (0: nothing). */
export interface VisibleRow {
  /** Index of the row's first number, in keys and in values. */
  readonly offset: number;
  readonly bias: number;
}

/** The first `count` rows of a memory, each as it is. */
export function allRows(count: number, headDim: number): VisibleRow[] {
  return Array.from({ length: count }, (_, row) => ({ offset: row * headDim, bias: 0 }));
}

/** softmax(q·kᵀ/√d + bias)·v of one query in float64, over the rows given. Plain loops, as the definition has it. */
export function softmaxOver(
  query: Float64Array,
  memory: ReferenceMemory,
  visible: readonly VisibleRow[],
): Float64Array {
  const headDim = query.length;
  const scale = Math.sqrt(headDim);
  const scores = visible.map(
    ({ offset, bias }) => dot(query, 0, memory.keys, offset, headDim) / scale + bias,
  );
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const result = new Float64Array(headDim);
  let sum = 0;
  visible.forEach(({ offset }, index) => {
    const weight = Math.exp((scores[index] ?? NaN) - largest);
    sum += weight;
    addScaled(result, weight, memory.values, offset);
  });
  return result.map((value) => value / sum);
}
