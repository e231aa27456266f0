import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { elementBytes } from './attentionCost';
import { plainSoftmax } from './attentionOperators';
import { groupQueries, groupSize, joinRows, maskedScore, sliceRows, ungroupOutputs } from './layout';
import type { AttentionShape } from './mechanism';

/** Queries a block: enough to feed a MatMul, and n × 256 scores a head at the most. */
export const BLOCK_ROWS = 256;

/** Attention between the queries of `shape` (its n counts them) and so many keys. */
export interface RowBlockCall {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  /** As many as queries where attention is causal. */
  readonly keys: number;
  /** Queries a block; absent: BLOCK_ROWS. */
  readonly rows?: number;
}

/**
 * Exact softmax attention in operators of the standard set, one block of queries at a time, so that the scores of
 * one block live at once and no n × n tensor exists: memory-efficient attention (Rabe & Staats 2021,
 * arXiv 2112.05682) for devices without a fused kernel. A causal block stops at its last key.
 * Returns [batch, n, heads·headDim].
 */
export function addRowBlocks(graph: GraphBuilder, shape: AttentionShape, call: RowBlockCall): Value {
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const width = kvHeads * headDim;
  const grouped = groupQueries(graph, shape, call.q);
  const headMajor = (value: Value, rows: number, perm: readonly number[]): Value =>
    graph.node('Transpose', [graph.node('Reshape', [value, graph.ints([batch, rows, kvHeads, headDim])])], {
      attributes: { perm },
    });
  const keys = headMajor(call.k, call.keys, [0, 2, 3, 1]);
  const values = headMajor(call.v, call.keys, [0, 2, 1, 3]);
  const blocks: Value[] = [];
  const most = call.rows ?? BLOCK_ROWS;
  for (let start = 0; start < n; start += most) {
    const end = Math.min(n, start + most);
    const rows = end - start;
    const seen = shape.causal ? end : call.keys;
    const context = plainSoftmax(graph, shape, {
      q: headMajor(sliceRows(graph, grouped, 2, start, end), g * rows, [0, 2, 1, 3]),
      k: seen === call.keys ? keys : sliceRows(graph, keys, 3, 0, seen),
      v: seen === call.keys ? values : sliceRows(graph, values, 2, 0, seen),
      bias: shape.causal ? diagonalBias(graph, shape, rows, start) : undefined,
      name: `layer/block${String(blocks.length)}`,
    });
    const tokens = graph.node('Transpose', [context], { attributes: { perm: [0, 2, 1, 3] } });
    blocks.push(graph.node('Reshape', [tokens, graph.ints([batch, g, rows, width])]));
  }
  return ungroupOutputs(graph, shape, joinRows(graph, blocks, 2));
}

/** Filled so far, a region is as good as full: smaller blocks would cost more than they spare. */
const FULL_REGION = 0.8;

/**
 * Queries a block, `BLOCK_ROWS` at the most, so that the blocks are of about one size and their scores fill what the
 * runtime's arena gives: it grows by powers of two, and does not split what is less than twice as large as asked for,
 * so that scores of a little more than 8 MiB hold 16.
 */
export function fillingRows(shape: AttentionShape, keys: number): number {
  const { batch, n, heads } = shape;
  const fewest = Math.ceil(n / BLOCK_ROWS);
  let best = { rows: n, filled: 0 };
  for (let blocks = fewest; blocks <= 2 * fewest && best.filled < FULL_REGION; blocks++) {
    const rows = Math.ceil(n / blocks);
    const bytes = batch * heads * rows * keys * elementBytes(shape);
    const filled = bytes / 2 ** Math.ceil(Math.log2(bytes));
    if (filled > best.filled) best = { rows, filled };
  }
  return best.rows;
}

/** Masks what lies behind the diagonal, where the block's first query is `start`. [1, 1, g·rows, start + rows] */
export function diagonalBias(
  graph: GraphBuilder,
  shape: AttentionShape,
  rows: number,
  start: number,
): Value | undefined {
  if (rows === 1) return undefined;
  const g = groupSize(shape);
  const full = graph.node('Expand', [
    graph.scalar(shape.dtype, maskedScore(shape.dtype)),
    graph.ints([1, 1, rows, start + rows]),
  ]);
  // Trilu keeps what is more than `start` columns to the right: the keys after a row's own.
  const mask = graph.node('Trilu', [full, graph.scalar('int64', start + 1)], { attributes: { upper: 1 } });
  if (g === 1) return mask;
  const tiled = graph.node('Concat', Array<Value>(g).fill(mask), { attributes: { axis: 2 } });
  return tiled;
}

/** Elements held at once beside q, k, v, and o. */
export function rowBlockElements(shape: AttentionShape, keys: number, most = BLOCK_ROWS): number {
  const { batch, n, heads, kvHeads, headDim, causal } = shape;
  const g = groupSize(shape);
  const rows = Math.min(n, most);
  // Softmax works in place; adding the causal bias does not.
  const scores = (causal ? 2 : 1) * batch * heads * rows * keys + (causal ? g * rows * keys : 0);
  const memory = 2 * batch * keys * kvHeads * headDim;
  const queries = batch * n * heads * headDim;
  const slices = (rows < n ? 2 : 1) * batch * rows * heads * headDim;
  // The outputs of all blocks, where there are several, wait for the concatenation, which writes a second copy
  // while the last block's slices are still there.
  const waiting = rows < n ? (g === 1 ? 1 : 2) * queries : 0;
  return Math.max(scores + memory + slices + waiting, slices + 2 * queries);
}
