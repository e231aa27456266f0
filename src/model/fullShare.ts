import type { ScalingAxis } from '../report/regimes';

/** Of the best rate, what counts as a full device. */
export const FULL_SHARE = 0.9;

/** The last point of `axis` beyond where the device is full at which the rate is below that again; undefined where it stays. */
export function fallBeyondFull({
  fullAt,
  points,
}: Pick<ScalingAxis, 'fullAt' | 'points'>): ScalingAxis['points'][number] | undefined {
  return points.findLast(({ value, shareOfBest }) => value > fullAt && shareOfBest < FULL_SHARE);
}
