import type { MechanismFamily } from '../attention/mechanism';
import type { Comparison, MechanismResult, ScalingFit } from '../report/report';
import { breakEven, evaluate, fitError, isFromOneLength, widening } from './scaling';
import { isTimed, timedPairs } from '../model/timedPair';

/** FLOPs of a mechanism at a length, by its formula. */
export type FlopsAt = (result: MechanismResult, n: number) => number;

type Crossing = Pick<Comparison, 'breakEven' | 'breakEvenBounds' | 'fromOneLength' | 'fitsDisagree'>;

/**
 * The break-even by the fits, and where it is when both err by their left-out points. Lengths at which an inexact
 * replacement needs no fewer FLOPs than dense do not count: it computes the same there, and is not a replacement.
 * A fit from one length errs by more the farther a length is from it, and where that leaves open whether there is a
 * break-even at all, none is given: two mechanisms whose FLOPs grow alike would cross where noise puts it.
 * None is given either where a measured length refutes it.
 */
export function crossingOf(dense: MechanismResult, replacement: MechanismResult, flopsAt: FlopsAt): Crossing {
  const { fit } = dense;
  const { fit: otherFit } = replacement;
  if (fit === undefined || otherFit === undefined) return {};
  const oddsAt = (n: number): number => errorFactor(dense, fit, n) * errorFactor(replacement, otherFit, n);
  // `favour`: 1 lets both fits err in the replacement's favour, −1 against it.
  const crossing = (favour: -1 | 0 | 1): number | undefined =>
    breakEven(
      (n) => evaluate(fit, n, flopsAt(dense, n)) * oddsAt(n) ** favour,
      (n) => {
        const flops = flopsAt(replacement, n);
        return isDenseAt(replacement, flopsAt(dense, n) / flops) ? Infinity : evaluate(otherFit, n, flops);
      },
    );
  const [low, middle, high] = [crossing(1), crossing(0), crossing(-1)];
  const oneLength: Crossing =
    isFromOneLength(fit) || isFromOneLength(otherFit) ? { fromOneLength: true } : {};
  if (middle !== undefined && isRefuted(middle, dense, replacement))
    return { ...oneLength, fitsDisagree: true };
  if (oneLength.fromOneLength && high === undefined) return oneLength;
  return {
    ...oneLength,
    ...(middle === undefined ? {} : { breakEven: middle }),
    ...(low === undefined ? {} : { breakEvenBounds: { low, ...(high === undefined ? {} : { high }) } }),
  };
}

/**
 * Whether the measured lengths speak against a break-even: slower at one from there on, or clearly faster at the last
 * one before it. Lengths at which the replacement gives what dense attention gives say nothing of it.
 */
function isRefuted(from: number, dense: MechanismResult, replacement: MechanismResult): boolean {
  const pairs = timedPairs(dense, replacement).filter(
    ({ base, other }) => !isDenseAt(replacement, base.flops / other.flops),
  );
  const before = pairs.filter(({ n }) => n < from).at(-1);
  return (
    (before !== undefined && before.speedupLow > 1) ||
    pairs.some(({ n, speedup }) => n >= from && speedup < 1)
  );
}

/** By how much a fit may err at `n`, as a factor. One that has seen the time grow errs alike at any length. */
function errorFactor({ points }: MechanismResult, fit: ScalingFit, n: number): number {
  const longest = points.filter(isTimed).at(-1)?.n ?? n;
  return 1 + fitError(fit) * (isFromOneLength(fit) ? widening(n, longest) : 1);
}

/** These leave keys out, and so give what dense attention gives where they need as many FLOPs: nothing is left out. */
const LEAVE_KEYS_OUT: ReadonlySet<MechanismFamily> = new Set(['window', 'sparse', 'hierarchical']);

/** Whether a replacement leaves nothing out at a length where dense attention needs `flopRatio` times its FLOPs. */
export function isDenseAt({ family }: Pick<MechanismResult, 'family'>, flopRatio: number): boolean {
  return flopRatio <= 1 && LEAVE_KEYS_OUT.has(family);
}
