import type { MeasuredPoint, MechanismResult, Timing } from '../report/report';

/** A measured point that verified, so that its time is valid. */
export interface TimedPoint extends MeasuredPoint {
  readonly timing: Timing;
}

/** Two mechanisms at one length, and how much faster `other` is than `base`, with the ends of both intervals. */
export interface TimedPair {
  readonly n: number;
  readonly base: TimedPoint;
  readonly other: TimedPoint;
  readonly speedup: number;
  readonly speedupLow: number;
  readonly speedupHigh: number;
}

export function isTimed(point: MeasuredPoint): point is TimedPoint {
  return point.timing !== undefined && point.verification.passed;
}

/** Every length at which both have a valid time, ascending. */
export function timedPairs(
  base: Pick<MechanismResult, 'points'>,
  other: Pick<MechanismResult, 'points'>,
): TimedPair[] {
  return base.points.flatMap((one) => {
    const two = other.points.find(({ n }) => n === one.n);
    return two !== undefined && isTimed(one) && isTimed(two) ? [pairOf(one, two)] : [];
  });
}

function pairOf(base: TimedPoint, other: TimedPoint): TimedPair {
  return {
    n: base.n,
    base,
    other,
    speedup: base.timing.medianMs / other.timing.medianMs,
    speedupLow: base.timing.lowMs / other.timing.highMs,
    speedupHigh: base.timing.highMs / other.timing.lowMs,
  };
}
