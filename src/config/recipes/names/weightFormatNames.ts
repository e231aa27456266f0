import type { WeightFormat } from '../../../model/recipe';

/** `null`: known, but only the checkpoint says which format it is. */
const table: ReadonlyMap<string, WeightFormat | null> = new Map<string, WeightFormat | null>([
  ['none', 'none'],
  ['awq', 'awq4'],
  ['awq_marlin', 'awq4'],
  ['gptq', 'gptq4'],
  ['gptq_marlin', 'gptq4'],
  ['gptq_marlin_24', 'gptq4'],
  ['gptq_bitblas', 'gptq4'],
  ['marlin', 'gptq4'],
  ['fp8', 'fp8'],
  ['fbgemm_fp8', 'fp8'],
  ['ptpc_fp8', 'fp8'],
  ['w8a8_fp8', 'fp8'],
  ['modelopt_fp8', 'fp8'],
  ['bitsandbytes', 'nf4'],
  ['bitsandbytes-nf4', 'nf4'],
  ['mxfp4', 'mxfp4'],
  ['int8', 'int8'],
  ['w8a8_int8', 'int8'],
  ['experts_int8', 'int8'],
  ['tpu_int8', 'int8'],
  ['eetq', 'int8'],
  ['compressed-tensors', null],
  ['gguf', null],
  ['exl2', null],
  ['modelopt', null],
  ['torchao', null],
  ['quark', null],
]);

/** The weight format that a server's name of a quantisation means; null: the checkpoint decides. */
export function weightFormatNamed(name: string): WeightFormat | null | undefined {
  return table.get(name.trim().toLowerCase());
}

const ggufTypes: readonly (readonly [RegExp, WeightFormat])[] = [
  [/q4_k(?:_[sml])?/i, 'q4_k'],
  [/q5_k(?:_[sml])?/i, 'q5_k'],
  [/q6_k/i, 'q6_k'],
  [/q8_0/i, 'q8_0'],
  [/q4_0/i, 'q4_0'],
  [/mxfp4/i, 'mxfp4'],
  [/(?:bf|fp|f)(?:16|32)/i, 'none'],
];

/** The llama.cpp type that the name of a GGUF file or of an Ollama tag carries: `…-Q4_K_M.gguf`. */
export function ggufFormatIn(name: string): WeightFormat | undefined {
  return ggufTypes.find(([type]) =>
    new RegExp(`(?:^|[-_.:/])${type.source}(?=$|[-_.])`, 'i').test(name),
  )?.[1];
}
