import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { declareInputs, declareOutput, groupSize } from './layout';
import type { AttentionShape } from './mechanism';
import { causalMask } from './naive';

export const stages = ['qk', 'mask', 'softmax', 'pv'] as const;

export type Stage = (typeof stages)[number];

/** The name of a stage's node, which the runtime's profile reports: `layer/head3/softmax`. */
export function stageNodeName(head: number, stage: Stage): string {
  return `layer/head${String(head)}/${stage}`;
}

/** Reads a node name made by `stageNodeName`; undefined for any other node. */
export function parseStageNodeName(name: string): { head: number; stage: Stage } | undefined {
  const match = /^layer\/head(\d+)\/(\w+)$/.exec(name);
  const stage = stages.find((candidate) => candidate === match?.[2]);
  return match === null || stage === undefined ? undefined : { head: Number(match[1]), stage };
}

/**
 * Dense attention with every head and stage a node of its own: QKᵀ, the causal mask, softmax, PV.
 * For looking into, not for speed: each head writes its n × n scores to memory between the stages,
 * which a fused kernel never does.
 */
export function decomposedGraph(shape: AttentionShape): GraphDescription {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const graph = new GraphBuilder('dense_decomposed');
  const { q, k, v } = declareInputs(graph, shape);
  const perHead = (value: Value, count: number, perm: readonly number[], stage: string): Value[] => {
    const split = graph.node('Reshape', [value, graph.ints([batch, n, count, headDim])]);
    const major = graph.node('Transpose', [split], { name: `layer/shared/${stage}`, attributes: { perm } });
    return graph.nodeWithOutputs(
      'Split',
      [major, graph.ints(Array.from({ length: count }, () => 1))],
      count,
      {
        name: `layer/shared/${stage}_split`,
        attributes: { axis: 1 },
      },
    );
  };
  const scaled = graph.node('Mul', [q, graph.scalar(shape.dtype, 1 / Math.sqrt(headDim))], {
    name: 'layer/shared/scale',
  });
  const queries = perHead(scaled, heads, [0, 2, 1, 3], 'q');
  const keys = perHead(k, kvHeads, [0, 2, 3, 1], 'k');
  const values = perHead(v, kvHeads, [0, 2, 1, 3], 'v');
  const mask = shape.causal ? causalMask(graph, shape) : undefined;
  const outputs = queries.map((query, head) => {
    const kvHead = Math.floor(head / g);
    const scores = graph.node('MatMul', [query, keys[kvHead]], { name: stageNodeName(head, 'qk') });
    const masked =
      mask === undefined ? scores : graph.node('Add', [scores, mask], { name: stageNodeName(head, 'mask') });
    const probabilities = graph.node('Softmax', [masked], {
      name: stageNodeName(head, 'softmax'),
      attributes: { axis: -1 },
    });
    return graph.node('MatMul', [probabilities, values[kvHead]], { name: stageNodeName(head, 'pv') });
  });
  const joined = graph.node('Concat', outputs, { name: 'layer/shared/concat', attributes: { axis: 1 } });
  const tokens = graph.node('Transpose', [joined], {
    name: 'layer/shared/o',
    attributes: { perm: [0, 2, 1, 3] },
  });
  declareOutput(graph, shape, graph.node('Reshape', [tokens, graph.ints([batch, n, heads * headDim])]));
  return graph.build();
}

/** Bytes that the decomposed graph holds beyond its inputs: one head's scores twice, the mask, the copies. */
export function decomposedWorkspaceBytes(shape: AttentionShape): number {
  const bytes = shape.dtype === 'float16' ? 2 : 4;
  const scores = 3 * shape.batch * shape.n ** 2;
  const copies = shape.batch * shape.n * shape.headDim * (4 * shape.heads + 4 * shape.kvHeads);
  return (scores + copies) * bytes;
}
