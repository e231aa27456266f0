import * as l10n from '@vscode/l10n';
import { weightsByFormat } from '../cost/weightsByFormat';
import type { DType } from '../model/dtype';
import type { ModelSpec } from '../model/modelSpec';
import { formatBytes } from '../model/units';
import { numberColumn, textColumn, type ReportSection } from './reportTable';

/** What the weights take in the dtype and in each format that stores matrices otherwise. */
export function weightFormatsSection(model: ModelSpec, dtype: DType): ReportSection {
  return {
    title: l10n.t('Weights in each format (by formula)'),
    lead: [l10n.t('Scales included; what a format leaves alone is in {0}, 16 bits at the least.', dtype)],
    table: {
      columns: [
        textColumn(l10n.t('Format')),
        numberColumn(l10n.t('Weights')),
        textColumn(l10n.t('An element takes')),
      ],
      rows: weightsByFormat(model, dtype).map(({ format, bytes, note }) => [
        format === 'none' ? dtype : format,
        formatBytes(bytes),
        note,
      ]),
    },
    remarks: [],
  };
}
