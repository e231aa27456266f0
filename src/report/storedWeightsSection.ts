import * as l10n from '@vscode/l10n';
import type { StoredWeights } from '../config/storedWeights';
import type { ModelSpec } from '../model/modelSpec';
import { countParameters } from '../cost/parameters';
import { formatBytes, formatInteger } from '../model/units';
import type { ReportSection } from './reportTable';

/** The count that weight files beside the config give, next to the one by formula. */
export function storedWeightsSection(model: ModelSpec, stored: StoredWeights): ReportSection {
  return {
    title: l10n.t('Weights on disk (read from their header)'),
    lead: storedWeightsSentences(model, stored),
    remarks: [],
  };
}

/** The same as sentences, each of which names the file. */
export function storedWeightsSentences(model: ModelSpec, stored: StoredWeights): string[] {
  if (stored.problem !== undefined) return [l10n.t('{0} cannot be read: {1}', stored.file, stored.problem)];
  const { total } = countParameters(model);
  const difference = stored.parameters - total;
  const counts = [stored.file, formatInteger(stored.parameters), formatBytes(stored.bytes)] as const;
  return [
    stored.dtype === undefined
      ? l10n.t('{0} stores {1} elements in {2}.', ...counts)
      : l10n.t('{0} stores {1} elements in {2}, mostly {3}.', ...counts, stored.dtype),
    comparedWithFormula(total, difference),
  ];
}

/** `difference`: stored elements beyond the `total` by formula. */
function comparedWithFormula(total: number, difference: number): string {
  if (difference === 0) return l10n.t('That is the number of parameters by formula, exactly.');
  const counts = [formatInteger(total), formatInteger(Math.abs(difference))] as const;
  return difference > 0
    ? l10n.t(
        'By formula there are {0} parameters: the file stores {1} more (a tied head stored twice, buffers, other heads).',
        ...counts,
      )
    : l10n.t(
        'By formula there are {0} parameters: the file stores {1} fewer (packed or missing tensors).',
        ...counts,
      );
}
