import type { StoredWeights } from '../config/storedWeights';
import type { ModelSpec } from '../model/modelSpec';
import { countParameters } from '../cost/parameters';
import { formatBytes, formatInteger } from '../model/units';
import type { ReportSection } from './reportTable';

/** The count that weight files beside the config give, next to the one by formula. */
export function storedWeightsSection(model: ModelSpec, stored: StoredWeights): ReportSection {
  return {
    title: 'Weights on disk (read from their header)',
    lead: storedWeightsSentences(model, stored),
    remarks: [],
  };
}

/** The same as sentences, each of which names the file. */
export function storedWeightsSentences(model: ModelSpec, stored: StoredWeights): string[] {
  if (stored.problem !== undefined) return [`${stored.file} cannot be read: ${stored.problem}`];
  const { total } = countParameters(model);
  const difference = stored.parameters - total;
  const dtype = stored.dtype === undefined ? '' : `, mostly ${stored.dtype}`;
  return [
    `${stored.file} stores ${formatInteger(stored.parameters)} elements in ${formatBytes(stored.bytes)}${dtype}.`,
    difference === 0
      ? 'That is the number of parameters by formula, exactly.'
      : `By formula there are ${formatInteger(total)} parameters: the file stores ${formatInteger(Math.abs(difference))} ` +
        `${difference > 0 ? 'more (a tied head stored twice, buffers, other heads)' : 'fewer (packed or missing tensors)'}.`,
  ];
}
