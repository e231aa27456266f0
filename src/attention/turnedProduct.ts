import type { GraphBuilder, Value } from '../onnx/graphBuilder';

/** Which operators a graph is made of: those of the runtime too, or of the standard set alone. */
export type Operators = 'runtime' | 'standard';

/** aᵀ·b of the last two axes of [x, y, rows, columns]: FusedMatMul reads `a` as it stands, MatMul wants a copy. */
export function productTurnedLeft(graph: GraphBuilder, a: Value, b: Value, operators: Operators): Value {
  return operators === 'runtime'
    ? graph.microsoft('FusedMatMul', [a, b], { attributes: { transA: 1 } })
    : graph.node('MatMul', [turned(graph, a), b]);
}

/** a·bᵀ, likewise. */
export function productTurnedRight(graph: GraphBuilder, a: Value, b: Value, operators: Operators): Value {
  return operators === 'runtime'
    ? graph.microsoft('FusedMatMul', [a, b], { attributes: { transB: 1 } })
    : graph.node('MatMul', [a, turned(graph, b)]);
}

function turned(graph: GraphBuilder, value: Value): Value {
  return graph.node('Transpose', [value], { attributes: { perm: [0, 1, 3, 2] } });
}
