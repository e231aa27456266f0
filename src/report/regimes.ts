import type { Timing, Verification } from './report';

/**
 * Attention of one layer in its two regimes: prefill (and training), where all positions, heads and batch entries run
 * in parallel, and decode, where tokens come one after another. One JSON value a kind of layer; tokens are counted
 * over the whole batch, and rates are operations that the mathematics needs a second.
 */
export interface RegimesResult {
  /** Tokens of one sequence, in both regimes. */
  readonly n: number;
  readonly batch: number;
  readonly prefill: PrefillPoint;
  /** Steps of single-token decode, ascending in context within a mechanism; dense first. None where nothing decodes. */
  readonly decode: readonly DecodePoint[];
  /** Absent where dense attention has no verified step. */
  readonly oneByOne?: OneByOne;
  readonly scaling: readonly ScalingAxis[];
  /** What was not measured, and why: whole sentences. */
  readonly leftOut: readonly string[];
}

/** The rates of one timed call. */
export interface Throughput {
  readonly tokensPerSecond: number;
  readonly flopsPerSecond: number;
  /** Of the device's measured MatMul rate; absent until that is known. */
  readonly shareOfPeak?: number;
}

/** One call over all n positions with the fastest dense kernel that verified. */
export interface PrefillPoint extends Throughput {
  readonly kernel: string;
  readonly timing: Timing;
  readonly verification: Verification;
}

/** One step of decode: the newest token's attention to what is kept of the `context` tokens. */
export interface DecodePoint {
  readonly id: string;
  readonly title: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Tokens, the new one included. */
  readonly context: number;
  /** What the layer keeps between two tokens, for the whole batch, by formula. */
  readonly stateBytes: number;
  /** The kept state is as large at any context: a recurrence or a full window, and no growing KV cache. */
  readonly constantState: boolean;
  /** Absent where the step did not verify: then no time is shown as valid. */
  readonly timed?: DecodeRates;
  readonly verification: Verification;
}

export interface DecodeRates extends Throughput {
  readonly timing: Timing;
  /** Compulsory bytes (state and the token's q, k, v and o) over the median time. */
  readonly bytesPerSecond: number;
}

/** n tokens one after another: the sum of steps interpolated between measured ones, itself not measured. */
export interface OneByOne {
  readonly ms: number;
  /** The same sum over the ends of the steps' intervals. */
  readonly lowMs: number;
  readonly highMs: number;
  /** Contexts whose steps were measured. */
  readonly contexts: readonly number[];
  /** Over the time of all n positions at once. */
  readonly parallelSpeedup: number;
  readonly speedupLow: number;
  readonly speedupHigh: number;
}

export type ScalingAxisName = 'heads' | 'batch' | 'threads';

/** The prefill call at `n` with one of its sizes, or the number of CPU threads, varied. */
export interface ScalingAxis {
  readonly axis: ScalingAxisName;
  readonly n: number;
  /** Ascending in value. */
  readonly points: readonly ScalingPoint[];
  /** The least value that reaches 90 % of the best rate: where the device is full. */
  readonly fullAt: number;
}

export interface ScalingPoint {
  readonly value: number;
  readonly timing: Timing;
  readonly flopsPerSecond: number;
  /** Of the best rate on this axis. */
  readonly shareOfBest: number;
}

/** `result` with every rate set against the device's MatMul rate, which is measured last of all. */
export function withPeak(result: RegimesResult, matmulFlopsPerSecond: number | undefined): RegimesResult {
  if (matmulFlopsPerSecond === undefined || !(matmulFlopsPerSecond > 0)) return result;
  const share = <T extends Throughput>(rates: T): T => ({
    ...rates,
    shareOfPeak: rates.flopsPerSecond / matmulFlopsPerSecond,
  });
  return {
    ...result,
    prefill: share(result.prefill),
    decode: result.decode.map((point) =>
      point.timed === undefined ? point : { ...point, timed: share(point.timed) },
    ),
  };
}
