import type { LayerKindResult, MeasuredPoint, MechanismResult, Timing } from '../../src/report/report';

/** One value of a curve over n, in ms, with its interval (measured: 95 % CI or range; projected: band). */
export interface CurvePoint {
  readonly n: number;
  readonly ms: number;
  readonly low: number;
  readonly high: number;
  /** Projected from one measured length. */
  readonly fromOneLength?: true;
}

export interface TimeCurve {
  readonly id: string;
  readonly title: string;
  readonly measured: readonly CurvePoint[];
  /** Lengths beyond the measured ones; starts at the last measured point, so that the line joins. */
  readonly projected: readonly CurvePoint[];
}

/** A measured point whose output verified, so that its time may be shown. */
export type ValidPoint = MeasuredPoint & { readonly timing: Timing };

export function isValid(point: MeasuredPoint): point is ValidPoint {
  return point.timing !== undefined && point.verification.passed && Number.isFinite(point.timing.medianMs);
}

export function validPoints(result: MechanismResult): readonly ValidPoint[] {
  return result.points.filter(isValid);
}

/** The valid point at the greatest length, or undefined. */
export function longestValid(result: MechanismResult): ValidPoint | undefined {
  return validPoints(result).at(-1);
}

/** More curves than this cannot be told apart by colour and shape, nor read. */
const MOST_CURVES = 9;

/** Dense, what the layers compute now, and the best ranked replacements that have something to draw, dense first. */
export function timeCurves({ dense, replacements }: LayerKindResult): readonly TimeCurve[] {
  const isCurrent = ({ current }: MechanismResult): boolean => current;
  const others = replacements.filter((result) => !isCurrent(result));
  return [dense, ...replacements.filter(isCurrent), ...others]
    .map(toCurve)
    .filter((curve) => curve.measured.length > 0 || curve.projected.length > 0)
    .slice(0, MOST_CURVES);
}

function toCurve(result: MechanismResult): TimeCurve {
  const raced = validPoints(result).map(({ n, timing }) => ({
    n,
    ms: timing.medianMs,
    low: timing.lowMs,
    high: timing.highMs,
  }));
  // A length that was measured elsewhere (dense attention beside decode) is in the projection alone.
  const elsewhere = result.projection
    .filter(
      (point) => point.measured && isPlottable(point.ms) && !result.points.some(({ n }) => n === point.n),
    )
    .map(({ n, ms, low, high }) => ({ n, ms, low, high }));
  const measured = [...raced, ...elsewhere].sort((left, right) => left.n - right.n);
  const last = measured.at(-1);
  const beyond = result.projection
    .filter((point) => !point.measured && point.n > (last?.n ?? 0) && isPlottable(point.ms))
    .map(withEnds);
  const joint = last !== undefined && beyond.length > 0 ? [last] : [];
  return { id: result.id, title: result.title, measured, projected: [...joint, ...beyond] };
}

/** JSON has no infinity: a band without an upper end comes out of it as null, which arithmetic takes for 0. */
function withEnds({ n, ms, low, high, fromOneLength }: CurvePoint): CurvePoint {
  const point = { n, ms, low, high: Number.isFinite(high) ? high : Infinity };
  return fromOneLength === true ? { ...point, fromOneLength } : point;
}

/** Whether a curve goes on from one measured length. */
export function isFromOneLength({ projected }: TimeCurve): boolean {
  return projected.some(({ fromOneLength }) => fromOneLength === true);
}

/**
 * Whether a logarithmic axis has a place for `value`: neither for zero nor for a band without an upper end.
 */
export function isPlottable(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** `timing` is there for a time that was measured beside the other mechanisms. */
export interface TimeAtLength extends CurvePoint {
  readonly measured: boolean;
  readonly timing?: Timing;
}

/** Time of a mechanism at `n`: measured there, or projected; undefined where neither is known. */
export function timeAt(result: MechanismResult, n: number): TimeAtLength | undefined {
  const point = validPoints(result).find((candidate) => candidate.n === n);
  if (point !== undefined) {
    const { medianMs, lowMs, highMs } = point.timing;
    return { n, ms: medianMs, low: lowMs, high: highMs, measured: true, timing: point.timing };
  }
  const projected = result.projection.find((candidate) => candidate.n === n && isPlottable(candidate.ms));
  return projected && { ...withEnds(projected), measured: projected.measured };
}

/** Every n that any of the curves has a value at, ascending. */
export function curveLengths(curves: readonly TimeCurve[]): readonly number[] {
  const lengths = curves.flatMap((curve) => [...curve.measured, ...curve.projected].map(({ n }) => n));
  return [...new Set(lengths)].sort((left, right) => left - right);
}
