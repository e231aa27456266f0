import * as l10n from '@vscode/l10n';
import type { LayerKindResult, MechanismResult } from '../report/report';
import { isTimed, timedPairs, type TimedPair } from './timedPair';

/** What the layers compute now, where a mechanism here is that and has a valid time. */
export function presentOf(replacements: readonly MechanismResult[]): MechanismResult | undefined {
  return replacements.find(({ current, points }) => current && points.some(isTimed));
}

/** Against what the layers compute now, at the longest length where both were measured. */
export function againstPresent(
  present: MechanismResult,
  result: MechanismResult,
): Pick<TimedPair, 'n' | 'speedup' | 'speedupLow' | 'speedupHigh'> | undefined {
  return present.id === result.id ? undefined : timedPairs(present, result).at(-1);
}

/** Where the layers have a pattern of their own that nothing here computes: what the figures are then against. */
export function ownPatternSentence({
  dense,
  replacements,
}: Pick<LayerKindResult, 'dense' | 'replacements'>): string {
  return dense.current || presentOf(replacements) !== undefined
    ? ''
    : l10n.t(
        "These layers' own pattern was not measured: dense attention is the rival here, not what they cost now.",
      );
}

/** Whether the only thing that keeps the layers from dense attention is a window. */
export function hasOnlyWindow({
  window,
  replacements,
}: Pick<LayerKindResult, 'window' | 'replacements'>): boolean {
  const present = replacements.find(({ current }) => current);
  return window !== undefined && (present === undefined || present.id === 'sliding-window');
}
