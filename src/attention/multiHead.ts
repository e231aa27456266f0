import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { fusedOperator } from './attentionOperators';
import { groupQueries, groupSize, ungroupOutputs } from './layout';
import type { AttentionShape } from './mechanism';

/**
 * The runtime's MultiHeadAttention between all queries of `shape` (its n counts them) and any number of keys,
 * nothing masked: a flash kernel on `cpu`. GQA by grouped queries. Returns [batch, n, heads·headDim].
 */
export function addMultiHead(
  graph: GraphBuilder,
  shape: AttentionShape,
  { q, k, v }: { readonly q: Value; readonly k: Value; readonly v: Value },
): Value {
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const rows = graph.node('Reshape', [
    groupQueries(graph, shape, q),
    graph.ints([batch, g * n, kvHeads * headDim]),
  ]);
  const output = fusedOperator(graph, shape, { q: rows, k, v, bias: undefined, name: 'layer/all' });
  const split = graph.node('Reshape', [output, graph.ints([batch, g, n, kvHeads * headDim])]);
  return ungroupOutputs(graph, shape, split);
}

/** Elements of the tiles of scores that a thread of the flash kernel holds, as measured on `cpu`; one is counted. */
const TILE_ELEMENTS = 65_536;

/** Elements held at once beside q, k, v and o: head-major copies of q, k, v and the output. */
export function multiHeadElements(shape: AttentionShape, keys: number): number {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const copies = groupSize(shape) === 1 ? 2 : 3;
  return copies * batch * n * heads * headDim + 2 * batch * keys * kvHeads * headDim + TILE_ELEMENTS;
}
