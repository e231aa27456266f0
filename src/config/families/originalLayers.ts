import type { AttentionSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';

/** Attention as BERT and GPT-2 have it: a bias on every projection, as many key/value heads as heads. */
export function biasedAttention(heads: number, headDim: number, causal: boolean): AttentionSpec {
  return {
    heads,
    kvHeads: heads,
    headDim,
    causal,
    queryBias: true,
    keyValueBias: true,
    outputBias: true,
    queryKeyNorm: false,
  };
}

/** The dropout probability under `key`; 0.1 where absent, the default of both. */
export function readDropout(reader: FieldReader, property: string, key: string): number {
  return reader.probability(
    { property, keys: [key], meaning: 'dropout' },
    { value: 0.1, rule: `${key} is absent: 0.1, the default of this model type.` },
  );
}

/** Tells the user that the layers which an encoder-decoder adds are left out, where the config has them. */
export function noteCrossAttention(reader: FieldReader): void {
  if (reader.raw('add_cross_attention')?.value === true) {
    reader.assumptions.push('add_cross_attention is true: the cross-attention layers are not counted.');
  }
}
