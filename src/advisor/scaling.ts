import type { MeasuredPoint, ProjectionPoint, ScalingFit } from '../report/report';

/** A length and the time measured there. */
export interface TimePoint {
  readonly n: number;
  readonly ms: number;
}

type Coefficients = readonly [number, number, number];

/** Which of 1, n, n² take part in a fit: all subsets, for a non-negative fit by enumeration. */
const SUBSETS: readonly (readonly number[])[] = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

/**
 * Fits t(n) = c₀ + c₁·n + c₂·n² with coefficients ≥ 0, least squares of the relative error, so that
 * short lengths count as much as long ones. With three columns the exact non-negative solution is
 * found by trying every set of active columns. Undefined for fewer than two points.
 */
export function fitScaling(points: readonly TimePoint[]): ScalingFit | undefined {
  if (points.length < 2) return undefined;
  const best = bestCoefficients(points);
  if (best === undefined) return undefined;
  const leaveOneOutError = leaveOneOut(points);
  return {
    constant: best[0],
    linear: best[1],
    quadratic: best[2],
    ...(leaveOneOutError === undefined ? {} : { leaveOneOutError }),
    pointsUsed: points.length,
  };
}

/** t(n) of a fit, in ms. */
export function evaluate(fit: Pick<ScalingFit, 'constant' | 'linear' | 'quadratic'>, n: number): number {
  return fit.constant + fit.linear * n + fit.quadratic * n * n;
}

/**
 * Time and memory at `lengths`: measured where a point is, else the fit scaled to pass through the
 * longest measured point. The band is the larger of the leave-one-out error and the measurement's
 * own interval, and widens by itself for every doubling beyond the longest measured length.
 */
export function project(
  fit: ScalingFit | undefined,
  points: readonly MeasuredPoint[],
  lengths: readonly number[],
  bytesAt: (n: number) => number,
): ProjectionPoint[] {
  const timed = points.flatMap((point) =>
    point.timing === undefined ? [] : [{ n: point.n, timing: point.timing }],
  );
  const longest = timed.at(-1);
  return lengths.flatMap((n): ProjectionPoint[] => {
    const bytes = bytesAt(n);
    const known = timed.find((point) => point.n === n);
    if (known !== undefined) {
      const { medianMs, lowMs, highMs } = known.timing;
      return [{ n, ms: medianMs, low: lowMs, high: highMs, measured: true, bytes }];
    }
    if (fit === undefined || longest === undefined) return [];
    const anchor = longest.timing.medianMs / evaluate(fit, longest.n);
    const ms = evaluate(fit, n) * anchor;
    const spread = (longest.timing.highMs - longest.timing.lowMs) / 2 / longest.timing.medianMs;
    const doublings = Math.max(0, Math.log2(n / longest.n));
    const band = Math.max(fit.leaveOneOutError ?? 0.25, spread, 0.03) * (1 + doublings);
    // A band wider than the value itself is given as a factor, so that its lower edge stays a time.
    return [{ n, ms, low: ms / (1 + band), high: ms * (1 + band), measured: false, bytes }];
  });
}

/**
 * Shortest length from which `challenger` is faster than `incumbent` and stays so, by the fits.
 * 1 when it always is; undefined when it never is.
 */
export function breakEven(incumbent: ScalingFit, challenger: ScalingFit): number | undefined {
  const a = incumbent.quadratic - challenger.quadratic;
  const b = incumbent.linear - challenger.linear;
  const c = incumbent.constant - challenger.constant;
  const advantageAt = (n: number): number => a * n * n + b * n + c;
  const roots = rootsOf(a, b, c).filter((n) => n > 1);
  const last = Math.max(1, ...roots);
  if (advantageAt(last * 2 + 1) <= 0) return undefined;
  return Math.ceil(last);
}

function bestCoefficients(points: readonly TimePoint[]): Coefficients | undefined {
  let best: { coefficients: Coefficients; error: number } | undefined;
  for (const subset of SUBSETS) {
    // With as many unknowns as points the fit would reproduce the noise.
    if (subset.length > points.length) continue;
    const coefficients = solveSubset(points, subset);
    if (coefficients?.some((value) => !(value >= 0)) !== false) continue;
    const error = points.reduce((sum, point) => {
      const predicted = coefficients[0] + coefficients[1] * point.n + coefficients[2] * point.n ** 2;
      return sum + (predicted / point.ms - 1) ** 2;
    }, 0);
    if (best === undefined || error < best.error) best = { coefficients, error };
  }
  return best?.coefficients;
}

/** Normal equations of the relative least squares over the active columns, scaled for conditioning. */
function solveSubset(points: readonly TimePoint[], subset: readonly number[]): Coefficients | undefined {
  const scale = Math.max(...points.map((point) => point.n));
  const rows = points.map((point) => subset.map((power) => (point.n / scale) ** power / point.ms));
  const matrix = subset.map((_, i) => [
    ...subset.map((__, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    rows.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  const solution = gaussianElimination(matrix);
  if (solution === undefined) return undefined;
  const coefficients: [number, number, number] = [0, 0, 0];
  subset.forEach((power, index) => {
    coefficients[power] = (solution[index] ?? 0) / scale ** power;
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
    const predicted = others[0] + others[1] * left.n + others[2] * left.n ** 2;
    return Math.abs(predicted / left.ms - 1);
  });
  return Math.max(...errors);
}

function rootsOf(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return [];
  const root = Math.sqrt(discriminant);
  return [(-b - root) / (2 * a), (-b + root) / (2 * a)];
}
