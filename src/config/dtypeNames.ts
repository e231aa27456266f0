import type { DType } from '../model/dtype';

/** Names that frameworks give to dtypes, in lower case and without `torch.` or `ml_dtypes.` before them. */
const names: ReadonlyMap<string, DType> = new Map([
  ['float32', 'float32'],
  ['float', 'float32'],
  ['fp32', 'float32'],
  ['f32', 'float32'],
  ['tf32', 'float32'],
  ['bfloat16', 'bfloat16'],
  ['bf16', 'bfloat16'],
  ['float16', 'float16'],
  ['half', 'float16'],
  ['fp16', 'float16'],
  ['f16', 'float16'],
  ['float8', 'float8'],
  ['fp8', 'float8'],
  ['float8_e4m3fn', 'float8'],
  ['float8_e4m3fnuz', 'float8'],
  ['float8_e5m2', 'float8'],
  ['fp8_e4m3', 'float8'],
  ['fp8_e4m3fn', 'float8'],
  ['fp8_e5m2', 'float8'],
  ['int8', 'int8'],
  ['int4', 'int4'],
]);

/** The dtype that `text` names, such as `torch.bfloat16` or `bf16`; undefined where it is no known name. */
export function dtypeNamed(text: string): DType | undefined {
  return names.get(
    text
      .trim()
      .toLowerCase()
      .replace(/^(?:torch|jnp|ml_dtypes)\./, ''),
  );
}
