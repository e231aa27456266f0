import { groupSize } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';

/** Bytes of one element of the run's precision. */
export function elementBytes(shape: AttentionShape): number {
  return shape.dtype === 'float16' ? 2 : 4;
}

/** FLOPs of QKᵀ and PV for `pairs` (query, key) pairs a head; softmax is not counted, as is usual. */
export function pairFlops(shape: AttentionShape, pairs: number): number {
  return 4 * pairs * shape.headDim * shape.heads * shape.batch;
}

/** Elements of q (and of o). */
export function queryElements(shape: AttentionShape): number {
  return shape.batch * shape.n * shape.heads * shape.headDim;
}

/** Elements of k (and of v). */
export function keyElements(shape: AttentionShape): number {
  return shape.batch * shape.n * shape.kvHeads * shape.headDim;
}

/** Bytes that any implementation reads or writes once: q, k, v and o. */
export function compulsoryBytes(shape: AttentionShape): number {
  return (2 * queryElements(shape) + 2 * keyElements(shape)) * elementBytes(shape);
}

/** Cost of a graph made by `buildQueryBlocks`. `pairs`: what the mathematics needs, a head. */
export function queryBlockCost(shape: AttentionShape, rows: number, pairs: number): AttentionCost {
  const { batch, n, heads, kvHeads, headDim } = shape;
  let executedPairs = 0;
  let largestBlock = 0;
  for (let start = 0; start < n; start += rows) {
    const end = Math.min(n, start + rows);
    executedPairs += (end - start) * end;
    // Scores, the mask, and the slices of q, k, v with the head-major copies the kernel makes of them.
    const scores = batch * heads * (end - start) * end;
    const mask = groupSize(shape) * (end - start) * end;
    const slices = 2 * batch * headDim * (heads * (end - start) + 2 * kvHeads * end);
    largestBlock = Math.max(largestBlock, scores + mask + slices);
  }
  // The outputs of all blocks wait for the concatenation, which writes a second copy; grouping the
  // queries of a GQA model holds one more.
  const whole = (groupSize(shape) === 1 ? 1 : 2) * queryElements(shape);
  const workspace = Math.max(whole + largestBlock, 2 * queryElements(shape));
  return {
    flops: pairFlops(shape, pairs),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: workspace * elementBytes(shape),
  };
}
