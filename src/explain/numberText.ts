import * as l10n from '@vscode/l10n';
import { formatBytes, formatFlops, formatInteger } from '../model/units';
import type { FigureUnit } from './figureKeys';

/** Beyond this a number has no digits of its own for each place. */
const LARGEST_WRITTEN_OUT = 1e21;

/** A number in full, so that a product can be done again: `131,072`, `0.5625`, `3.2e+22`. */
export function numberText(value: number): string {
  const isWhole = Number.isInteger(value) && Math.abs(value) < LARGEST_WRITTEN_OUT;
  return isWhole ? formatInteger(value) : String(value);
}

/** A figure for people, with its unit: `4.00 GiB`, `1,235,814,400`. */
export function figureText(value: number, unit: FigureUnit): string {
  switch (unit) {
    case 'B':
      return formatBytes(value);
    case 'B/token':
      return l10n.t('{0} a token', formatBytes(value));
    case 'B/parameter':
      return l10n.t('{0} bytes a parameter', value.toFixed(2));
    case 'FLOP':
      return formatFlops(value);
    case 'parameters':
    case 'devices':
      return formatInteger(value);
  }
}
