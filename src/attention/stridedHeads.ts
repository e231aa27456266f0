import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { groupSize } from './layout';
import type { AttentionShape } from './mechanism';
import { joinRows } from './tokenPooling';
import { asTriple, type Triple } from './triple';

/** Scores of a node that stay in a core's second-level cache of 1 MiB. */
const CACHED_SCORES = 2 ** 18;

/**
 * softmax(q·kᵀ/√d + mask)·v without moving a key or a value: the runtime's FusedMatMul reads the heads of a
 * token-major matrix as a batch with a stride (`transBatchA`, `transBatchB`), where other operators want
 * head-major copies. One call after another, each some heads at a time, so that the scores stay in cache.
 * q is [calls, n, heads·d], k and v are [calls, keys, kvHeads·d], calls = shape.batch, n = shape.n.
 */
export function stridedHeads(
  graph: GraphBuilder,
  shape: AttentionShape,
  keys: number,
  triple: Triple,
  mask: Value | undefined,
  name: string,
): Value {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const bias =
    mask === undefined
      ? undefined
      : graph.node('Reshape', [mask, graph.ints([1, groupSize(shape) * n, keys])]);
  const calls = splitAxis(graph, triple, 0, Array<number>(batch).fill(1));
  const outputs = calls.map(([q, k, v], call) => {
    const place = batch === 1 ? name : `${name}_${String(call)}`;
    const side = (value: Value): Value =>
      graph.node('Reshape', [value, graph.ints([keys, kvHeads, headDim])]);
    const parts = splitAxis(graph, [queryRows(graph, shape, q), side(k), side(v)], 1, pieces(shape, keys));
    const contexts = parts.map((part, index) =>
      attendHeads(graph, headDim, part, bias, parts.length === 1 ? place : `${place}/heads${String(index)}`),
    );
    const [only] = contexts;
    const context =
      contexts.length === 1 && only !== undefined
        ? only
        : graph.node('Concat', contexts, { attributes: { axis: 0 } });
    return outputTokens(graph, shape, context);
  });
  // One after another along the tokens is one call after another.
  const all = joinRows(graph, outputs);
  return batch === 1 ? all : graph.node('Reshape', [all, graph.ints([batch, n, heads * headDim])]);
}

/** q, k, v as [rows, heads, d]; the result is [heads, rows of q, d]. */
function attendHeads(
  graph: GraphBuilder,
  headDim: number,
  [q, k, v]: Triple,
  bias: Value | undefined,
  name: string,
): Value {
  const scores = graph.microsoft('FusedMatMul', [q, k], {
    name: `layer/${name}/qk`,
    attributes: { transB: 1, transBatchA: 1, transBatchB: 1, alpha: { float: 1 / Math.sqrt(headDim) } },
  });
  const masked =
    bias === undefined ? scores : graph.node('Add', [scores, bias], { name: `layer/${name}/mask` });
  const weights = graph.node('Softmax', [masked], {
    name: `layer/${name}/softmax`,
    attributes: { axis: -1 },
  });
  return graph.microsoft('FusedMatMul', [weights, v], {
    name: `layer/${name}/pv`,
    attributes: { transBatchB: 1 },
  });
}

/** Key/value heads a piece, for all pieces. */
function pieces(shape: AttentionShape, keys: number): number[] {
  const { n, kvHeads } = shape;
  const most = Math.max(1, Math.floor(CACHED_SCORES / (groupSize(shape) * n * keys)));
  return Array.from({ length: Math.ceil(kvHeads / most) }, (_, index) =>
    Math.min(most, kvHeads - index * most),
  );
}

/** [1, n, heads·d] → [g·n, kvHeads, d]: the query heads of a group as further rows. */
function queryRows(graph: GraphBuilder, shape: AttentionShape, q: Value): Value {
  const { n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  if (g === 1) return graph.node('Reshape', [q, graph.ints([n, kvHeads, headDim])]);
  const split = graph.node('Reshape', [q, graph.ints([n, kvHeads, g, headDim])]);
  const grouped = graph.node('Transpose', [split], { attributes: { perm: [2, 0, 1, 3] } });
  return graph.node('Reshape', [grouped, graph.ints([g * n, kvHeads, headDim])]);
}

/** [kvHeads, g·n, d] → [1, n, heads·d] */
function outputTokens(graph: GraphBuilder, shape: AttentionShape, context: Value): Value {
  const { n, heads, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const split = g === 1 ? context : graph.node('Reshape', [context, graph.ints([kvHeads, g, n, headDim])]);
  const tokens = graph.node('Transpose', [split], {
    attributes: { perm: g === 1 ? [1, 0, 2] : [2, 0, 1, 3] },
  });
  return graph.node('Reshape', [tokens, graph.ints([1, n, heads * headDim])]);
}

/** The parts of each value along `axis`, together: one entry a part. */
function splitAxis(graph: GraphBuilder, values: Triple, axis: number, sizes: readonly number[]): Triple[] {
  if (sizes.length === 1) return [values];
  const [queries, keys, inner] = values.map((value) =>
    graph.nodeWithOutputs('Split', [value, graph.ints(sizes)], sizes.length, { attributes: { axis } }),
  );
  return sizes.map((_, index) => asTriple([queries?.[index], keys?.[index], inner?.[index]]));
}
