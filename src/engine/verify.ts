import type {
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  MechanismParameters,
  OutputRow,
} from '../attention/mechanism';
import type { Verification } from '../report/report';

/** Largest admissible error relative to the largest reference value. */
export const TOLERANCE = { float32: 1e-4, float16: 5e-3 } as const;

/** How many positions are checked in every head. */
const POSITIONS = 8;

/**
 * Positions to check: both ends, where masks and padding go wrong, and others spread by a seeded
 * choice over the middle. The same for every head and batch entry.
 */
export function samplePositions(n: number, seed: number): number[] {
  const positions = new Set([0, n - 1]);
  let state = (seed ^ 0x5bd1e995) >>> 0;
  for (let attempt = 0; positions.size < Math.min(POSITIONS, n) && attempt < 1000; attempt++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    positions.add(Math.floor((state / 2 ** 32) * n));
  }
  return [...positions].sort((a, b) => a - b);
}

/** Every head of every batch entry at the sampled positions, in (batch, position, head) order. */
export function sampledRows(shape: AttentionShape, positions: readonly number[]): OutputRow[] {
  const rows: OutputRow[] = [];
  for (let batch = 0; batch < shape.batch; batch++) {
    for (const row of positions) {
      for (let head = 0; head < shape.heads; head++) rows.push({ batch, head, row });
    }
  }
  return rows;
}

export interface Reference {
  readonly positions: readonly number[];
  /** In the order of `sampledRows`. */
  readonly values: Float64Array;
}

export function computeReference(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
  inputs: AttentionInputs,
  positions: readonly number[],
): Reference {
  return {
    positions,
    values: mechanism.reference(shape, parameters, inputs, sampledRows(shape, positions)),
  };
}

/**
 * Compares output rows with the reference. `output` holds the sampled positions only:
 * [batch, positions, heads·headDim]. A NaN or an infinity fails.
 */
export function verify(shape: AttentionShape, reference: Reference, output: ArrayLike<number>): Verification {
  const tolerance = TOLERANCE[shape.dtype];
  const { values, positions } = reference;
  let largest = 0;
  let worst = 0;
  let worstIndex = 0;
  for (let index = 0; index < values.length; index++) {
    const expected = values[index] ?? NaN;
    const difference = Math.abs((output[index] ?? NaN) - expected);
    largest = Math.max(largest, Math.abs(expected));
    if (Number.isNaN(difference)) {
      worst = Infinity;
      worstIndex = index;
      break;
    }
    if (difference > worst) {
      worst = difference;
      worstIndex = index;
    }
  }
  const maxError = largest === 0 ? worst : worst / largest;
  const passed = maxError <= tolerance;
  const result = { passed, maxError, tolerance, rows: values.length / shape.headDim };
  if (passed) return result;
  const row = Math.floor(worstIndex / shape.headDim);
  const head = row % shape.heads;
  const position = positions[Math.floor(row / shape.heads) % positions.length] ?? 0;
  const size = Number.isFinite(maxError) ? maxError.toExponential(1) : 'not a number';
  return {
    ...result,
    // JSON has no infinity: a broken output is reported as the largest number there is.
    maxError: Number.isFinite(maxError) ? maxError : Number.MAX_VALUE,
    message: `The output differs from the float64 reference: relative error ${size} (allowed ${tolerance.toExponential(0)}), worst in head ${String(head)} at position ${String(position)}.`,
  };
}
