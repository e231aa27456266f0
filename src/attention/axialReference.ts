import { axialGrid } from './axialGrid';
import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';

type VectorOf = (batch: number, head: number, token: number) => Float64Array;

/** softmax(q·kᵀ/√d)·v of one token over `keys`, with values as `valueOf` gives them, in float64. */
function softmaxTokens(
  { n, heads, kvHeads, headDim }: AttentionShape,
  { q, k }: AttentionInputs,
  { batch, head, row }: OutputRow,
  keys: readonly number[],
  valueOf: (token: number) => ArrayLike<number>,
): Float64Array {
  const kvHead = Math.floor(head / (heads / kvHeads));
  const query = ((batch * n + row) * heads + head) * headDim;
  const scores = keys.map((token) => {
    const key = ((batch * n + token) * kvHeads + kvHead) * headDim;
    let dot = 0;
    for (let i = 0; i < headDim; i++) dot += (q[query + i] ?? NaN) * (k[key + i] ?? NaN);
    return dot / Math.sqrt(headDim);
  });
  const largest = Math.max(...scores);
  const result = new Float64Array(headDim);
  let sum = 0;
  keys.forEach((token, index) => {
    const weight = Math.exp((scores[index] ?? NaN) - largest);
    const value = valueOf(token);
    sum += weight;
    for (let i = 0; i < headDim; i++) result[i] = (result[i] ?? NaN) + weight * (value[i] ?? NaN);
  });
  return result.map((value) => value / sum);
}

/** What the pass along the rows gives for a token; each is computed once. */
export function axialRowOutput(shape: AttentionShape, inputs: AttentionInputs): VectorOf {
  const { n, heads, kvHeads, headDim, causal } = shape;
  const { columns } = axialGrid(n);
  const known = new Map<number, Float64Array>();
  return (batch, head, token) => {
    const place = (batch * heads + head) * n + token;
    const found = known.get(place);
    if (found !== undefined) return found;
    const start = token - (token % columns);
    const end = causal ? token + 1 : Math.min(n, start + columns);
    const keys = Array.from({ length: end - start }, (_, index) => start + index);
    const kvHead = Math.floor(head / groupSize(shape));
    const output = softmaxTokens(shape, inputs, { batch, head, row: token }, keys, (key) => {
      const from = ((batch * n + key) * kvHeads + kvHead) * headDim;
      return inputs.v.subarray(from, from + headDim);
    });
    known.set(place, output);
    return output;
  };
}

/** Both passes for the rows asked for, row-major, in float64: columns over the outputs of the rows. */
export function axialReference(
  shape: AttentionShape,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
): Float64Array {
  const { n, headDim, causal } = shape;
  const { columns } = axialGrid(n);
  const rowOutput = axialRowOutput(shape, inputs);
  const result = new Float64Array(rows.length * headDim);
  rows.forEach((asked, index) => {
    const keys: number[] = [];
    for (let token = asked.row % columns; token < n; token += columns) {
      if (!causal || token <= asked.row) keys.push(token);
    }
    const output = softmaxTokens(shape, inputs, asked, keys, (token) =>
      rowOutput(asked.batch, asked.head, token),
    );
    result.set(output, index * headDim);
  });
  return result;
}
