import { line, type Line, type LineFactor } from './line';

/** A share that is near enough to one in a whole number to be written so. */
const ROUNDING = 1e-9;

/** What a device has of a whole, as a factor: nothing for all, `/ split` for one in a whole number, or `share`. */
export function shareFactors(share: number): LineFactor[] {
  if (share === 1) return [];
  const split = 1 / share;
  const whole = Math.round(split);
  if (share > 0 && whole > 1 && Math.abs(split - whole) < ROUNDING * split) {
    return [{ symbol: 'split', value: whole, divides: true }];
  }
  return [{ symbol: 'share', value: share }];
}

/** The line for a device that has `share` of the whole. */
export function withShare(each: Line, share: number): Line {
  return line(each.label, [...each.factors, ...shareFactors(share)], each.at);
}
