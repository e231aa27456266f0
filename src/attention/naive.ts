import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { declareInputs, declareOutput, groupSize, maskedScore } from './layout';
import type { AttentionShape } from './mechanism';

/** Dense attention in standard operators, all heads at once: [batch, kvHeads, g, n, n] scores are held. */
export function naiveGraph(shape: AttentionShape): GraphDescription {
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const graph = new GraphBuilder('dense_naive');
  const { q, k, v } = declareInputs(graph, shape);
  const queries = graph.node(
    'Transpose',
    [graph.node('Reshape', [q, graph.ints([batch, n, kvHeads, g, headDim])])],
    {
      attributes: { perm: [0, 2, 3, 1, 4] },
    },
  );
  const keys = graph.node(
    'Transpose',
    [graph.node('Reshape', [k, graph.ints([batch, n, kvHeads, 1, headDim])])],
    {
      attributes: { perm: [0, 2, 3, 4, 1] },
    },
  );
  const values = graph.node(
    'Transpose',
    [graph.node('Reshape', [v, graph.ints([batch, n, kvHeads, 1, headDim])])],
    {
      attributes: { perm: [0, 2, 3, 1, 4] },
    },
  );
  const scaled = graph.node('Mul', [queries, graph.scalar(shape.dtype, 1 / Math.sqrt(headDim))], {
    name: 'layer/all/scale',
  });
  const scores = graph.node('MatMul', [scaled, keys], { name: 'layer/all/qk' });
  const masked = shape.causal
    ? graph.node('Add', [scores, causalMask(graph, shape)], { name: 'layer/all/mask' })
    : scores;
  const probabilities = graph.node('Softmax', [masked], {
    name: 'layer/all/softmax',
    attributes: { axis: -1 },
  });
  const context = graph.node('MatMul', [probabilities, values], { name: 'layer/all/pv' });
  const tokens = graph.node('Transpose', [context], { attributes: { perm: [0, 3, 1, 2, 4] } });
  declareOutput(graph, shape, graph.node('Reshape', [tokens, graph.ints([batch, n, shape.heads * headDim])]));
  return graph.build();
}

/** Additive causal mask [n, n], made by the graph so that the model file stays small. */
export function causalMask(graph: GraphBuilder, shape: AttentionShape): Value {
  const full = graph.node('Expand', [
    graph.scalar(shape.dtype, maskedScore(shape.dtype)),
    graph.ints([shape.n, shape.n]),
  ]);
  return graph.node('Trilu', [full, graph.scalar('int64', 1)], {
    name: 'layer/shared/mask',
    attributes: { upper: 1 },
  });
}
