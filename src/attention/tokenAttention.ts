import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { fusedOperator, plainOperator } from './attentionOperators';
import { groupQueries, groupSize, ungroupOutputs } from './layout';
import type { AttentionShape } from './mechanism';
import { stridedHeads } from './stridedHeads';
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
 * `strided`: FusedMatMul on the heads as they lie, `stridedHeads`; for `cpu`.
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
  if (style === 'strided') return stridedHeads(graph, shape, keys, triple, mask, name);
  const { batch, n, kvHeads, headDim } = shape;
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
 * head-major copies; with a mask, and in plain operators, the scores live too.
 */
export function tokenAttentionElements(
  style: TokenAttentionStyle,
  { shape, keys }: Omit<TokenAttention, 'mask'>,
  masked: boolean,
): number {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const queries = batch * n * heads * headDim;
  const pairs = batch * n * keys * heads;
  const copies = 2 * batch * keys * kvHeads * headDim + queries;
  const grouped = groupSize(shape) === 1 ? 0 : queries;
  return style === 'multi-head' && !masked ? copies + queries + grouped : pairs + copies + queries + grouped;
}
