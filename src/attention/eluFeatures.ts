import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { FeatureMap } from './featureMap';
import type { RunDType } from './mechanism';

/** φ(x) = elu(x) + 1 (Katharopoulos et al. 2020, equation 7): x + 1 above zero, eˣ below. */
export function eluFeatures(headDim: number): FeatureMap {
  return {
    count: headDim,
    flops: 0,
    shifted: false,
    query: eluPlusOne,
    key: (graph, dtype, keys) => ({ features: eluPlusOne(graph, dtype, keys) }),
    write(values, offset, result, at) {
      for (let index = 0; index < headDim; index++) {
        const x = values[offset + index] ?? NaN;
        result[at + index] = x > 0 ? x + 1 : Math.exp(x);
      }
    },
  };
}

/**
 * max(x + 1, exp(min(x, 0))), which is the same since eˣ ≥ x + 1: on `cpu` these four are vectorised and the
 * runtime's Elu is not (17 ms against 11 for 8 Mi elements, and a quarter of that from the cache).
 */
function eluPlusOne(graph: GraphBuilder, dtype: RunDType, x: Value): Value {
  const below = graph.node('Exp', [graph.node('Min', [x, graph.scalar(dtype, 0)])]);
  return graph.node('Max', [graph.node('Add', [x, graph.scalar(dtype, 1)]), below]);
}
