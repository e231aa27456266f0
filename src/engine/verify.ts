import * as l10n from '@vscode/l10n';
import type {
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  MechanismParameters,
  OutputRow,
} from '../attention/mechanism';
import type { Verification } from '../report/report';

/**
 * Largest admissible error relative to the largest reference value at the same position, over heads and
 * batch. Positions are judged apart because late rows of causal attention average many values and are
 * small: measured by the first row, a tenth of them could be wrong unseen.
 */
export const TOLERANCE = { float32: 1e-4, float16: 1e-2 } as const;

/** Positions where blocks and windows of the usual sizes begin and end. */
const EDGES = [127, 128, 255, 256];

/** The grid that blocks lie on, for the last edge of a length. */
const BLOCK = 128;

/** Up to this length every position is checked. */
const SHORT = 16;

/** Slices of the sequence of which each gives one position. */
const SLICES = 8;

/**
 * Positions to check, the same for every head and batch entry: both ends, the edges of blocks and
 * windows, where masks go wrong, and a seeded one from each eighth of the sequence, so that no long
 * stretch goes unseen.
 */
export function samplePositions(n: number, seed: number): number[] {
  if (n <= SHORT) return Array.from({ length: n }, (_, position) => position);
  const lastEdge = Math.floor((n - 1) / BLOCK) * BLOCK;
  const positions = new Set([0, n - 1, ...EDGES, lastEdge - 1, lastEdge]);
  let state = (seed ^ 0x5bd1e995) >>> 0;
  for (let slice = 0; slice < SLICES; slice++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    positions.add(Math.floor(((slice + state / 2 ** 32) * n) / SLICES));
  }
  return [...positions].filter((position) => position >= 0 && position < n).sort((a, b) => a - b);
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

/** With fewer values than this at a position all may be small by chance, though none is wrong. */
const ENOUGH_VALUES = 64;

/** The least scale of a position with few values, relative to the largest value of all. */
const LEAST_SCALE = 1e-2;

/**
 * Compares output rows with the reference. `output` holds the sampled positions only:
 * [batch, positions, heads·headDim]. A NaN or an infinity fails.
 */
export function verify(shape: AttentionShape, reference: Reference, output: ArrayLike<number>): Verification {
  const tolerance = TOLERANCE[shape.dtype];
  const { values, positions } = reference;
  const { headDim } = shape;
  const rows = values.length / headDim;
  const placeOf = (row: number): number => Math.floor(row / shape.heads) % positions.length;
  const scales = positionScales(shape, reference, placeOf);
  let maxError = 0;
  let worstRow = 0;
  for (let row = 0; row < rows; row++) {
    const error = largestDifference(values, output, row * headDim, headDim) / (scales[placeOf(row)] ?? 1);
    if (error > maxError) {
      maxError = error;
      worstRow = row;
    }
  }
  const passed = maxError <= tolerance;
  // JSON has no infinity: a broken output is reported as the largest number there is.
  const result = { passed, maxError: Math.min(maxError, Number.MAX_VALUE), tolerance, rows };
  if (passed) return result;
  const head = worstRow % shape.heads;
  const position = positions[placeOf(worstRow)] ?? 0;
  const size = Number.isFinite(maxError) ? maxError.toExponential(1) : l10n.t('not a number');
  return {
    ...result,
    message: l10n.t(
      'The output differs from the float64 reference: relative error {0} (allowed {1}), worst in head {2} at position {3}.',
      size,
      tolerance.toExponential(0),
      String(head),
      String(position),
    ),
  };
}

/** What errors at each position are relative to. 1 where the reference is all zero. */
function positionScales(
  shape: AttentionShape,
  { values, positions }: Reference,
  placeOf: (row: number) => number,
): number[] {
  const scales = positions.map(() => 0);
  values.forEach((value, index) => {
    const place = placeOf(Math.floor(index / shape.headDim));
    scales[place] = Math.max(scales[place] ?? 0, Math.abs(value));
  });
  const few = shape.batch * shape.heads * shape.headDim < ENOUGH_VALUES;
  const least = few ? LEAST_SCALE * Math.max(...scales) : 0;
  return scales.map((scale) => Math.max(scale, least) || 1);
}

/** Largest difference in a row; Infinity for an output that is no number. */
function largestDifference(
  expected: Float64Array,
  output: ArrayLike<number>,
  from: number,
  length: number,
): number {
  let worst = 0;
  for (let index = from; index < from + length; index++) {
    const difference = Math.abs((output[index] ?? NaN) - (expected[index] ?? NaN));
    if (Number.isNaN(difference)) return Infinity;
    worst = Math.max(worst, difference);
  }
  return worst;
}
