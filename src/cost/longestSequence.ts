import type { ModelSpec } from '../model/modelSpec';
import type { EstimateOptions } from './estimate';
import { inferencePeakParts, trainingPeakParts, type MemoryPartBytes } from './memoryParts';
import { inferencePerDevice, peakPerDevice, trainingPerDevice } from './perDevice';

/** Where the search ends: 134 million tokens, beyond any use. */
export const MAX_SEARCHED_LENGTH = 2 ** 27;

export interface LongestSequence {
  /** Tokens; 0 where not even one token fits. */
  readonly sequenceLength: number;
  /** The search ended before the memory did: still longer sequences fit. */
  readonly capped: boolean;
}

/** What is to fit: a prefill with fused attention, or a training step by its recipe. */
export type Workload = 'inference' | 'training';

export interface MemoryShare extends MemoryPartBytes {
  /** Of all that is needed, 0 to 1. */
  readonly share: number;
}

export interface LongestThatFits extends LongestSequence {
  /** What the memory is needed for at that length, the greatest first: what binds. At one token where none fits. */
  readonly parts: readonly MemoryShare[];
}

/**
 * The longest sequence for which the most loaded device of `options.parallelism` needs at most `memoryBytes`; in
 * training at the peak of the step that `options.training` describes. Neither the model's trained length nor memory
 * held by others is looked at.
 */
export function longestThatFits(
  model: ModelSpec,
  options: Omit<EstimateOptions, 'sequenceLength'>,
  memoryBytes: number,
  what: Workload,
): LongestThatFits {
  const at = (sequenceLength: number): EstimateOptions => ({ ...options, sequenceLength });
  return longestUnder(model, at, memoryBytes, what);
}

/** The same where more of the conditions than the length depends on it: `optionsAt` gives those at n tokens. */
export function longestUnder(
  model: ModelSpec,
  optionsAt: (n: number) => EstimateOptions,
  memoryBytes: number,
  what: Workload,
): LongestThatFits {
  const found = longestWithin(memoryBytes, (n) => peakPerDevice(model, optionsAt(n), what));
  return { ...found, parts: memoryShares(model, optionsAt(Math.max(1, found.sequenceLength)), what) };
}

/**
 * The same for any bytes that grow with n (tokens). They are nearly linear or quadratic in n, so the crossing is looked
 * for where the line between the ends of the bracket meets the limit (regula falsi); after a step by which the bracket
 * did not halve comes one to its middle in logarithm, so that it always closes.
 */
export function longestWithin(memoryBytes: number, bytesAt: (n: number) => number): LongestSequence {
  const first = bytesAt(1);
  if (!(first <= memoryBytes)) return { sequenceLength: 0, capped: false };
  const last = bytesAt(MAX_SEARCHED_LENGTH);
  if (last <= memoryBytes) return { sequenceLength: MAX_SEARCHED_LENGTH, capped: true };
  let fitting = { n: 1, bytes: first };
  let tooLong = { n: MAX_SEARCHED_LENGTH, bytes: last };
  let closesSlowly = false;
  while (tooLong.n - fitting.n > 1) {
    const width = tooLong.n - fitting.n;
    const line = fitting.n + (width * (memoryBytes - fitting.bytes)) / (tooLong.bytes - fitting.bytes);
    const guess = closesSlowly || !Number.isFinite(line) ? Math.sqrt(fitting.n * tooLong.n) : line;
    const n = Math.min(tooLong.n - 1, Math.max(fitting.n + 1, Math.floor(guess)));
    const probe = { n, bytes: bytesAt(n) };
    if (probe.bytes <= memoryBytes) fitting = probe;
    else tooLong = probe;
    closesSlowly = !closesSlowly && tooLong.n - fitting.n > width / 2;
  }
  return { sequenceLength: fitting.n, capped: false };
}

/** The parts of the most loaded device's peak, the greatest first; those of no bytes left out. */
export function memoryShares(model: ModelSpec, options: EstimateOptions, what: Workload): MemoryShare[] {
  const parts =
    what === 'inference'
      ? inferencePeakParts(inferencePerDevice(model, options))
      : trainingPeakParts(trainingPerDevice(model, options));
  const needed = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return parts
    .filter(({ bytes }) => bytes > 0)
    .map(({ part, bytes }) => ({ part, bytes, share: bytes / needed }))
    .sort((left, right) => right.bytes - left.bytes);
}
