import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import type { FeatureMap } from './featureMap';
import { declareInputs } from './layout';
import type { AttentionShape } from './mechanism';
import { entryByEntry, tokenRanges, tokensOf } from './tokenBlocks';

/** Elements of a block's features: 512 KiB in float32, so that each core's half stays in its L2 cache. */
const BLOCK_ELEMENTS = 2 ** 17;

/** Blocks at most in a call, up to which the number of nodes is no matter. */
const MOST_BLOCKS = 256;

/** Tokens of a block. */
export function blockRows({ batch, n, heads }: AttentionShape, map: FeatureMap): number {
  const cached = BLOCK_ELEMENTS / (heads * map.count);
  const rows = Math.max(128, 2 ** Math.floor(Math.log2(cached)), Math.ceil((batch * n) / MOST_BLOCKS));
  return Math.min(n, rows);
}

/**
 * Bidirectional attention through `map` for `cpu`: one sweep over the keys sums φ(k)[v, 1]ᵀ, a second one
 * over the queries reads the sum. FusedMatMul takes the heads where they stand in the token-major rows
 * (`transBatchA`: the batch is the middle axis), so nothing is transposed but the output of a block, in cache.
 */
export function featureBlocksGraph(shape: AttentionShape, map: FeatureMap): GraphDescription {
  const { n, heads, headDim } = shape;
  const graph = new GraphBuilder('feature_blocks');
  const inputs = declareInputs(graph, shape);
  const ranges = tokenRanges(n, blockRows(shape, map));
  return entryByEntry(graph, shape, (entry) => {
    const sums = sweepKeys(graph, shape, map, inputs, entry, ranges);
    return ranges.map(([start, end]) => {
      const mean = weightedMean(graph, shape, map, tokensOf(graph, shape, inputs.q, entry, start, end), sums);
      return graph.node('Reshape', [mean, graph.ints([1, end - start, heads * headDim])]);
    });
  });
}

/** Σ φ(k)vᵀ and Σ φ(k) of one batch entry: [kvHeads, 1, features, headDim] and [kvHeads, 1, features, 1]. */
interface KeySums {
  readonly values: Value;
  readonly weights: Value;
}

function sweepKeys(
  graph: GraphBuilder,
  shape: AttentionShape,
  map: FeatureMap,
  { k, v }: { readonly k: Value; readonly v: Value },
  entry: number,
  ranges: readonly (readonly [number, number])[],
): KeySums {
  const { kvHeads, headDim, dtype } = shape;
  let state: Value | undefined;
  let shift: Value | undefined;
  for (const [start, end] of ranges) {
    const made = map.key(graph, dtype, tokensOf(graph, shape, k, entry, start, end), 0, shift);
    if (state !== undefined && shift !== undefined && made.shift !== undefined) {
      const factor = graph.node('Exp', [graph.node('Sub', [shift, made.shift])]);
      state = graph.node('Mul', [state, graph.node('Reshape', [factor, graph.ints([kvHeads, 1, 1, 1])])]);
    }
    const product = graph.microsoft(
      'FusedMatMul',
      [made.features, tokensOf(graph, shape, v, entry, start, end)],
      { attributes: { transA: 1, transBatchA: 1, transBatchB: 1 } },
    );
    const sum = graph.node('ReduceSum', [made.features, graph.ints([0])], { attributes: { keepdims: 1 } });
    const column = graph.node('Reshape', [sum, graph.ints([kvHeads, 1, map.count, 1])]);
    // One state of both, made after the older one is scaled: a sum apart, or one asked for first, would be reached
    // after the features of all blocks, which would wait for it (runInOrder).
    const both = graph.node('Concat', [product, column], { attributes: { axis: 3 } });
    state = state === undefined ? both : graph.node('Add', [state, both]);
    shift = made.shift;
  }
  const [values, weights] = graph.nodeWithOutputs('Split', [state, graph.ints([headDim, 1])], 2, {
    attributes: { axis: 3 },
  });
  if (values === undefined || weights === undefined) throw new Error('Split has two outputs');
  return { values, weights };
}

/** [rows, heads, d] of the queries' outputs. */
function weightedMean(
  graph: GraphBuilder,
  shape: AttentionShape,
  map: FeatureMap,
  queries: Value,
  sums: KeySums,
): Value {
  const features = map.query(graph, shape.dtype, queries);
  const byHead = { attributes: { transBatchA: 1 } };
  const weighted = graph.microsoft('FusedMatMul', [features, sums.values], byHead);
  const weights = graph.microsoft('FusedMatMul', [features, sums.weights], byHead);
  const mean = graph.node('Div', [weighted, weights]);
  return graph.node('Transpose', [mean], { attributes: { perm: [2, 0, 1, 3] } });
}
