import type { MeasuredPoint, ProjectionPoint, ScalingFit } from '../report/report';

/** A length, what attention costs there by its formula, and the time measured there. */
export interface TimePoint {
  readonly n: number;
  readonly flops: number;
  readonly ms: number;
}

type Coefficients = readonly [number, number, number];

/** Which of 1, n, F(n) take part in a fit: all subsets, for a non-negative fit by enumeration. */
const SUBSETS: readonly (readonly number[])[] = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

/**
 * Relative error of what a fit projects, at the least: of its left-out points, or that of repeated runs. As a factor:
 * 0.25 is from t/1.25 to 1.25·t.
 */
export function fitError(fit: Pick<ScalingFit, 'leaveOneOutError' | 'pointsUsed'>): number {
  if (isFromOneLength(fit)) return ONE_LENGTH_ERROR;
  return Math.max(fit.leaveOneOutError ?? TWO_LENGTHS_ERROR, LEAST_BAND);
}

/** Whether a fit has seen no growth at all: it goes through one point, in proportion to the FLOPs. */
export function isFromOneLength({ pointsUsed }: Pick<ScalingFit, 'pointsUsed'>): boolean {
  return pointsUsed === 1;
}

/**
 * Two lengths show growth but not how far off it is. Of 342 such projections (on `cpu`, all mechanisms in three shapes,
 * from two neighbouring lengths to those up to n = 4,096) the band that this gives held 82 % of the medians and 89 % of
 * the shortest runs; a third of it, 51 % and 60 %.
 */
const TWO_LENGTHS_ERROR = 0.75;

/**
 * One length says nothing about growth. Of 162 such projections (on `cpu`, all mechanisms in three shapes, from n = 256
 * to 512 up to 4,096) 90 % were between 0.29 and 1.94 times what was measured there: too long where overhead is most of
 * a short call, as pooling's, too short where the data leave the caches. 97 % were within the band that this gives, a
 * factor of 2 and as much again for each doubling; half of it held 86 %.
 */
const ONE_LENGTH_ERROR = 1;

/** No band is narrower than what the same measurement shows from run to run. */
const LEAST_BAND = 0.03;

/**
 * Fits t(n) = c₀ + c₁·n + c₂·F(n) with coefficients ≥ 0, where F is the mechanism's own FLOPs: a call
 * costs some overhead, some traffic in proportion to n, and its operations. The growth beyond the
 * measured lengths is thus the formula's, and a window's quadratic start is not taken for its nature.
 * Least squares of the relative error, so that short lengths count as much as long ones; with three
 * columns the exact non-negative solution is found by trying every set of active ones.
 * One point is taken for pure operations, t(n) = c₂·F(n): what it has of overhead and traffic cannot be told apart.
 * No fit stays flat while its FLOPs grow: see `withGrowth`. Undefined without a point.
 */
export function fitScaling(points: readonly TimePoint[]): ScalingFit | undefined {
  const [first, ...others] = points;
  if (first === undefined) return undefined;
  if (others.length === 0) return throughOne(first);
  const best = bestCoefficients(points);
  if (best === undefined) return undefined;
  const leaveOneOutError = leaveOneOut(points);
  const [constant, linear, perFlop] = withGrowth(best, points, leaveOneOutError);
  return {
    constant,
    linear,
    perGflop: perFlop * 1e9,
    ...(leaveOneOutError === undefined ? {} : { leaveOneOutError }),
    pointsUsed: points.length,
  };
}

/**
 * The fit with no more of a constant than the points can tell from growth. From two, none: their longer one counts as
 * operations alone, as a single one does. Measured as for `TWO_LENGTHS_ERROR`: where the constant was more than half of
 * the longer time, what it projected was 0.25 times what was measured there (median of 28; 0.03 times in one of ten),
 * in proportion to the FLOPs 0.64 times; over all 342 the median went from 0.91 to 1.04. From three points on at least
 * as much of the longest time grows as the fit's own error leaves open.
 */
function withGrowth(
  fitted: Coefficients,
  points: readonly TimePoint[],
  leaveOneOutError: number | undefined,
): Coefficients {
  const longest = points.reduce((a, b) => (b.n > a.n ? b : a));
  const [constant] = fitted;
  if (constant === 0 || !(longest.flops > 0)) return fitted;
  if (points.length === 2) return [0, 0, longest.ms / longest.flops];
  const ms = predict(fitted, longest);
  const least = Math.min(1, Math.max(leaveOneOutError ?? 1, LEAST_BAND));
  if (1 - constant / ms >= least) return fitted;
  return [(1 - least) * ms, 0, (least * ms) / longest.flops];
}

function throughOne({ ms, flops }: TimePoint): ScalingFit | undefined {
  return flops > 0 ? { constant: 0, linear: 0, perGflop: (ms / flops) * 1e9, pointsUsed: 1 } : undefined;
}

/** t(n) of a fit, in ms. */
export function evaluate(
  fit: Pick<ScalingFit, 'constant' | 'linear' | 'perGflop'>,
  n: number,
  flops: number,
): number {
  return fit.constant + fit.linear * n + (fit.perGflop * flops) / 1e9;
}

/** What a mechanism costs at a length, by its formulas. */
export interface CostAt {
  readonly flops: number;
  /** Bytes that the call holds. */
  readonly bytes: number;
}

/**
 * Time and memory at `lengths`: measured where a point is, else the fit scaled to pass through the
 * longest measured point. The band is the larger of the fit's error and the measurement's own interval, and
 * widens by itself for every doubling beyond the longest measured length; what a single length is projected from is
 * marked.
 */
export function project(
  fit: ScalingFit | undefined,
  points: readonly MeasuredPoint[],
  lengths: readonly number[],
  costAt: (n: number) => CostAt,
): ProjectionPoint[] {
  const timed = points.flatMap((point) =>
    point.timing === undefined ? [] : [{ n: point.n, timing: point.timing }],
  );
  const longest = timed.at(-1);
  return lengths.flatMap((n): ProjectionPoint[] => {
    const { flops, bytes } = costAt(n);
    const known = timed.find((point) => point.n === n);
    if (known !== undefined) {
      const { medianMs, lowMs, highMs } = known.timing;
      return [{ n, ms: medianMs, low: lowMs, high: highMs, measured: true, bytes }];
    }
    if (fit === undefined || longest === undefined) return [];
    const anchor = longest.timing.medianMs / evaluate(fit, longest.n, costAt(longest.n).flops);
    const ms = evaluate(fit, n, flops) * anchor;
    const spread = (longest.timing.highMs - longest.timing.lowMs) / 2 / longest.timing.medianMs;
    const band = Math.max(fitError(fit), spread) * widening(n, longest.n);
    // A band wider than the value itself is given as a factor, so that its lower edge stays a time.
    const point = { n, ms, low: ms / (1 + band), high: ms * (1 + band), measured: false, bytes };
    return [isFromOneLength(fit) ? { ...point, fromOneLength: true } : point];
  });
}

/** By how much the error at `n` tokens is larger than at the longest measured length: once more for each doubling. */
export function widening(n: number, longest: number): number {
  return 1 + Math.max(0, Math.log2(n / longest));
}

/** Longest length at which a break-even is looked for. */
const LONGEST = 2 ** 22;

/**
 * Shortest length from which `challenger` is faster than `incumbent` and stays so up to 2²² tokens;
 * both give a time for a length. 1 when it always is; undefined when it is not at the end. The
 * lengths are searched downwards in steps of an eighth of a doubling, then halved to a token.
 */
export function breakEven(
  incumbent: (n: number) => number,
  challenger: (n: number) => number,
): number | undefined {
  const wins = (n: number): boolean => challenger(n) < incumbent(n);
  if (!wins(LONGEST)) return undefined;
  let faster = LONGEST;
  for (let step = 22 * 8 - 1; step >= 0; step--) {
    const n = Math.round(2 ** (step / 8));
    if (wins(n)) {
      faster = n;
      continue;
    }
    let slower = n;
    while (faster - slower > 1) {
      const middle = Math.floor((slower + faster) / 2);
      if (wins(middle)) faster = middle;
      else slower = middle;
    }
    return faster;
  }
  return 1;
}

function bestCoefficients(points: readonly TimePoint[]): Coefficients | undefined {
  let best: { coefficients: Coefficients; error: number } | undefined;
  for (const subset of SUBSETS) {
    // More unknowns than points have no single solution.
    if (subset.length > points.length) continue;
    const coefficients = solveSubset(points, subset);
    if (coefficients?.some((value) => !(value >= 0)) !== false) continue;
    const error = points.reduce((sum, point) => sum + (predict(coefficients, point) / point.ms - 1) ** 2, 0);
    if (best === undefined || error < best.error) best = { coefficients, error };
  }
  return best?.coefficients;
}

function predict(coefficients: Coefficients, { n, flops }: Pick<TimePoint, 'n' | 'flops'>): number {
  return coefficients[0] + coefficients[1] * n + coefficients[2] * flops;
}

/** Normal equations of the relative least squares over the active columns, scaled for conditioning. */
function solveSubset(points: readonly TimePoint[], subset: readonly number[]): Coefficients | undefined {
  const columns = points.map((point) => [1, point.n, point.flops]);
  const scales = [0, 1, 2].map((index) => Math.max(...columns.map((column) => column[index] ?? 0)));
  const rows = points.map((point, row) =>
    subset.map((index) => (columns[row]?.[index] ?? 0) / (scales[index] ?? 1) / point.ms),
  );
  const matrix = subset.map((_, i) => [
    ...subset.map((__, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    rows.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  const solution = gaussianElimination(matrix);
  if (solution === undefined) return undefined;
  const coefficients: [number, number, number] = [0, 0, 0];
  subset.forEach((index, position) => {
    coefficients[index] = (solution[position] ?? 0) / (scales[index] ?? 1);
  });
  return coefficients;
}

/** Solves the augmented system in place with partial pivoting; undefined when it is singular. */
function gaussianElimination(matrix: number[][]): number[] | undefined {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    const candidates = matrix.slice(column);
    const pivotRow = candidates.reduce((a, b) =>
      Math.abs(b[column] ?? 0) > Math.abs(a[column] ?? 0) ? b : a,
    );
    const pivot = pivotRow[column] ?? 0;
    if (Math.abs(pivot) < 1e-300) return undefined;
    matrix[matrix.indexOf(pivotRow)] = matrix[column] ?? pivotRow;
    matrix[column] = pivotRow;
    for (const row of matrix) {
      if (row === pivotRow) continue;
      const factor = (row[column] ?? 0) / pivot;
      for (let index = column; index <= size; index++) {
        row[index] = (row[index] ?? 0) - factor * (pivotRow[index] ?? 0);
      }
    }
  }
  return matrix.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

function leaveOneOut(points: readonly TimePoint[]): number | undefined {
  if (points.length < 3) return undefined;
  const errors = points.map((left, index) => {
    const others = bestCoefficients(points.filter((_, other) => other !== index));
    if (others === undefined) return 1;
    const predicted = predict(others, left);
    return Math.abs(predicted / left.ms - 1);
  });
  return Math.max(...errors);
}
