import { presentOf } from '../model/ownPattern';
import type { MechanismResult, ProjectionPoint } from '../report/report';

/** What a replacement has to beat: dense attention and, where that is something else, what the layers compute now. */
export function rivalsOf(
  dense: MechanismResult,
  replacements: readonly MechanismResult[],
): readonly MechanismResult[] {
  const present = presentOf(replacements);
  return present === undefined ? [dense] : [dense, present];
}

/**
 * Whether the intervals at `n` tokens, or the bands of projections, leave no doubt that `result` is faster than each
 * of `rivals` that has a time there. False where it has none itself, or no rival has one.
 */
export function isClearlyFaster(
  result: MechanismResult,
  rivals: readonly MechanismResult[],
  n: number,
): boolean {
  const point = pointAt(result, n);
  const against = rivals.flatMap((rival) => (rival.id === result.id ? [] : (pointAt(rival, n) ?? [])));
  return point !== undefined && against.length > 0 && against.every((rival) => point.high < rival.low);
}

/** Measured or projected time at `n`; undefined where there is neither. */
export function pointAt(result: MechanismResult, n: number): ProjectionPoint | undefined {
  return result.projection.find((point) => point.n === n);
}
