import type { DType } from '../model/dtype';
import { bytesOf } from '../model/dtype';

/** Bytes of a float32: master copies, Adam's moments, logits, softmax statistics. */
export const FLOAT32_BYTES = 4;

/** Bytes of a dropout mask's element. */
export const MASK_BYTES = 1;

/**
 * Bytes of one activation. Formats of fewer than 16 bits are formats of weights and caches: what is
 * computed with them is 16-bit.
 */
export function activationBytes(dtype: DType): number {
  return Math.max(2, bytesOf(dtype));
}
