import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';

/**
 * softmax(q·kᵀ/√d)·v for single rows in float64, over the keys that `visible` admits. Plain loops:
 * this is what every fast graph is judged by, so it must be obviously right rather than quick.
 * Returns rows.length × headDim numbers, row-major.
 */
export function softmaxRows(
  shape: AttentionShape,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
  visible: (query: number, key: number) => boolean,
): Float64Array {
  const { n, heads, kvHeads, headDim } = shape;
  const result = new Float64Array(rows.length * headDim);
  const scores = new Float64Array(n);
  const scale = 1 / Math.sqrt(headDim);
  rows.forEach(({ batch, head, row }, index) => {
    const kvHead = Math.floor(head / (heads / kvHeads));
    const queryOffset = ((batch * n + row) * heads + head) * headDim;
    const keyOffset = (key: number): number => ((batch * n + key) * kvHeads + kvHead) * headDim;
    let largest = -Infinity;
    for (let key = 0; key < n; key++) {
      let score = -Infinity;
      if (visible(row, key)) {
        score = 0;
        const offset = keyOffset(key);
        for (let i = 0; i < headDim; i++) {
          score += (inputs.q[queryOffset + i] ?? NaN) * (inputs.k[offset + i] ?? NaN);
        }
        score *= scale;
      }
      scores[key] = score;
      largest = Math.max(largest, score);
    }
    let sum = 0;
    for (let key = 0; key < n; key++) {
      const score = scores[key] ?? -Infinity;
      if (score === -Infinity) continue;
      const weight = Math.exp(score - largest);
      sum += weight;
      const offset = keyOffset(key);
      for (let i = 0; i < headDim; i++) {
        result[index * headDim + i] =
          (result[index * headDim + i] ?? 0) + weight * (inputs.v[offset + i] ?? NaN);
      }
    }
    for (let i = 0; i < headDim; i++) {
      result[index * headDim + i] = (result[index * headDim + i] ?? 0) / sum;
    }
  });
  return result;
}
