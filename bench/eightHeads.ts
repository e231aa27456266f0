import type { AttentionShape } from '../src/attention/mechanism';

/** What the bars are about: one call of 8 heads of 64 in float32. */
export function eightHeads(n: number, causal: boolean): AttentionShape {
  return { batch: 1, heads: 8, kvHeads: 8, headDim: 64, n, causal, dtype: 'float32' };
}
