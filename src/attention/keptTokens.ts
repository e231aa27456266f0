import { denseDecode } from './denseDecode';
import type { AttentionInputs, AttentionShape, DecodeStep } from './mechanism';

/** A step of decode that attends to some tokens only, ascending: what the last one sees is all that is cached. */
export function keptDecode(shape: AttentionShape, kept: readonly number[]): DecodeStep {
  const step = denseDecode({ ...shape, n: kept.length });
  return { ...step, state: (inputs) => step.state(selectTokens(shape, inputs, kept)) };
}

/** The same inputs with only some tokens. */
function selectTokens(
  { batch, n, heads, kvHeads, headDim }: AttentionShape,
  inputs: AttentionInputs,
  tokens: readonly number[],
): AttentionInputs {
  const select = (values: Float32Array, width: number): Float32Array => {
    const selected = new Float32Array(batch * tokens.length * width);
    for (let entry = 0; entry < batch; entry++) {
      tokens.forEach((token, index) => {
        const from = (entry * n + token) * width;
        selected.set(values.subarray(from, from + width), (entry * tokens.length + index) * width);
      });
    }
    return selected;
  };
  return {
    q: select(inputs.q, heads * headDim),
    k: select(inputs.k, kvHeads * headDim),
    v: select(inputs.v, kvHeads * headDim),
  };
}
