import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { elementBytes } from './attentionCost';
import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, DecodeStep } from './mechanism';

/** The new token, each as a matrix a head. */
export interface TokenRows {
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
  const { batch, heads, kvHeads, headDim, dtype } = shape;
  const dims = [batch, kvHeads, headDim, headDim];
  const graph = new GraphBuilder('state_decode');
  const row = (name: string, count: number, inner: number): Value =>
    graph.node('Reshape', [
      graph.input(name, dtype, [batch, 1, count * headDim]),
      graph.ints([batch, kvHeads, inner, headDim]),
    ]);
  const token = { q: row('q', heads, groupSize(shape)), k: row('k', kvHeads, 1), v: row('v', kvHeads, 1) };
  const { state, queries } = update(graph, graph.input('state', dtype, dims), token);
  const context = graph.node('MatMul', [queries, state]);
  const output = [batch, 1, heads * headDim];
  graph.output('o', graph.node('Reshape', [context, graph.ints(output)]), dtype, output);

  const stateBytes = batch * kvHeads * headDim * headDim * elementBytes(shape);
  return {
    graph: graph.build(),
    cost: {
      flops,
      executedFlops: flops,
      // The state is read, and written for the next token.
      compulsoryBytes: batch * 2 * (heads + kvHeads) * headDim * elementBytes(shape) + 2 * stateBytes,
      workspaceBytes: 2 * stateBytes,
    },
    stateBytes,
    state: (inputs) => ({ state: { dims, values: Float32Array.from(stateOf(inputs)) } }),
  };
}

/** k vᵀ of each head, [batch, kvHeads, headDim, headDim]. */
export function outerProduct(graph: GraphBuilder, { k, v }: Pick<TokenRows, 'k' | 'v'>): Value {
  return graph.node('MatMul', [graph.node('Transpose', [k], { attributes: { perm: [0, 1, 3, 2] } }), v]);
}
