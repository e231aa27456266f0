import type { GraphBuilder, Value } from '../onnx/graphBuilder';

/** Which operators a graph is made of: those of the runtime too, or of the standard set alone. */
export type Operators = 'runtime' | 'standard';

/**
 * aᵀ·b of the last two axes of tensors of `rank` axes: FusedMatMul reads `a` as it stands, MatMul wants a copy.
 */
export function productTurnedLeft(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  operators: Operators,
  rank = 4,
): Value {
  return operators === 'runtime'
    ? graph.microsoft('FusedMatMul', [a, b], { attributes: { transA: 1 } })
    : graph.node('MatMul', [turned(graph, a, rank), b]);
}

/** a·bᵀ, likewise. */
export function productTurnedRight(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  operators: Operators,
  rank = 4,
): Value {
  return operators === 'runtime'
    ? graph.microsoft('FusedMatMul', [a, b], { attributes: { transB: 1 } })
    : graph.node('MatMul', [a, turned(graph, b, rank)]);
}

function turned(graph: GraphBuilder, value: Value, rank: number): Value {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return graph.node('Transpose', [value], {
    attributes: { perm: [...axes.slice(0, -2), rank - 1, rank - 2] },
  });
}
