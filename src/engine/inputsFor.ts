import type { AttentionInputs, AttentionShape } from '../attention/mechanism';
import { makeInputs } from './inputs';
import { roundToFloat16 } from './runtime/session';

/** Random inputs of `shape` that its precision can hold, so that device and reference see the same numbers. */
export function inputsFor(shape: AttentionShape, seed: number): AttentionInputs {
  const inputs = makeInputs(shape, seed);
  return shape.dtype === 'float16' ? roundToFloat16(inputs) : inputs;
}
