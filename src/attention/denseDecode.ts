import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { elementBytes, keyElements, pairFlops } from './attentionCost';
import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, DecodeStep, StateTensor } from './mechanism';

/**
 * One token of dense attention against a KV cache of n tokens, head-major: keys in columns
 * [batch, kvHeads, headDim, n], values in rows [batch, kvHeads, n, headDim], so that both products read the cache
 * as it lies. A group's queries are the rows of one MatMul: each key/value head is read once.
 */
export function denseDecode(shape: AttentionShape): DecodeStep {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const g = groupSize(shape);
  const graph = new GraphBuilder('dense_decode');
  const q = graph.input('q', dtype, [batch, 1, heads * headDim]);
  const keys = graph.input('key_cache', dtype, [batch, kvHeads, headDim, n]);
  const values = graph.input('value_cache', dtype, [batch, kvHeads, n, headDim]);
  const queries = graph.node('Reshape', [q, graph.ints([batch, kvHeads, g, headDim])]);
  addDecodeOutput(graph, shape, attendToCache(graph, shape, queries, keys, values));
  const elements = 2 * keyElements(shape);
  return {
    graph: graph.build(),
    cost: {
      flops: pairFlops({ ...shape }, n),
      executedFlops: pairFlops(shape, n),
      compulsoryBytes: (elements + 2 * batch * heads * headDim) * elementBytes(shape),
      workspaceBytes: (2 * batch * heads * n + 2 * batch * heads * headDim) * elementBytes(shape),
    },
    stateBytes: elements * elementBytes(shape),
    state: (inputs) => cacheOf(shape, inputs),
  };
}

/** softmax(q·K/√d)·V with q in [batch, kvHeads, g, headDim]. */
function attendToCache(
  graph: GraphBuilder,
  { headDim, dtype }: AttentionShape,
  queries: Value,
  keys: Value,
  values: Value,
): Value {
  const scaled = graph.node('Mul', [queries, graph.scalar(dtype, 1 / Math.sqrt(headDim))]);
  const scores = graph.node('MatMul', [scaled, keys], { name: 'layer/all/qk' });
  const weights = graph.node('Softmax', [scores], { name: 'layer/all/softmax', attributes: { axis: -1 } });
  return graph.node('MatMul', [weights, values], { name: 'layer/all/pv' });
}

/** Declares the output of a decode step from [batch, …, headDim], heads in order. */
export function addDecodeOutput(graph: GraphBuilder, shape: AttentionShape, value: Value): void {
  const dims = [shape.batch, 1, shape.heads * shape.headDim];
  graph.output('o', graph.node('Reshape', [value, graph.ints(dims)]), shape.dtype, dims);
}

function cacheOf(shape: AttentionShape, { k, v }: AttentionInputs): Record<string, StateTensor> {
  const { batch, n, kvHeads, headDim } = shape;
  const keys = new Float32Array(k.length);
  const values = new Float32Array(v.length);
  for (let entry = 0; entry < batch; entry++) {
    for (let head = 0; head < kvHeads; head++) {
      const place = (entry * kvHeads + head) * n * headDim;
      for (let token = 0; token < n; token++) {
        const from = ((entry * n + token) * kvHeads + head) * headDim;
        for (let i = 0; i < headDim; i++) {
          keys[place + i * n + token] = k[from + i] ?? NaN;
          values[place + token * headDim + i] = v[from + i] ?? NaN;
        }
      }
    }
  }
  return {
    key_cache: { dims: [batch, kvHeads, headDim, n], values: keys },
    value_cache: { dims: [batch, kvHeads, n, headDim], values },
  };
}
