import * as l10n from '@vscode/l10n';
import type { MechanismParameters } from './mechanism';

/**
 * The whole-numbered parameter `name` of `mechanism`. Throws RangeError where it is none or outside
 * [least, most].
 */
export function readRange(
  mechanism: string,
  parameters: MechanismParameters,
  name: string,
  least: number,
  most: number,
): number {
  const value = parameters[name];
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(
    Number.isFinite(most)
      ? l10n.t(
          "{0}: '{1}' must be a whole number from {2} to {3}, not {4}.",
          mechanism,
          name,
          String(least),
          String(most),
          String(value),
        )
      : l10n.t(
          "{0}: '{1}' must be a whole number of at least {2}, not {3}.",
          mechanism,
          name,
          String(least),
          String(value),
        ),
  );
}
