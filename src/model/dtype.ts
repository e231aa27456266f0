/** Number formats that weights, caches and activations are held in. */
export const dtypes = ['float32', 'bfloat16', 'float16', 'float8', 'int8', 'int4'] as const;

export type DType = (typeof dtypes)[number];

const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  bfloat16: 2,
  float16: 2,
  float8: 1,
  int8: 1,
  int4: 0.5,
};

/** Bytes that one element of `dtype` occupies; 0.5 for int4. Scales of quantised formats are not included. */
export function bytesOf(dtype: DType): number {
  return bytesPerElement[dtype];
}

export function isDType(text: string): text is DType {
  return (dtypes as readonly string[]).includes(text);
}
