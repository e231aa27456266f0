import type { FeatureMap } from './featureMap';
import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';
import { referenceByHead } from './referenceHead';
import { addScaled, dot } from './referenceVectors';

/**
 * Σ φ(q)·φ(k) v / Σ φ(q)·φ(k) over the keys that a query sees, in float64 by plain loops over the pairs.
 * Returns rows.length × headDim numbers, row-major.
 */
export function featureRows(
  shape: AttentionShape,
  map: FeatureMap,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
): Float64Array {
  const { n, headDim, causal } = shape;
  const seen = causal ? Math.max(0, ...rows.map(({ row }) => row)) + 1 : n;
  const query = new Float64Array(map.count);
  return referenceByHead(
    shape,
    inputs,
    rows,
    ({ keys, values }) => ({ features: featuresOf(map, keys, headDim, seen), values }),
    ({ features, values }, row, queryOf) => {
      map.write(queryOf(row), 0, query, 0);
      const result = new Float64Array(headDim);
      let sum = 0;
      for (let key = 0; key <= (causal ? row : n - 1); key++) {
        const weight = dot(query, 0, features, key * map.count, map.count);
        sum += weight;
        addScaled(result, weight, values, key * headDim);
      }
      return result.map((value) => value / sum);
    },
  );
}

/** Features of the first `count` keys of a head, [count, features]. */
function featuresOf(map: FeatureMap, keys: Float64Array, headDim: number, count: number): Float64Array {
  const features = new Float64Array(count * map.count);
  for (let key = 0; key < count; key++) map.write(keys, key * headDim, features, key * map.count);
  return features;
}
