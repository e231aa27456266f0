import * as l10n from '@vscode/l10n';
import type { RunDType } from '../attention/mechanism';
import { formatDuration, formatInteger } from '../model/units';
import type { MechanismResult, ProjectionPoint } from '../report/report';
import { pointAt } from './rivals';
import { isTimed } from '../model/timedPair';

/** A time with what it is: `12.1 ms measured`, `3.40 s projected`, and what of that comes from one length only. */
export function timeText({ ms, measured, fromOneLength }: ProjectionPoint): string {
  const time = formatDuration(ms);
  if (measured) return l10n.t('{0} measured', time);
  return fromOneLength === true
    ? l10n.t('{0} projected from one length', time)
    : l10n.t('{0} projected', time);
}

/**
 * The time at `n` with its interval or band and what it is from: `9.59 min (4.76 min to 19.3 min), projected from
 * n ≤ 1,024`. Empty where there is none.
 */
export function timeWithBounds(result: MechanismResult, n: number): string {
  const point = pointAt(result, n);
  if (point === undefined) return '';
  const time = formatDuration(point.ms);
  const ends = [time, formatDuration(point.low), formatDuration(point.high)] as const;
  if (point.measured) {
    // One run has no interval.
    return point.low === point.high
      ? l10n.t('{0} (1 run), measured', time)
      : l10n.t('{0} ({1} to {2}), measured', ...ends);
  }
  const timed = result.points.filter(isTimed).map((measured) => measured.n);
  const longest = formatInteger(timed.at(-1) ?? NaN);
  return point.fromOneLength === true
    ? l10n.t('{0} ({1} to {2}), projected from n = {3} alone', ...ends, longest)
    : l10n.t('{0} ({1} to {2}), projected from n ≤ {3}', ...ends, longest);
}

/** `float32 on cpu`: what times are of, beside a question about another precision. */
export function conditionsText(dtype: RunDType, provider: string | undefined): string {
  return provider === undefined ? dtype : l10n.t('{0} on {1}', dtype, provider);
}

/** Dense attention with the kernel that was fastest at `n`, or at the longest length before it. */
export function denseKernel(dense: MechanismResult, n: number): string {
  const timed = dense.points.filter(isTimed);
  const kernel = (timed.filter((point) => point.n <= n).at(-1) ?? timed.at(-1))?.kernel;
  return kernel === undefined ? l10n.t('dense attention') : l10n.t('dense attention (kernel {0})', kernel);
}
