import type { StoredWeights } from '../config/storedWeights';
import type { ModelSpec } from '../model/modelSpec';
import { countParameters } from '../cost/parameters';
import { formatBytes, formatInteger } from '../model/units';
import type { ReportSection } from './reportTable';

/** The count that weight files beside the config give, next to the one by formula. */
export function storedWeightsSection(model: ModelSpec, stored: StoredWeights): ReportSection {
  const title = 'Weights on disk (read from their header)';
  if (stored.problem !== undefined) {
    return { title, lead: [`${stored.file} cannot be read: ${stored.problem}`], remarks: [] };
  }
  const { total } = countParameters(model);
  const difference = stored.parameters - total;
  const dtype = stored.dtype === undefined ? '' : `, mostly ${stored.dtype}`;
  return {
    title,
    lead: [
      `${stored.file} stores ${formatInteger(stored.parameters)} elements in ${formatBytes(stored.bytes)}${dtype}.`,
    ],
    remarks: [
      difference === 0
        ? 'That is the count by formula, exactly.'
        : `By formula ${formatInteger(total)}: the file stores ${formatInteger(Math.abs(difference))} ` +
          `${difference > 0 ? 'more (a tied head stored twice, buffers, other heads)' : 'fewer (packed or missing tensors)'}.`,
    ],
  };
}
