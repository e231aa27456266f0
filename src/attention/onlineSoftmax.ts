import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { queryElements } from './attentionCost';
import { groupQueries, groupSize, joinRows, sliceRows, ungroupOutputs } from './layout';
import type { AttentionShape } from './mechanism';
import { diagonalBias } from './rowBlocks';
import { tokenRanges } from './tokenBlocks';

/** Tokens a block at least: smaller ones feed a MatMul badly. */
const LEAST_ROWS = 256;

/** Blocks a side at most: a graph then has some 2 700 nodes, or 1 600 where attention is causal, at any length. */
const MOST_BLOCKS = 16;

/** Block sizes are multiples of it, so that rows begin where cache lines do. */
const ROUNDED_TO = 64;

/** Queries of a block, and keys. */
export function onlineRows({ n }: AttentionShape): number {
  return Math.min(n, Math.max(LEAST_ROWS, Math.ceil(n / MOST_BLOCKS / ROUNDED_TO) * ROUNDED_TO));
}

/** What attends to what, in the layout of `AttentionShape`. */
interface ExactValues {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
}

/** What a block of queries has seen so far: the largest score, and the weighted values with the sum of the weights. */
interface Running {
  /** [batch, kvHeads, g·rows, 1] */
  readonly largest: Value;
  /** Σ exp(score − largest)·[v, 1]: [batch, kvHeads, g·rows, headDim + 1] */
  readonly weighted: Value;
}

/**
 * Exact softmax attention in operators of the standard set, blocks of queries by blocks of keys: the softmax is taken
 * online (Milakov & Gimelshein 2018, arXiv 1805.02867), as in FlashAttention (Dao et al. 2022, arXiv 2205.14135). A
 * block of queries keeps its largest score, the sum of its weights and its weighted values, and scales them down
 * where a later block of keys has a larger score. Only the scores of one block with another live at once. Blocks
 * above the diagonal are left out where attention is causal. For `runInOrder`. Returns [batch, n, heads·headDim].
 */
export function addOnlineSoftmax(
  graph: GraphBuilder,
  shape: AttentionShape,
  { q, k, v }: ExactValues,
): Value {
  const { n } = shape;
  const g = groupSize(shape);
  const ranges = tokenRanges(n, onlineRows(shape));
  const memory = ranges.map((range) => keyBlock(graph, shape, k, v, range));
  const grouped = groupQueries(graph, shape, q);
  const masks = new Map<number, Value>();
  const blocks = ranges.map(([start, end], index) => {
    const rows = end - start;
    const queries = headMajor(graph, shape, sliceRows(graph, grouped, 2, start, end), g * rows);
    let running: Running | undefined;
    for (const [column, block] of memory.entries()) {
      if (shape.causal && column > index) break;
      const name = `layer/block${String(index)}_${String(column)}`;
      let mask: Value | undefined;
      if (shape.causal && column === index) {
        mask = masks.get(rows) ?? diagonalBias(graph, shape, rows, 0);
        if (mask !== undefined) masks.set(rows, mask);
      }
      running = seeBlock(graph, queries, block, mask, running, name);
    }
    return finish(graph, shape, running, rows);
  });
  return ungroupOutputs(graph, shape, joinRows(graph, blocks, 2));
}

/** Keys over √d as [batch, kvHeads, headDim, keys], and values with a column of ones, [batch, kvHeads, keys, headDim + 1]. */
interface KeyBlock {
  readonly keys: Value;
  readonly values: Value;
}

function keyBlock(
  graph: GraphBuilder,
  shape: AttentionShape,
  k: Value,
  v: Value,
  [start, end]: readonly [number, number],
): KeyBlock {
  const { batch, kvHeads, headDim, dtype } = shape;
  const count = end - start;
  const split = (value: Value): Value =>
    graph.node('Reshape', [
      sliceRows(graph, value, 1, start, end),
      graph.ints([batch, count, kvHeads, headDim]),
    ]);
  const ones = graph.node('Expand', [graph.scalar(dtype, 1), graph.ints([batch, kvHeads, count, 1])]);
  const values = graph.node('Transpose', [split(v)], { attributes: { perm: [0, 2, 1, 3] } });
  const keys = graph.node('Transpose', [split(k)], { attributes: { perm: [0, 2, 3, 1] } });
  return {
    keys: graph.node('Mul', [keys, graph.scalar(dtype, 1 / Math.sqrt(headDim))]),
    values: graph.node('Concat', [values, ones], { attributes: { axis: 3 } }),
  };
}

function seeBlock(
  graph: GraphBuilder,
  q: Value,
  { keys, values }: KeyBlock,
  mask: Value | undefined,
  before: Running | undefined,
  name: string,
): Running {
  const products = graph.node('MatMul', [q, keys], { name: `${name}/qk` });
  const scores =
    mask === undefined ? products : graph.node('Add', [products, mask], { name: `${name}/mask` });
  const own = graph.node('ReduceMax', [scores, graph.ints([3])], {
    name: `${name}/largest`,
    attributes: { keepdims: 1 },
  });
  const largest = before === undefined ? own : graph.node('Max', [before.largest, own]);
  // Before the weights: from here the runtime finds the block before, and ends it first (see `runInOrder`).
  const kept = before === undefined ? undefined : rescale(graph, before, largest, name);
  const weights = graph.node('Exp', [graph.node('Sub', [scores, largest], { name: `${name}/shift` })], {
    name: `${name}/exp`,
  });
  const added = graph.node('MatMul', [weights, values], { name: `${name}/pv` });
  return {
    largest,
    weighted: kept === undefined ? added : graph.node('Add', [kept, added], { name: `${name}/sum` }),
  };
}

/** What was weighed by an earlier largest score, weighed by a later one. */
function rescale(graph: GraphBuilder, before: Running, largest: Value, name: string): Value {
  const factor = graph.node('Exp', [graph.node('Sub', [before.largest, largest])]);
  return graph.node('Mul', [before.weighted, factor], { name: `${name}/rescale` });
}

/** The weighted values over the sum of the weights. [batch, g, rows, kvHeads·headDim] */
function finish(
  graph: GraphBuilder,
  { batch, heads, kvHeads, headDim }: AttentionShape,
  running: Running | undefined,
  rows: number,
): Value {
  if (running === undefined) throw new RangeError('attention needs at least one key');
  const [values, sums] = graph.nodeWithOutputs('Split', [running.weighted, graph.ints([headDim, 1])], 2, {
    attributes: { axis: 3 },
  });
  const mean = graph.node('Div', [values, sums]);
  const tokens = graph.node('Transpose', [mean], { attributes: { perm: [0, 2, 1, 3] } });
  return graph.node('Reshape', [tokens, graph.ints([batch, heads / kvHeads, rows, kvHeads * headDim])]);
}

/** [batch, …, kvHeads·headDim] of `rows` rows → [batch, kvHeads, rows, headDim] */
function headMajor(
  graph: GraphBuilder,
  { batch, kvHeads, headDim }: AttentionShape,
  value: Value,
  rows: number,
): Value {
  return graph.node(
    'Transpose',
    [graph.node('Reshape', [value, graph.ints([batch, rows, kvHeads, headDim])])],
    {
      attributes: { perm: [0, 2, 1, 3] },
    },
  );
}

/** Elements held at once beside q, k, v and o. */
export function onlineSoftmaxElements(shape: AttentionShape): number {
  const { batch, n, heads, kvHeads, headDim, causal } = shape;
  const g = groupSize(shape);
  const rows = onlineRows(shape);
  // The scores, and the same shifted: exp works in place. A mask, where there is one, serves all blocks.
  const scores = 2 * batch * heads * rows ** 2 + (causal ? g * rows ** 2 : 0);
  const memory = batch * n * kvHeads * (2 * headDim + 1);
  // The block's queries, and its weighted values before and after scaling, of the last keys, and added.
  const running = 5 * batch * heads * rows * (headDim + 1);
  const queries = queryElements(shape);
  // The outputs of all blocks wait for the concatenation, which writes a second copy.
  return Math.max(memory + scores + running + (g === 1 ? 1 : 2) * queries, 2 * queries);
}
