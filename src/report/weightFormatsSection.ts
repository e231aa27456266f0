import { weightsByFormat } from '../cost/weightsByFormat';
import type { DType } from '../model/dtype';
import type { ModelSpec } from '../model/modelSpec';
import { formatBytes } from '../model/units';
import { numberColumn, textColumn, type ReportSection } from './reportTable';

/** What the weights take in the dtype and in each format that stores matrices otherwise. */
export function weightFormatsSection(model: ModelSpec, dtype: DType): ReportSection {
  return {
    title: 'Weights in each format (by formula)',
    lead: [`Scales included; what a format leaves alone is in ${dtype}, 16 bits at the least.`],
    table: {
      columns: [textColumn('Format'), numberColumn('Weights'), textColumn('An element takes')],
      rows: weightsByFormat(model, dtype).map(({ format, bytes, note }) => [
        format === 'none' ? dtype : format,
        formatBytes(bytes),
        note,
      ]),
    },
    remarks: [],
  };
}
