import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { quotient } from './featureChunks';
import type { FeatureMap } from './featureMap';
import { declareInputs, declareOutput, groupSize, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';

/** Tokens of a chunk within which causal attention goes over the pairs. */
const CHUNK = 128;

/** Tokens of a chunk of the folded form: all of them where nothing is masked. */
export function foldedRows({ n, causal }: AttentionShape): number {
  return causal ? Math.min(CHUNK, n) : n;
}

/**
 * Attention through `map` in few large operators of the standard set: what suits a GPU. Causal: pairs within
 * chunks, and between chunks the running sum of φ(k)vᵀ over all chunks before (CumSum).
 * A column of ones beside the values gives the sum of the weights; it is zero for padding.
 */
export function featureFoldedGraph(shape: AttentionShape, map: FeatureMap): GraphDescription {
  const { batch, n, heads, kvHeads, headDim, dtype, causal } = shape;
  const rows = foldedRows(shape);
  const chunks = Math.ceil(n / rows);
  const folds = batch * chunks;
  const g = groupSize(shape);
  const graph = new GraphBuilder('feature_folded');
  const { q, k, v } = declareInputs(graph, shape);
  const split = (value: Value, count: number): Value =>
    graph.node('Reshape', [value, graph.ints([batch, n, count, headDim])]);
  const pad = (value: Value): Value =>
    chunks * rows === n
      ? value
      : graph.node('Pad', [value, graph.ints([0, 0, 0, 0, 0, chunks * rows - n, 0, 0])]);
  const fold = (value: Value, inner: number, width: number, perm: readonly number[]): Value =>
    graph.node(
      'Transpose',
      [graph.node('Reshape', [pad(value), graph.ints([folds, rows, kvHeads, inner, width])])],
      { attributes: { perm } },
    );

  const features = map.key(graph, dtype, split(k, kvHeads), 1).features;
  const ones = graph.node('Expand', [graph.scalar(dtype, 1), graph.ints([batch, n, kvHeads, 1])]);
  const wide = graph.node('Concat', [split(v, kvHeads), ones], { attributes: { axis: 3 } });
  const queries = fold(map.query(graph, dtype, split(q, heads)), g, map.count, [0, 2, 3, 1, 4]);
  const keys = fold(features, 1, map.count, [0, 2, 3, 4, 1]);
  const values = fold(wide, 1, headDim + 1, [0, 2, 3, 1, 4]);

  const sums = graph.node('MatMul', [keys, values], { name: 'layer/all/kv' });
  let context: Value;
  if (!causal) {
    context = graph.node('MatMul', [queries, sums], { name: 'layer/all/qs' });
  } else {
    const flat = graph.node('Reshape', [
      sums,
      graph.ints([batch, chunks, kvHeads * map.count * (headDim + 1)]),
    ]);
    const before = graph.node('Reshape', [
      graph.node('CumSum', [flat, graph.constant('chunk_axis', 'int64', [], [1])], {
        attributes: { exclusive: 1 },
      }),
      graph.ints([folds, kvHeads, 1, map.count, headDim + 1]),
    ]);
    const visible = Float32Array.from({ length: rows * rows }, (_, index) =>
      index % rows <= Math.floor(index / rows) ? 1 : 0,
    );
    const weights = graph.node('Mul', [
      graph.node('MatMul', [queries, keys], { name: 'layer/all/qk' }),
      graph.constant('visible', dtype, [rows, rows], visible),
    ]);
    context = graph.node('Add', [
      graph.node('MatMul', [weights, values], { name: 'layer/all/pv' }),
      graph.node('MatMul', [queries, before], { name: 'layer/all/qs' }),
    ]);
  }
  const mean = graph.node('Transpose', [quotient(graph, context, headDim)], {
    attributes: { perm: [0, 3, 1, 2, 4] },
  });
  const tokens = graph.node('Reshape', [mean, graph.ints([batch, chunks * rows, heads * headDim])]);
  declareOutput(graph, shape, chunks * rows === n ? tokens : sliceRows(graph, tokens, 1, 0, n));
  return graph.build();
}
