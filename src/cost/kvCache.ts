import type { DType } from '../model/dtype';
import { bytesOf } from '../model/dtype';
import type { ModelSpec } from '../model/modelSpec';
import type { EstimateOptions } from './estimate';

/**
 * Bytes of keys and values held for the whole batch: 2 · Σ layers · kv · d · min(n, window) · b · bytes
 * (Shazeer 2019; Ainslie et al. 2023 for kv < a). A windowed layer holds a ring buffer of its window.
 * Layers that are not causal cache nothing.
 */
export function kvCacheBytes(model: ModelSpec, options: EstimateOptions): number {
  const { sequenceLength: n, batch, dtype } = options;
  return batch * bytesOf(dtype) * cachedElements(model, (window) => Math.min(n, window ?? n));
}

/** Bytes by which the cache of one sequence grows with a token, while no window is full. */
export function kvCacheBytesPerToken(model: ModelSpec, dtype: DType): number {
  return bytesOf(dtype) * cachedElements(model, () => 1);
}

function cachedElements(model: ModelSpec, tokens: (window: number | undefined) => number): number {
  return model.layerKinds.reduce((sum, { layers, attention }) => {
    if (!attention.causal) return sum;
    return sum + 2 * layers * attention.kvHeads * attention.headDim * tokens(attention.window);
  }, 0);
}
