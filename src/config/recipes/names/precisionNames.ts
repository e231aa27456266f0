import type { DType } from '../../../model/dtype';
import { dtypeNamed } from '../../dtypeNames';

export interface NamedPrecision {
  readonly dtype: DType;
  /** `mixed`: float32 weights beside 16-bit computation. `true`: all in the dtype. Absent: not said. */
  readonly kind?: 'mixed' | 'true';
  /** Matrix products are in FP8, all else in `dtype`. */
  readonly fp8?: boolean;
}

const FP8: NamedPrecision = { dtype: 'bfloat16', kind: 'mixed', fp8: true };

const table: ReadonlyMap<string, NamedPrecision> = new Map<string, NamedPrecision>([
  ['no', { dtype: 'float32' }],
  ['32', { dtype: 'float32' }],
  ['32-true', { dtype: 'float32' }],
  ['16', { dtype: 'float16', kind: 'mixed' }],
  ['16-mixed', { dtype: 'float16', kind: 'mixed' }],
  ['16-true', { dtype: 'float16', kind: 'true' }],
  ['bf16-mixed', { dtype: 'bfloat16', kind: 'mixed' }],
  ['bf16-true', { dtype: 'bfloat16', kind: 'true' }],
  ['bf16_with_fp8', FP8],
  ['fp8', FP8],
  ['transformer-engine', FP8],
]);

/** What Lightning's `precision`, Accelerate's `mixed_precision` or a dtype's name says; undefined: unknown. */
export function precisionNamed(name: string): NamedPrecision | undefined {
  const known = table.get(name.trim().toLowerCase());
  if (known !== undefined) return known;
  const dtype = dtypeNamed(name);
  return dtype === undefined ? undefined : { dtype };
}
