import type { FeatureMap } from './featureMap';
import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';

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
  const { n, heads, kvHeads, headDim, causal } = shape;
  const result = new Float64Array(rows.length * headDim);
  const last = causal ? Math.max(0, ...rows.map(({ row }) => row)) : n - 1;
  const keysOf = cachedKeys(shape, map, inputs, last + 1);
  const query = new Float64Array(map.count);
  rows.forEach(({ batch, head, row }, index) => {
    const kvHead = Math.floor(head / (heads / kvHeads));
    map.write(inputs.q, ((batch * n + row) * heads + head) * headDim, query, 0);
    const keys = keysOf(batch, kvHead);
    let sum = 0;
    for (let key = 0; key <= (causal ? row : n - 1); key++) {
      let weight = 0;
      for (let feature = 0; feature < map.count; feature++) {
        weight += (query[feature] ?? NaN) * (keys[key * map.count + feature] ?? NaN);
      }
      sum += weight;
      const offset = ((batch * n + key) * kvHeads + kvHead) * headDim;
      for (let i = 0; i < headDim; i++) {
        result[index * headDim + i] =
          (result[index * headDim + i] ?? 0) + weight * (inputs.v[offset + i] ?? NaN);
      }
    }
    for (let i = 0; i < headDim; i++) {
      result[index * headDim + i] = (result[index * headDim + i] ?? 0) / sum;
    }
  });
  return result;
}

/** Features of the first `count` keys of a head, [count, features], made once for all rows that ask. */
function cachedKeys(
  { n, kvHeads, headDim }: AttentionShape,
  map: FeatureMap,
  { k }: AttentionInputs,
  count: number,
): (batch: number, kvHead: number) => Float64Array {
  const made = new Map<number, Float64Array>();
  return (batch, kvHead) => {
    const place = batch * kvHeads + kvHead;
    const known = made.get(place);
    if (known !== undefined) return known;
    const features = new Float64Array(count * map.count);
    for (let key = 0; key < count; key++) {
      map.write(k, ((batch * n + key) * kvHeads + kvHead) * headDim, features, key * map.count);
    }
    made.set(place, features);
    return features;
  };
}
