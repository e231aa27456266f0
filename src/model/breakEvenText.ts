import * as l10n from '@vscode/l10n';
import { formatInteger } from './units';
import type { Comparison, MechanismResult } from '../report/report';

/** Below the shortest measured length the fits say nothing worth a figure. */
export function breakEvenText(comparison: Comparison, { points }: MechanismResult): string {
  const { breakEven, breakEvenBounds, fromOneLength } = comparison;
  if (breakEven === undefined) return '–';
  const shortest = points[0]?.n ?? 0;
  const { low, high } = breakEvenBounds ?? {};
  if (isBelow(shortest, comparison)) return `≤ ${formatInteger(shortest)}`;
  if (fromOneLength !== true || low === undefined || high === undefined) return formatInteger(breakEven);
  return low <= shortest ? `≤ ${atMost(high)}` : l10n.t('{0} to {1}', atLeast(low), atMost(high));
}

/** Ends of a wide band, to the two digits that such a band has, rounded outwards. */
function atLeast(n: number): string {
  return formatInteger(Math.floor(n / step(n)) * step(n));
}

function atMost(n: number): string {
  return formatInteger(Math.ceil(n / step(n)) * step(n));
}

function step(n: number): number {
  return Math.max(1, 10 ** (Math.floor(Math.log10(Math.max(1, n))) - 1));
}

/** Whether the break-even is at no more than `n` tokens: from one length only where its whole error is. */
function isBelow(n: number, { breakEven, breakEvenBounds, fromOneLength }: Comparison): boolean {
  const last = fromOneLength === true ? breakEvenBounds?.high : breakEven;
  return last !== undefined && last <= n;
}

/** From which length on it is faster than dense, by the fits; empty where they disagree with what was measured. */
export function breakEvenSentence({ comparison, points }: MechanismResult): string {
  if (comparison === undefined) return '';
  const { breakEven, breakEvenBounds, fromOneLength, fitsDisagree } = comparison;
  // What stands in place of a break-even is in the reason.
  if (fitsDisagree === true) return '';
  if (breakEven === undefined) {
    return fromOneLength === true
      ? l10n.t('One measured length does not tell from which one on it is faster than dense.')
      : '';
  }
  // Below the shortest measured length the fits say nothing worth a figure.
  const shortest = points[0]?.n ?? 0;
  const { low, high } = breakEvenBounds ?? {};
  if (isBelow(shortest, comparison)) {
    return low !== undefined && high === undefined
      ? l10n.t(
          'By the fits it is faster at every length that was measured or projected, within their error perhaps at none.',
        )
      : l10n.t('By the fits it is faster at every length that was measured or projected.');
  }
  if (fromOneLength === true && low !== undefined && high !== undefined) {
    return low <= shortest
      ? l10n.t(
          'Faster than dense from n = {0} tokens at the latest, within the error of one measured length.',
          atMost(high),
        )
      : l10n.t(
          'Faster than dense from n = {0} tokens (from one measured length; {1} to {2} within its error).',
          formatInteger(breakEven),
          atLeast(low),
          atMost(high),
        );
  }
  if (low === undefined)
    return l10n.t('Faster than dense from n = {0} tokens (fitted).', formatInteger(breakEven));
  return high === undefined
    ? l10n.t(
        'Faster than dense from n = {0} tokens (fitted; from {1} on at the earliest, and within the error of the fits perhaps never).',
        formatInteger(breakEven),
        formatInteger(low),
      )
    : l10n.t(
        'Faster than dense from n = {0} tokens (fitted; {1} to {2} within the error of the fits).',
        formatInteger(breakEven),
        formatInteger(low),
        formatInteger(high),
      );
}
