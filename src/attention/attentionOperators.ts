import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { AttentionShape } from './mechanism';

/** One softmax(QKᵀ/√d + bias)·V inside a graph, between any numbers of queries and keys. */
export interface AttentionCall {
  /** Grouped as by `groupQueries`: [batch, rows, kvHeads·headDim]. */
  readonly q: Value;
  /** [batch, keys, kvHeads·headDim] */
  readonly k: Value;
  readonly v: Value;
  /** Added to the scores, [1, 1, rows, keys]. */
  readonly bias: Value | undefined;
  /** The stage's name in the runtime's profile. */
  readonly name: string;
}

/** Adds an attention call to a graph. Returns [batch, rows, kvHeads·headDim]. */
export type AttentionOperator = (graph: GraphBuilder, shape: AttentionShape, call: AttentionCall) => Value;

/** The runtime's MultiHeadAttention: on `cpu` a flash kernel where there is no bias. */
export const fusedOperator: AttentionOperator = (graph, { kvHeads }, { q, k, v, bias, name }) =>
  graph.microsoft(
    'MultiHeadAttention',
    bias === undefined ? [q, k, v] : [q, k, v, undefined, undefined, bias],
    {
      name: `${name}/attention`,
      attributes: { num_heads: kvHeads },
    },
  );

/** The same in operators of the standard set, for devices whose fused operator is missing or wrong. */
export const plainOperator: AttentionOperator = (graph, shape, { q, k, v, bias, name }) => {
  const { batch, kvHeads, headDim } = shape;
  const headMajor = (value: Value, perm: readonly number[]): Value =>
    graph.node('Transpose', [graph.node('Reshape', [value, graph.ints([batch, -1, kvHeads, headDim])])], {
      attributes: { perm },
    });
  const context = plainSoftmax(graph, shape, {
    q: headMajor(q, [0, 2, 1, 3]),
    k: headMajor(k, [0, 2, 3, 1]),
    v: headMajor(v, [0, 2, 1, 3]),
    bias,
    name,
  });
  const tokens = graph.node('Transpose', [context], { attributes: { perm: [0, 2, 1, 3] } });
  return graph.node('Reshape', [tokens, graph.ints([batch, -1, kvHeads * headDim])]);
};

/** MatMul, Softmax, MatMul with q and v in [batch, kvHeads, ·, headDim] and k in [batch, kvHeads, headDim, ·]. */
export const plainSoftmax: AttentionOperator = (graph, shape, { q, k, v, bias, name }) => {
  const scaled = graph.node('Mul', [q, graph.scalar(shape.dtype, 1 / Math.sqrt(shape.headDim))], {
    name: `${name}/scale`,
  });
  const scores = graph.node('MatMul', [scaled, k], { name: `${name}/qk` });
  const biased = bias === undefined ? scores : graph.node('Add', [scores, bias], { name: `${name}/mask` });
  const weights = graph.node('Softmax', [biased], { name: `${name}/softmax`, attributes: { axis: -1 } });
  return graph.node('MatMul', [weights, v], { name: `${name}/pv` });
};
