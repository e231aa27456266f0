import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { fusedOperator, plainOperator } from './attentionOperators';
import { groupQueries, groupSize, ungroupOutputs } from './layout';
import type { AttentionShape } from './mechanism';
import { stridedElements, stridedTokens } from './stridedHeads';
import type { Triple } from './triple';

/** A batch of small attention calls that are all alike, inside a larger graph. */
export interface TokenAttention {
  /** Heads, and calls as `batch`; its n are the queries of one call. */
  readonly shape: AttentionShape;
  /** Keys of one call. */
  readonly keys: number;
  /** Added to the scores of all calls and key/value heads: [1, 1, g·queries, keys], g query heads a group. */
  readonly mask?: Value;
}

/**
 * `multi-head`: the runtime's MultiHeadAttention, which holds no scores where nothing is masked.
 * `strided`: FusedMatMul on the heads as they lie, `stridedTokens`; for `cpu`.
 * `plain`: MatMul, Softmax, MatMul of the standard operator set.
 */
export type TokenAttentionStyle = 'multi-head' | 'strided' | 'plain';

/**
 * softmax(q·kᵀ/√d + mask)·v of every call, token-major on both ends: q and the result are
 * [calls, queries, heads·d], k and v are [calls, keys, kvHeads·d]. `name` is its place in the runtime's profile.
 */
export function attendTokens(
  graph: GraphBuilder,
  style: TokenAttentionStyle,
  { shape, keys, mask }: TokenAttention,
  name: string,
  triple: Triple,
): Value {
  const { batch, n, kvHeads, headDim } = shape;
  if (style === 'strided') {
    const rows = groupSize(shape) * n;
    const bias = mask === undefined ? {} : { mask: graph.node('Reshape', [mask, graph.ints([rows, keys])]) };
    return stridedTokens(graph, { shape, keys, ...bias }, triple, name);
  }
  const [q, k, v] = triple;
  const operator = style === 'multi-head' ? fusedOperator : plainOperator;
  const call = { k, v, bias: mask, name: `layer/${name}` };
  const g = groupSize(shape);
  if (g === 1) return operator(graph, shape, { ...call, q });
  const dims = graph.ints([batch, g * n, kvHeads * headDim]);
  const queries = graph.node('Reshape', [groupQueries(graph, shape, q), dims]);
  const stacked = graph.node('Reshape', [
    operator(graph, shape, { ...call, q: queries }),
    graph.ints([batch, g, n, kvHeads * headDim]),
  ]);
  return ungroupOutputs(graph, shape, stacked);
}

/**
 * Elements that `attendTokens` holds at its worst moment beside q, k, v and its result. MultiHeadAttention makes
 * head-major copies; with a mask, and in plain operators, the scores live too. Plain operators copy the keys, then
 * the values.
 */
export function tokenAttentionElements(
  style: TokenAttentionStyle,
  { shape, keys }: Omit<TokenAttention, 'mask'>,
  masked: boolean,
): number {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const queries = batch * n * heads * headDim;
  const pairs = batch * n * keys * heads;
  const side = batch * keys * kvHeads * headDim;
  const grouped = groupSize(shape) === 1 ? 0 : queries;
  switch (style) {
    case 'strided':
      // One call needs no copy: token by token and call by call are the same then.
      return stridedElements({ shape, keys }, masked) + (batch === 1 ? 0 : side + queries);
    case 'plain':
      return (masked ? 2 : 1) * pairs + side + 2 * queries + grouped;
    case 'multi-head':
      return (masked ? pairs : 0) + 2 * side + 2 * queries + grouped;
  }
}
