import type { Timing } from '../report/report';

/** Half-width of the median's 95 % interval, relative to the median, at which measuring stops. */
export const TARGET_RELATIVE_HALF_WIDTH = 0.03;

/** Below this many samples order statistics give no 95 % interval, so the whole range is shown. */
const MINIMUM_SAMPLES_FOR_INTERVAL = 6;

/** The middle of `values`; the mean of the two middle ones for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  return quantileOfSorted([...values].sort(ascending), 0.5);
}

/** Interquartile range of `values`. */
export function interquartileRange(values: readonly number[]): number {
  const sorted = [...values].sort(ascending);
  return quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25);
}

/**
 * Median with a distribution-free 95 % confidence interval: the order statistics whose binomial
 * coverage reaches 95 % (Conover 1999, Practical Nonparametric Statistics, §3.2). With fewer than
 * six samples no such interval exists and the range from least to greatest stands in for it.
 * Throws RangeError for no samples.
 */
export function summarise(samplesMs: readonly number[]): Timing {
  const sorted = [...samplesMs].sort(ascending);
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  if (first === undefined || last === undefined) throw new RangeError('a timing needs at least one sample');
  const medianMs = quantileOfSorted(sorted, 0.5);
  const rank = intervalRank(sorted.length);
  const lowMs = rank === undefined ? first : (sorted[rank] ?? first);
  const highMs = rank === undefined ? last : (sorted[sorted.length - 1 - rank] ?? last);
  return {
    medianMs,
    lowMs,
    highMs,
    interval: rank === undefined ? 'range' : 'confidence',
    minMs: first,
    repetitions: sorted.length,
    converged: rank !== undefined && (highMs - lowMs) / 2 <= TARGET_RELATIVE_HALF_WIDTH * medianMs,
  };
}

/**
 * Greatest r (from 0) for which [x_r, x_{n−1−r}] covers the median with at least 95 %;
 * undefined where even the full range does not.
 */
export function intervalRank(samples: number): number | undefined {
  if (samples < MINIMUM_SAMPLES_FOR_INTERVAL) return undefined;
  // P(fewer than r+1 of n samples lie below the median), from Binomial(n, ½); two-sided.
  let tail = 0;
  let probability = 0.5 ** samples;
  let rank: number | undefined;
  for (let r = 0; r < samples / 2; r++) {
    tail += probability;
    if (2 * tail > 0.05) break;
    rank = r;
    probability = (probability * (samples - r)) / (r + 1);
  }
  return rank;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function quantileOfSorted(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}
