import type { DType } from '../../../model/dtype';
import { dtypeNamed } from '../../dtypeNames';

const blockFormats: ReadonlyMap<string, DType> = new Map([
  ['q8_0', 'int8'],
  ['q4_0', 'int4'],
  ['q4_1', 'int4'],
  ['iq4_nl', 'int4'],
  ['fp8_inc', 'float8'],
  ['fp4_e2m1', 'int4'],
]);

/** The dtype of a KV cache by the names of vLLM, SGLang, TGI and llama.cpp, whose scales are not included. */
export function cacheDtypeNamed(name: string): DType | undefined {
  const key = name.trim().toLowerCase();
  // 5 bits are counted as 8, the next wider dtype.
  if (key === 'q5_0' || key === 'q5_1') return 'int8';
  return blockFormats.get(key) ?? dtypeNamed(key);
}
