import type { DeviceSpec, Precision } from '../devices/deviceSpec';
import type { DType } from '../model/dtype';

/** What a computation does: operations, and bytes that it moves between the device and its memory. */
export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

export interface Roofline {
  /** The longer of the two times below, or the only one that is known; absent where neither is. */
  readonly seconds?: number;
  /** Which of the two takes longer; `unknown` where one is not known or there is no work. */
  readonly bound: 'compute' | 'memory' | 'unknown';
  /** FLOPs by the peak rate. Absent: the device has no published rate for this dtype. */
  readonly computeSeconds?: number;
  /** Bytes by the bandwidth. Absent: the bandwidth is not known. */
  readonly memorySeconds?: number;
  /** FLOP/byte of the work. Absent where it moves nothing. */
  readonly intensity?: number;
  /** FLOP/byte at which the device takes as long to compute as to move. */
  readonly ridge?: number;
  /** The precision whose rate was taken: not the dtype's own where the device has no rate for that. */
  readonly precision?: Precision;
}

/**
 * Precisions that products of a dtype run in, best first: what hardware without the dtype does is widen it.
 * int4 is a format of stored weights, whose products run in 16 bits. float32 is not rounded to tf32 unasked.
 */
const runsIn: Readonly<Record<DType | 'tf32', readonly Precision[]>> = {
  float32: ['float32'],
  tf32: ['tf32', 'float32'],
  float16: ['float16', 'float32'],
  bfloat16: ['bfloat16', 'float32'],
  float8: ['float8', 'float16', 'bfloat16', 'float32'],
  int8: ['int8', 'float16', 'bfloat16', 'float32'],
  int4: ['float16', 'bfloat16', 'float32'],
};

/**
 * Seconds that `work` takes on `device` at the least: max(FLOPs / peak, bytes / bandwidth), the roofline model
 * (Williams, Waterman and Patterson 2009, https://doi.org/10.1145/1498765.1498785). Kernels reach a share of
 * both peaks; `attainable`, over 0 up to 1, is that share where it is known. At 1, the default, the time is a lower
 * bound. Work that is negative or not finite, or a share out of range, has no times.
 */
export function roofline(
  work: Work,
  device: Pick<DeviceSpec, 'peakFlops' | 'bandwidth'>,
  dtype: DType | 'tf32',
  attainable = 1,
): Roofline {
  const precision = runsIn[dtype].find((candidate) => device.peakFlops[candidate] !== undefined);
  const peak = precision === undefined ? undefined : device.peakFlops[precision];
  const share = attainable > 0 && attainable <= 1 ? attainable : undefined;
  const computeSeconds = quotient(quotient(work.flops, peak), share);
  const memorySeconds = quotient(quotient(work.bytes, device.bandwidth), share);
  const times = [computeSeconds, memorySeconds].filter((time) => time !== undefined);
  return {
    bound: boundOf(computeSeconds, memorySeconds),
    ...known('seconds', times.length === 0 ? undefined : Math.max(...times)),
    ...known('computeSeconds', computeSeconds),
    ...known('memorySeconds', memorySeconds),
    ...known('intensity', quotient(work.flops, work.bytes)),
    ...known('ridge', quotient(peak, device.bandwidth)),
    ...known('precision', precision),
  };
}

/** At the ridge itself both bind; the rate is named. */
function boundOf(compute: number | undefined, memory: number | undefined): Roofline['bound'] {
  if (compute === undefined || memory === undefined || Math.max(compute, memory) === 0) return 'unknown';
  return compute >= memory ? 'compute' : 'memory';
}

/** a / b where that is a finite number and makes sense. */
function quotient(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined || !(a >= 0) || !(b > 0)) return undefined;
  const ratio = a / b;
  return Number.isFinite(ratio) ? ratio : undefined;
}

function known<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  const record: Partial<Record<Key, Value>> = {};
  if (value !== undefined) record[key] = value;
  return record;
}
