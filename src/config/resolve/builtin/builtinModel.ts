/** A well-known model: what its published config says of its shape, in the keys of Hugging Face configs. */
export interface BuiltinModel {
  /** Its repository on the Hugging Face hub. */
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What differs from the published model, as a sentence for the user. */
  readonly remark?: string;
}

/** [hidden_size, num_hidden_layers, num_attention_heads, num_key_value_heads, intermediate_size] */
type Shape = readonly [number, number, number, number, number];

/** A model from its five dimensions and what else its config says. */
export function model(
  id: string,
  [hidden, layers, heads, kvHeads, intermediate]: Shape,
  rest: Readonly<Record<string, unknown>>,
): BuiltinModel {
  return {
    id,
    config: {
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: kvHeads,
      intermediate_size: intermediate,
      ...rest,
    },
  };
}

/** `layer_types` where every `period`-th layer sees everything and the others see a window. */
export function everyNthFull(layers: number, period: number): string[] {
  return Array.from({ length: layers }, (_, index) =>
    (index + 1) % period === 0 ? 'full_attention' : 'sliding_attention',
  );
}
