import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import type { FeatureMap } from './featureMap';
import { declareInputs, declareOutput, groupSize, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';

/** Elements of a block's features: 1 MiB in float32, so that the block's tensors stay in the L2 cache. */
const BLOCK_ELEMENTS = 2 ** 18;

/** Blocks at most, up to which the number of nodes is no matter. */
const MOST_BLOCKS = 128;

/** Tokens of a block. */
export function blockRows(shape: AttentionShape, map: FeatureMap): number {
  const cached = BLOCK_ELEMENTS / (shape.batch * shape.heads * map.count);
  const rows = Math.max(64, 2 ** Math.floor(Math.log2(cached)), Math.ceil(shape.n / MOST_BLOCKS));
  return Math.min(shape.n, rows);
}

/** [start, end) of each block. */
function blockRanges(n: number, rows: number): [number, number][] {
  return Array.from({ length: Math.ceil(n / rows) }, (_, index) => [
    index * rows,
    Math.min(n, (index + 1) * rows),
  ]);
}

/**
 * Bidirectional attention through `map` for `cpu`: one sweep over the keys sums φ(k)vᵀ and φ(k), a second one
 * over the queries reads the sums. FusedMatMul takes the heads where they stand in the token-major rows
 * (`transBatchA`: the batch is the middle axis), so nothing is transposed but the output of a block, in cache.
 */
export function featureBlocksGraph(shape: AttentionShape, map: FeatureMap): GraphDescription {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const graph = new GraphBuilder('feature_blocks');
  const { q, k, v } = declareInputs(graph, shape);
  const g = groupSize(shape);
  const ranges = blockRanges(n, blockRows(shape, map));
  const tokenFirst = (value: Value, inner: number): Value =>
    graph.node('Reshape', [
      batch === 1 ? value : graph.node('Transpose', [value], { attributes: { perm: [1, 0, 2] } }),
      graph.ints([n, batch * kvHeads, inner, headDim]),
    ]);
  const [queries, keys, values] = [tokenFirst(q, g), tokenFirst(k, 1), tokenFirst(v, 1)];

  // [batch·kvHeads, 1, features, headDim] and [1, batch·kvHeads, 1, features].
  let state: Value | undefined;
  let total: Value | undefined;
  let shift: Value | undefined;
  for (const [start, end] of ranges) {
    const made = map.key(graph, dtype, sliceRows(graph, keys, 0, start, end), 0, shift);
    const product = graph.microsoft('FusedMatMul', [made.features, sliceRows(graph, values, 0, start, end)], {
      attributes: { transA: 1, transBatchA: 1, transBatchB: 1 },
    });
    const sum = graph.node('ReduceSum', [made.features, graph.ints([0])], { attributes: { keepdims: 1 } });
    if (state === undefined || total === undefined) {
      [state, total] = [product, sum];
    } else {
      if (shift !== undefined && made.shift !== undefined) {
        const factor = graph.node('Exp', [graph.node('Sub', [shift, made.shift])]);
        const headFactor = graph.node('Reshape', [factor, graph.ints([batch * kvHeads, 1, 1, 1])]);
        state = graph.node('Mul', [state, headFactor]);
        total = graph.node('Mul', [total, factor]);
      }
      state = graph.node('Add', [state, product]);
      total = graph.node('Add', [total, sum]);
    }
    shift = made.shift;
  }
  if (state === undefined || total === undefined) throw new RangeError('attention needs at least one token');
  const column = graph.node('Reshape', [total, graph.ints([batch * kvHeads, 1, map.count, 1])]);

  const outputs = ranges.map(([start, end]) => {
    const features = map.query(graph, dtype, sliceRows(graph, queries, 0, start, end));
    const byHead = { attributes: { transBatchA: 1 } };
    const weighted = graph.microsoft('FusedMatMul', [features, state], byHead);
    const weights = graph.microsoft('FusedMatMul', [features, column], byHead);
    const mean = graph.node('Div', [weighted, weights]);
    return graph.node('Transpose', [mean], { attributes: { perm: [2, 0, 1, 3] } });
  });
  const [only] = outputs;
  const all =
    outputs.length === 1 && only !== undefined
      ? only
      : graph.node('Concat', outputs, { attributes: { axis: 0 } });
  const output =
    batch === 1
      ? graph.node('Reshape', [all, graph.ints([1, n, heads * headDim])])
      : graph.node('Transpose', [graph.node('Reshape', [all, graph.ints([n, batch, heads * headDim])])], {
          attributes: { perm: [1, 0, 2] },
        });
  declareOutput(graph, shape, output);
  return graph.build();
}

/**
 * Causal attention through `map` by the runtime's LinearAttention, which runs the recurrence
 * S ← S + φ(k)vᵀ, o = Sᵀφ(q) token by token. A column of ones beside the values gives the sum of the weights.
 * In blocks that stay in cache; the state goes from block to block.
 */
export function recurrentBlocksGraph(shape: AttentionShape, map: FeatureMap): GraphDescription {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const graph = new GraphBuilder('feature_recurrence');
  const { q, k, v } = declareInputs(graph, shape);
  const width = headDim + 1;
  let state: Value | undefined;
  let shift: Value | undefined;
  const outputs = blockRanges(n, blockRows(shape, map)).map(([start, end]) => {
    const rows = end - start;
    const split = (value: Value, count: number): Value =>
      graph.node('Reshape', [
        sliceRows(graph, value, 1, start, end),
        graph.ints([batch, rows, count, headDim]),
      ]);
    const packed = (value: Value, size: number): Value =>
      graph.node('Reshape', [value, graph.ints([batch, rows, size])]);
    const made = map.key(graph, dtype, split(k, kvHeads), 1, shift);
    if (state !== undefined && shift !== undefined && made.shift !== undefined) {
      const factor = graph.node('Exp', [graph.node('Sub', [shift, made.shift])]);
      state = graph.node('Mul', [state, graph.node('Reshape', [factor, graph.ints([batch, kvHeads, 1, 1])])]);
    }
    shift = made.shift;
    const ones = graph.node('Expand', [graph.scalar(dtype, 1), graph.ints([batch, rows, kvHeads, 1])]);
    const values = graph.node('Concat', [split(v, kvHeads), ones], { attributes: { axis: 3 } });
    const [output, after] = graph.nodeWithOutputs(
      'LinearAttention',
      [
        packed(map.query(graph, dtype, split(q, heads)), heads * map.count),
        packed(made.features, kvHeads * map.count),
        packed(values, kvHeads * width),
        state,
      ],
      2,
      {
        domain: 'com.microsoft',
        attributes: {
          q_num_heads: heads,
          kv_num_heads: kvHeads,
          scale: { float: 1 },
          update_rule: 'linear',
        },
      },
    );
    if (output === undefined) throw new Error('LinearAttention has two outputs');
    state = after;
    const wide = graph.node('Reshape', [output, graph.ints([batch, rows, heads, width])]);
    const mean = quotient(graph, wide, headDim);
    return packed(mean, heads * headDim);
  });
  const [only] = outputs;
  declareOutput(
    graph,
    shape,
    outputs.length === 1 && only !== undefined
      ? only
      : graph.node('Concat', outputs, { attributes: { axis: 1 } }),
  );
  return graph.build();
}

/** The weighted values of the last axis over the sum of the weights, which stands behind them. */
export function quotient(graph: GraphBuilder, wide: Value, headDim: number): Value {
  const [weighted, weights] = graph.nodeWithOutputs('Split', [wide, graph.ints([headDim, 1])], 2, {
    attributes: { axis: -1 },
  });
  return graph.node('Div', [weighted, weights]);
}
