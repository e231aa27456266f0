import * as l10n from '@vscode/l10n';
import { formatBytes } from '../model/units';
import type { MechanismResult } from './report';

/** The projected peak of the model with a mechanism, and that it does not fit where that is so; empty where not known. */
export function modelPeakSentence({
  modelPeakBytes,
  modelFits,
}: Pick<MechanismResult, 'modelPeakBytes' | 'modelFits'>): string {
  if (modelPeakBytes === undefined) return '';
  const peak = formatBytes(modelPeakBytes);
  return modelFits === false
    ? l10n.t('Projected inference peak of the model with it: {0}, which does not fit on this device.', peak)
    : l10n.t('Projected inference peak of the model with it: {0}.', peak);
}
