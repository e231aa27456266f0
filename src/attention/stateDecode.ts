import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { compulsoryBytes, elementBytes } from './attentionCost';
import { addDecodeOutput } from './denseDecode';
import { declareInputs, groupSize } from './layout';
import type { AttentionInputs, AttentionShape, DecodeStep } from './mechanism';

/** The new token, each as a matrix a head. */
interface TokenRows {
  /** [batch, kvHeads, group, headDim]. */
  readonly q: Value;
  /** [batch, kvHeads, 1, headDim]. */
  readonly k: Value;
  readonly v: Value;
}

/**
 * One token with a state matrix a key/value head, [batch, kvHeads, headDim, headDim]: of the same size at every
 * length. `update` gives the state with the new token and the queries that read it; `stateOf` the states after all
 * tokens but the last, and `flops` counts the step.
 */
export function stateDecode(
  shape: AttentionShape,
  flops: number,
  update: (graph: GraphBuilder, state: Value, token: TokenRows) => { state: Value; queries: Value },
  stateOf: (inputs: AttentionInputs) => Float64Array,
): DecodeStep {
  const { batch, kvHeads, headDim, dtype } = shape;
  const dims = [batch, kvHeads, headDim, headDim];
  const one = { ...shape, n: 1 };
  const graph = new GraphBuilder('state_decode');
  const { q, k, v } = declareInputs(graph, one);
  const row = (value: Value, inner: number): Value =>
    graph.node('Reshape', [value, graph.ints([batch, kvHeads, inner, headDim])]);
  const token = { q: row(q, groupSize(shape)), k: row(k, 1), v: row(v, 1) };
  const { state, queries } = update(graph, graph.input('state', dtype, dims), token);
  addDecodeOutput(graph, shape, graph.node('MatMul', [queries, state]));

  const stateBytes = batch * kvHeads * headDim * headDim * elementBytes(shape);
  return {
    graph: graph.build(),
    cost: {
      flops,
      executedFlops: flops,
      // The state is read, and written for the next token.
      compulsoryBytes: compulsoryBytes(one) + 2 * stateBytes,
      workspaceBytes: 2 * stateBytes,
    },
    stateBytes,
    state: (inputs) => ({ state: { dims, values: Float32Array.from(stateOf(inputs)) } }),
  };
}
