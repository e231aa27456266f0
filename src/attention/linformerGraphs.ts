import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { queryElements } from './attentionCost';
import { declareInputs, declareOutput, groupSize, joinRows, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';
import { addMultiHead } from './multiHead';
import { addRowBlocks } from './rowBlocks';

/** A projection of the sequence, [length, n] row-major, the same for keys and values of all heads. */
export interface SequenceProjection {
  readonly length: number;
  readonly values: Float32Array;
}

/** Queries of a block: its scores for 8 heads and 256 keys are 1 MiB in float32 and stay in the L2 cache. */
const SCORES = 2 ** 18;

/** Blocks at most, up to which the number of nodes is no matter. */
const MOST_BLOCKS = 128;

/** Queries of a block. */
export function linformerRows(shape: AttentionShape, length: number): number {
  const cached = SCORES / (shape.batch * shape.heads * length);
  return Math.min(
    shape.n,
    Math.max(64, 2 ** Math.floor(Math.log2(cached)), Math.ceil(shape.n / MOST_BLOCKS)),
  );
}

/** The projected keys or values: [batch, n, kvHeads·d] → [batch, length, kvHeads·d]. */
function project(graph: GraphBuilder, matrix: Value, value: Value): Value {
  return graph.node('MatMul', [matrix, value]);
}

function projectionConstant(
  graph: GraphBuilder,
  shape: AttentionShape,
  projection: SequenceProjection,
): Value {
  return graph.constant('projection', shape.dtype, [projection.length, shape.n], projection.values);
}

/** Linformer in operators of the standard set. */
export function linformerPlainGraph(shape: AttentionShape, projection: SequenceProjection): GraphDescription {
  const graph = new GraphBuilder('linformer_plain');
  const { q, k, v } = declareInputs(graph, shape);
  const matrix = projectionConstant(graph, shape, projection);
  const call = { q, k: project(graph, matrix, k), v: project(graph, matrix, v), keys: projection.length };
  declareOutput(graph, shape, addRowBlocks(graph, { ...shape, causal: false }, call));
  return graph.build();
}

/** Linformer by the runtime's MultiHeadAttention: a flash kernel on `cpu`, which writes no scores. */
export function linformerMultiHeadGraph(
  shape: AttentionShape,
  projection: SequenceProjection,
): GraphDescription {
  const graph = new GraphBuilder('linformer_multi_head');
  const { q, k, v } = declareInputs(graph, shape);
  const matrix = projectionConstant(graph, shape, projection);
  const call = { q, k: project(graph, matrix, k), v: project(graph, matrix, v) };
  declareOutput(graph, shape, addMultiHead(graph, shape, call));
  return graph.build();
}

/**
 * Linformer for `cpu` with half the memory: blocks of queries against the projected keys. FusedMatMul takes the heads where they
 * stand in the token-major rows (`transBatchA`), so only a block's output is transposed, in cache.
 */
export function linformerBlocksGraph(
  shape: AttentionShape,
  projection: SequenceProjection,
): GraphDescription {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const { length } = projection;
  const graph = new GraphBuilder('linformer_blocks');
  const { q, k, v } = declareInputs(graph, shape);
  const matrix = projectionConstant(graph, shape, projection);
  const g = groupSize(shape);
  const tokenFirst = (value: Value, tokens: number, inner: number): Value =>
    graph.node('Reshape', [
      batch === 1 ? value : graph.node('Transpose', [value], { attributes: { perm: [1, 0, 2] } }),
      graph.ints([tokens, batch * kvHeads, inner, headDim]),
    ]);
  const queries = tokenFirst(q, n, g);
  const keys = tokenFirst(project(graph, matrix, k), length, 1);
  const values = tokenFirst(project(graph, matrix, v), length, 1);
  const rows = linformerRows(shape, length);
  const outputs: Value[] = [];
  for (let start = 0; start < n; start += rows) {
    const block = sliceRows(graph, queries, 0, start, Math.min(n, start + rows));
    const scores = graph.microsoft('FusedMatMul', [block, keys], {
      attributes: { transBatchA: 1, transBatchB: 1, transB: 1, alpha: { float: 1 / Math.sqrt(headDim) } },
    });
    const probabilities = graph.node('Softmax', [scores], { attributes: { axis: -1 } });
    const context = graph.microsoft('FusedMatMul', [probabilities, values], {
      attributes: { transBatchB: 1 },
    });
    const tokens = graph.node('Transpose', [context], { attributes: { perm: [2, 0, 1, 3] } });
    // As the output has them where that is no copy: the concatenation is then the output itself.
    const flat = batch === 1 ? [1, -1, heads * headDim] : [-1, batch, heads * headDim];
    outputs.push(graph.node('Reshape', [tokens, graph.ints(flat)]));
  }
  const all = joinRows(graph, outputs, batch === 1 ? 1 : 0);
  const output = batch === 1 ? all : graph.node('Transpose', [all], { attributes: { perm: [1, 0, 2] } });
  declareOutput(graph, shape, output);
  return graph.build();
}

/** Elements that `linformerBlocksGraph` holds at once beside q, k, v, o and the projected keys and values. */
export function linformerBlockElements(shape: AttentionShape, length: number): number {
  const { batch, heads, headDim } = shape;
  // Softmax works in place. A block's queries and outputs; the outputs of all wait for the concatenation, and a
  // batch is moved behind the tokens first.
  const block = batch * linformerRows(shape, length) * heads * (length + 2 * headDim);
  return block + (batch === 1 ? 1 : 2) * queryElements(shape);
}
