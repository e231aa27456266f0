import type { DType } from '../model/dtype';
import type { FieldReader } from './fieldReader';
import { describe } from './fieldReader';

/** Names that frameworks give to the dtypes, without a `torch.` before them. */
const names: ReadonlyMap<string, DType> = new Map([
  ['float32', 'float32'],
  ['float', 'float32'],
  ['fp32', 'float32'],
  ['bfloat16', 'bfloat16'],
  ['bf16', 'bfloat16'],
  ['float16', 'float16'],
  ['half', 'float16'],
  ['fp16', 'float16'],
  ['float8', 'float8'],
  ['fp8', 'float8'],
  ['float8_e4m3fn', 'float8'],
  ['float8_e5m2', 'float8'],
  ['int8', 'int8'],
  ['int4', 'int4'],
]);

const keys = ['dtype', 'torch_dtype'];

/** The dtype that the weights are stored in; float32, with an assumption, where the config does not say. */
export function readDType(reader: FieldReader): DType {
  if (reader.raw('quantization_config') !== undefined) {
    reader.assumptions.push(
      'quantization_config is present, but weights are counted in the dtype that is chosen; scales and unquantised layers are not told apart.',
    );
  }
  const key = keys.find((candidate) => reader.raw(candidate) !== undefined);
  if (key === undefined) {
    const rule = 'Neither dtype nor torch_dtype is set: float32, as PyTorch would load it.';
    return reader.assume('dtype', { value: 'float32', rule, assumed: true });
  }
  const value = reader.raw(key)?.value;
  const dtype =
    typeof value === 'string' ? names.get(value.replace(/^torch\./, '').toLowerCase()) : undefined;
  if (dtype === undefined) {
    const rule = `${key} is ${describe(value)}, which is not known: float32 is assumed.`;
    return reader.assume('dtype', { value: 'float32', rule, assumed: true });
  }
  reader.recordKey('dtype', key);
  return dtype;
}
