/** Element types of ONNX tensors that Headroom's graphs use, with the numbers `TensorProto.DataType` gives them (onnx.proto3, IR 10). */
export const tensorTypes = {
  float32: { code: 1, bytes: 4 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
  float16: { code: 10, bytes: 2 },
} as const;

export type TensorType = keyof typeof tensorTypes;

/** A constant that travels inside the model. `data` is little-endian, row-major. */
export interface ConstantTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** Number of elements of a shape; 1 for a scalar (`[]`). */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
