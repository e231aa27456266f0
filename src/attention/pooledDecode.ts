import { denseDecode } from './denseDecode';
import type { AttentionShape, DecodeStep } from './mechanism';

/**
 * One token of causal attention to pooled keys and values: the cache holds a row for each stretch of `stride`
 * tokens that has ended, and the tokens of the stretch that has not. Attention to it is dense.
 */
export function pooledDecode(shape: AttentionShape, stride: number): DecodeStep {
  const { batch, n, kvHeads, headDim } = shape;
  const width = kvHeads * headDim;
  const ended = Math.floor((n - 1) / stride);
  const open = n - ended * stride;
  const cached = { ...shape, n: ended + open };
  const step = denseDecode(cached);
  const compress = (values: Float32Array): Float32Array => {
    const result = new Float32Array(batch * cached.n * width);
    for (let entry = 0; entry < batch; entry++) {
      const from = entry * n * width;
      const to = entry * cached.n * width;
      for (let place = 0; place < ended * width; place++) {
        const stretch = Math.floor(place / width);
        let sum = 0;
        for (let token = 0; token < stride; token++) {
          sum += values[from + (stretch * stride + token) * width + (place % width)] ?? NaN;
        }
        result[to + place] = sum / stride;
      }
      result.set(values.subarray(from + ended * stride * width, from + n * width), to + ended * width);
    }
    return result;
  };
  return { ...step, state: ({ q, k, v }) => step.state({ q, k: compress(k), v: compress(v) }) };
}
