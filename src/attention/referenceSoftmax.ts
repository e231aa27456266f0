/** Keys and values of one head as rows of `headDim` numbers. */
export interface ReferenceMemory {
  readonly keys: ArrayLike<number>;
  readonly values: ArrayLike<number>;
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
  query: ArrayLike<number>,
  memory: ReferenceMemory,
  visible: readonly VisibleRow[],
): Float64Array {
  const headDim = query.length;
  const scores = visible.map(({ offset, bias }) => {
    let dot = 0;
    for (let i = 0; i < headDim; i++) dot += (query[i] ?? NaN) * (memory.keys[offset + i] ?? NaN);
    return dot / Math.sqrt(headDim) + bias;
  });
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const result = new Float64Array(headDim);
  let sum = 0;
  visible.forEach(({ offset }, index) => {
    const weight = Math.exp((scores[index] ?? NaN) - largest);
    sum += weight;
    for (let i = 0; i < headDim; i++) {
      result[i] = (result[i] ?? NaN) + weight * (memory.values[offset + i] ?? NaN);
    }
  });
  return result.map((value) => value / sum);
}
