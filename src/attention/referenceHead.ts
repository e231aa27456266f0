import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';
import type { ReferenceMemory } from './referenceSoftmax';

/** One head's rows cut out of a token-major tensor, in float64. [n, headDim] */
export function headRows(
  values: ArrayLike<number>,
  shape: Pick<AttentionShape, 'n' | 'headDim'>,
  batch: number,
  heads: number,
  head: number,
): Float64Array {
  const { n, headDim } = shape;
  const rows = new Float64Array(n * headDim);
  for (let token = 0; token < n; token++) {
    const from = ((batch * n + token) * heads + head) * headDim;
    for (let i = 0; i < headDim; i++) rows[token * headDim + i] = values[from + i] ?? NaN;
  }
  return rows;
}

/** The mean of tokens [start, end) of rows made by `headRows`. */
export function meanRow(rows: Float64Array, headDim: number, start: number, end: number): Float64Array {
  const mean = new Float64Array(headDim);
  for (let token = start; token < end; token++) {
    for (let i = 0; i < headDim; i++) {
      mean[i] = (mean[i] ?? NaN) + (rows[token * headDim + i] ?? NaN) / (end - start);
    }
  }
  return mean;
}

/** The mean of the queries at `tokens`. */
export function meanQuery(
  queryOf: (position: number) => Float64Array,
  tokens: readonly number[],
  headDim: number,
): Float64Array {
  const mean = new Float64Array(headDim);
  for (const token of tokens) {
    queryOf(token).forEach((value, i) => {
      mean[i] = (mean[i] ?? NaN) + value / tokens.length;
    });
  }
  return mean;
}

/** Means of `stride` tokens, one after another, of rows made by `headRows`. [⌈n/stride⌉, headDim] */
export function pooledRows(rows: Float64Array, headDim: number, stride: number): Float64Array {
  const n = rows.length / headDim;
  const pooled = Math.ceil(n / stride);
  const result = new Float64Array(pooled * headDim);
  for (let index = 0; index < pooled; index++) {
    const end = Math.min(n, (index + 1) * stride);
    result.set(meanRow(rows, headDim, index * stride, end), index * headDim);
  }
  return result;
}

/**
 * Fills the rows asked for, one after another, with a head's memory prepared once a call: `prepare` makes it
 * from the head's keys and values, `attend` answers for one position.
 */
export function referenceByHead<Memory>(
  shape: AttentionShape,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
  prepare: (memory: ReferenceMemory) => Memory,
  attend: (memory: Memory, row: number, queryOf: (position: number) => Float64Array) => Float64Array,
): Float64Array {
  const { n, heads, kvHeads, headDim } = shape;
  const memories = new Map<number, Memory>();
  const result = new Float64Array(rows.length * headDim);
  rows.forEach(({ batch, head, row }, index) => {
    const kvHead = Math.floor(head / groupSize(shape));
    const key = batch * kvHeads + kvHead;
    const known = memories.get(key);
    const memory =
      known ??
      prepare({
        keys: headRows(inputs.k, shape, batch, kvHeads, kvHead),
        values: headRows(inputs.v, shape, batch, kvHeads, kvHead),
      });
    if (known === undefined) memories.set(key, memory);
    const queryOf = (position: number): Float64Array => {
      const from = ((batch * n + position) * heads + head) * headDim;
      return Float64Array.from(inputs.q.subarray(from, from + headDim));
    };
    result.set(attend(memory, row, queryOf), index * headDim);
  });
  return result;
}
