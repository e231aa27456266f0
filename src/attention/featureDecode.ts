import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { elementBytes } from './attentionCost';
import { quotient } from './featureChunks';
import { featureFlops } from './featureAttention';
import type { FeatureMap } from './featureMap';
import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, DecodeStep, StateTensor } from './mechanism';

/**
 * One token by the recurrence: S ← S + φ(k)[v, 1]ᵀ, o = Sᵀφ(q), its last column the sum of the weights
 * (Katharopoulos et al. 2020, equations 16 to 20). The state has the same size at every length.
 */
export function featureDecode(shape: AttentionShape, map: FeatureMap): DecodeStep {
  const { batch, heads, kvHeads, headDim, dtype } = shape;
  const g = groupSize(shape);
  const width = headDim + 1;
  const graph = new GraphBuilder('feature_decode');
  const q = graph.input('q', dtype, [batch, 1, heads * headDim]);
  const k = graph.input('k', dtype, [batch, 1, kvHeads * headDim]);
  const v = graph.input('v', dtype, [batch, 1, kvHeads * headDim]);
  const state = graph.input('state', dtype, [batch, kvHeads, map.count, width]);
  const before = map.shifted ? graph.input('shift', dtype, [batch, 1, kvHeads, 1]) : undefined;
  const reshape = (value: Value, dims: readonly number[]): Value =>
    graph.node('Reshape', [value, graph.ints(dims)]);

  const made = map.key(graph, dtype, reshape(k, [batch, 1, kvHeads, headDim]), 1, before);
  let kept: Value = state;
  if (before !== undefined && made.shift !== undefined) {
    const factor = graph.node('Exp', [graph.node('Sub', [before, made.shift])]);
    kept = graph.node('Mul', [state, reshape(factor, [batch, kvHeads, 1, 1])]);
  }
  const ones = graph.node('Expand', [graph.scalar(dtype, 1), graph.ints([batch, kvHeads, 1, 1])]);
  const wide = graph.node('Concat', [reshape(v, [batch, kvHeads, 1, headDim]), ones], {
    attributes: { axis: 3 },
  });
  const update = graph.node('Mul', [reshape(made.features, [batch, kvHeads, map.count, 1]), wide]);
  const after = graph.node('Add', [kept, update]);
  const query = map.query(graph, dtype, reshape(q, [batch, kvHeads, g, headDim]));
  const context = graph.node('MatMul', [query, after]);
  graph.output('o', reshape(quotient(graph, context, headDim), [batch, 1, heads * headDim]), dtype, [
    batch,
    1,
    heads * headDim,
  ]);

  const stateBytes = batch * kvHeads * (map.count * width + (map.shifted ? 1 : 0)) * elementBytes(shape);
  const flops = featureFlops({ ...shape, n: 1 }, map);
  const token = batch * 2 * (heads + kvHeads) * headDim * elementBytes(shape);
  return {
    graph: graph.build(),
    cost: {
      flops,
      executedFlops: flops,
      // The state is read, and written for the next token.
      compulsoryBytes: token + 2 * stateBytes,
      workspaceBytes: 2 * stateBytes,
    },
    stateBytes,
    state: (inputs) => stateTensors(shape, map, inputs),
  };
}

/** The state after all tokens but the last; its features are those of the definition, so the shift is zero. */
function stateTensors(
  shape: AttentionShape,
  map: FeatureMap,
  inputs: AttentionInputs,
): Record<string, StateTensor> {
  const { batch, n, kvHeads, headDim } = shape;
  const width = headDim + 1;
  const sums = new Float64Array(batch * kvHeads * map.count * width);
  const features = new Float64Array(map.count);
  for (let entry = 0; entry < batch; entry++) {
    for (let row = 0; row < n - 1; row++) {
      for (let head = 0; head < kvHeads; head++) {
        const offset = ((entry * n + row) * kvHeads + head) * headDim;
        map.write(inputs.k, offset, features, 0);
        for (let feature = 0; feature < map.count; feature++) {
          const weight = features[feature] ?? NaN;
          const at = ((entry * kvHeads + head) * map.count + feature) * width;
          for (let i = 0; i < headDim; i++) {
            sums[at + i] = (sums[at + i] ?? 0) + weight * (inputs.v[offset + i] ?? NaN);
          }
          sums[at + headDim] = (sums[at + headDim] ?? 0) + weight;
        }
      }
    }
  }
  return {
    state: { dims: [batch, kvHeads, map.count, width], values: Float32Array.from(sums) },
    ...(map.shifted
      ? { shift: { dims: [batch, 1, kvHeads, 1], values: new Float32Array(batch * kvHeads) } }
      : {}),
  };
}
