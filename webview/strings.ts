import * as l10n from '@vscode/l10n';
import { load, navigation, run } from './strings/shell';
import { header, verdict } from './strings/summary';
import { timings, heads, timeChart } from './strings/timings';
import { memory, derivation } from './strings/memory';
import { replacements } from './strings/replacements';
import { provenance } from './strings/provenance';

/**
 * Every sentence and word that the panel shows. Figures arrive as finished text with their units.
 * Made on import, in the language that `./translations` has set before.
 */
export const strings = {
  title: 'Headroom',
  missing: '–',
  unbounded: '∞',
  measured: l10n.t('measured'),
  projected: l10n.t('projected'),
  projectedFromOne: l10n.t('projected from one length'),
  estimated: l10n.t('Estimated by formula'),
  dataTable: l10n.t('Data table'),
  tableScrolls: l10n.t('Table, scrolls sideways'),
  load,
  navigation,
  run,
  header,
  verdict,
  timings,
  heads,
  timeChart,
  memory,
  derivation,
  replacements,
  provenance,
};
