import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { groupSize, joinRows, splitRows } from './layout';
import type { AttentionShape } from './mechanism';
import type { Triple } from './triple';

/**
 * Attention calls that are all alike: `shape.batch` counts them, and its n the queries of one call. `keys`: those of
 * one call. `values`: whether the values come by key/value head, or already by query head.
 */
export interface StridedCall {
  readonly shape: AttentionShape;
  readonly keys: number;
  /** Added to the scores of all heads: [g·queries, keys], the query heads of a group one after another. */
  readonly mask?: Value;
  readonly values?: 'by key head' | 'by query head';
}

/** Scores of one node: few enough to stay in a core's caches. */
const CACHED_SCORES = 2 ** 17;

/** A MatMul of fewer rows spends much of its time on preparing the keys. */
const FEWEST_ROWS = 128;

/** Above this many nodes of a kind a session takes longer to create than larger calls cost in cache misses. */
const MOST_GROUPS = 256;

/** How many of `calls` calls one node takes: as many as stay in cache, and more where there are very many. */
export function callsPerNode({ shape, keys }: Pick<StridedCall, 'shape' | 'keys'>, calls: number): number {
  const cached = Math.floor(CACHED_SCORES / (shape.batch * shape.heads * shape.n * keys));
  return Math.min(calls, Math.max(1, cached, Math.ceil(calls / MOST_GROUPS)));
}

/** The rows of a token-major tensor for `gatherTokens`, batch entry after batch entry: [batch·n, count, headDim]. */
export function headRows(graph: GraphBuilder, shape: AttentionShape, value: Value, count: number): Value {
  return graph.node('Reshape', [value, graph.ints([shape.batch * shape.n, count, shape.headDim])]);
}

/**
 * Indices of the tokens of some calls in `headRows`: those of each call down a column, the calls of a batch entry
 * side by side. `tokens[call][i]`; [tokens, batch·calls]
 */
export function tokenIndex(
  graph: GraphBuilder,
  { batch, n }: AttentionShape,
  name: string,
  tokens: readonly (readonly number[])[],
): Value {
  const length = tokens[0]?.length ?? 0;
  const calls = batch * tokens.length;
  const values = new Float64Array(length * calls);
  for (let entry = 0; entry < batch; entry++) {
    tokens.forEach((ofCall, call) => {
      ofCall.forEach((token, at) => {
        values[at * calls + entry * tokens.length + call] = entry * n + token;
      });
    });
  }
  return graph.constant(name, 'int64', [length, calls], values);
}

/** [batch·n, count, headDim], [tokens, calls] → [tokens, calls, count, headDim] */
export function gatherTokens(graph: GraphBuilder, rows: Value, index: Value): Value {
  return graph.node('Gather', [rows, index], { attributes: { axis: 0 } });
}

/**
 * softmax(q·kᵀ/√d + mask)·v without a head-major copy: the runtime's FusedMatMul reads the heads of a token-major
 * matrix as a batch with a stride (`transBatchA`, `transBatchB`). q is [queries, calls, heads, d], k and v are
 * [keys, calls, kvHeads, d] (v perhaps [keys, calls, heads, d]); the result is [calls, heads, queries, d].
 */
export function stridedHeads(graph: GraphBuilder, call: StridedCall, triple: Triple, name: string): Value {
  const { shape, mask, values = 'by key head' } = call;
  const { batch, n, heads, kvHeads, headDim } = shape;
  const [q, k, v] = triple;
  const g = groupSize(shape);
  const parts = rowParts(call);
  const queries = splitRows(graph, stackGroups(graph, shape, q), 0, parts);
  const masks = mask === undefined ? [] : splitRows(graph, mask, 0, parts);
  const contexts = queries.map((part, index) => {
    const place = parts.length === 1 ? `layer/${name}` : `layer/${name}/rows${String(index)}`;
    const scores = graph.microsoft('FusedMatMul', [part, k], {
      name: `${place}/qk`,
      attributes: { transB: 1, transBatchA: 1, transBatchB: 1, alpha: { float: 1 / Math.sqrt(headDim) } },
    });
    const bias = masks[index];
    const masked = bias === undefined ? scores : graph.node('Add', [scores, bias], { name: `${place}/mask` });
    const weights = graph.node('Softmax', [masked], { name: `${place}/softmax`, attributes: { axis: -1 } });
    const byHead =
      values === 'by key head' || g === 1
        ? weights
        : graph.node('Reshape', [weights, graph.ints([batch, heads, -1, call.keys])]);
    return graph.microsoft('FusedMatMul', [byHead, v], {
      name: `${place}/pv`,
      attributes: { transBatchB: 1 },
    });
  });
  const context = joinRows(graph, contexts, 2);
  if (g === 1) return context;
  return graph.node('Reshape', [context, graph.ints([batch, kvHeads * g, n, headDim])]);
}

/** [calls, heads, queries, d] → [calls, queries, heads·d], or as `dims` has it. */
export function tokenMajor(
  graph: GraphBuilder,
  { batch, n, heads, headDim }: AttentionShape,
  context: Value,
  dims: readonly number[] = [batch, n, heads * headDim],
): Value {
  const tokens = graph.node('Transpose', [context], { attributes: { perm: [0, 2, 1, 3] } });
  return graph.node('Reshape', [tokens, graph.ints(dims)]);
}

/**
 * `stridedHeads` of calls whose tensors lie one after another: q is [calls, queries, heads·d], k and v are
 * [calls, keys, kvHeads·d]; the result is [calls, queries, heads·d].
 */
export function stridedTokens(
  graph: GraphBuilder,
  call: StridedCall,
  [q, k, v]: Triple,
  name: string,
): Value {
  const { shape, keys } = call;
  const { batch, n, heads, kvHeads, headDim } = shape;
  const tokenFirst = (value: Value, tokens: number, count: number): Value =>
    graph.node('Reshape', [
      batch === 1 ? value : graph.node('Transpose', [value], { attributes: { perm: [1, 0, 2] } }),
      graph.ints([tokens, batch, count, headDim]),
    ]);
  const sides = [
    tokenFirst(q, n, heads),
    tokenFirst(k, keys, kvHeads),
    tokenFirst(v, keys, kvHeads),
  ] as const;
  return tokenMajor(graph, shape, stridedHeads(graph, call, sides, name));
}

/** Elements that `stridedHeads` and `tokenMajor` hold at their worst moment beside q, k, v; the result is included. */
export function stridedElements(call: Omit<StridedCall, 'mask'>, masked: boolean): number {
  const { batch, n, heads, kvHeads, headDim } = call.shape;
  const rows = Math.max(...rowParts(call));
  const scores = batch * kvHeads * rows * call.keys * (masked ? 2 : 1);
  const outputs = batch * heads * n * headDim;
  // The context and its tokens, and in groups the stacked queries.
  return scores + (groupSize(call.shape) === 1 ? 2 : 3) * outputs;
}

/** Elements of what a call gathers and holds at once: its keys, and then its values. */
export function gatheredElements({ shape, keys, values }: Omit<StridedCall, 'mask'>): number {
  return shape.batch * keys * shape.headDim * (values === 'by query head' ? shape.heads : shape.kvHeads);
}

/** Rows of each node: all, unless their scores are very many. Values by query head need a head's rows together. */
function rowParts({ shape, keys, values }: Pick<StridedCall, 'shape' | 'keys' | 'values'>): number[] {
  const { batch, n, kvHeads } = shape;
  const rows = groupSize(shape) * n;
  if (values === 'by query head') return [rows];
  const most = Math.max(FEWEST_ROWS, Math.floor(CACHED_SCORES / (batch * kvHeads * keys)));
  return Array.from({ length: Math.ceil(rows / most) }, (_, index) => Math.min(most, rows - index * most));
}

/** [n, calls, heads, d] → [g·n, calls, kvHeads, d]: the query heads of a group as further rows. */
function stackGroups(graph: GraphBuilder, shape: AttentionShape, q: Value): Value {
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  if (g === 1) return q;
  const split = graph.node('Reshape', [q, graph.ints([n, batch * kvHeads, g, headDim])]);
  const grouped = graph.node('Transpose', [split], { attributes: { perm: [2, 0, 1, 3] } });
  return graph.node('Reshape', [grouped, graph.ints([g * n, batch, kvHeads, headDim])]);
}
