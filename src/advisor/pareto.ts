import type { MechanismResult } from '../report/report';
import { cautiousMs } from '../model/cautiousTime';
import { pointAt } from './rivals';

/** What is weighed at one length: less is better in each. */
interface Weighed {
  readonly id: string;
  readonly ms: number;
  readonly bytes: number;
  readonly exact: boolean;
}

/**
 * Ids of the mechanisms that no other one beats at length `n`: none is as fast, holds as little memory and is as
 * exact, and is better in one of the three. How much quality an inexact one costs is not known without weights, so
 * an inexact one never beats an exact one, and among inexact ones time and memory decide. What is projected from one
 * length counts with the upper end of its band.
 */
export function paretoFront(results: readonly MechanismResult[], n: number): ReadonlySet<string> {
  const weighed = results.flatMap((result): Weighed[] => {
    const point = pointAt(result, n);
    return point === undefined
      ? []
      : [{ id: result.id, ms: cautiousMs(point), bytes: point.bytes, exact: result.exact }];
  });
  return new Set(weighed.filter((one) => !weighed.some((other) => beats(other, one))).map(({ id }) => id));
}

function beats(one: Weighed, other: Weighed): boolean {
  const asGood = one.ms <= other.ms && one.bytes <= other.bytes && (one.exact || !other.exact);
  const better = one.ms < other.ms || one.bytes < other.bytes || (one.exact && !other.exact);
  return asGood && better;
}
