import * as l10n from '@vscode/l10n';
import { degreeProblems, degreeRows, parallelDegrees } from '../cost/parallelDegrees';
import { formatInteger } from '../model/units';
import { numberColumn, textColumn, type ReportSection } from './reportTable';
import type { Report } from './report';

/** What each device holds and computes when the model is split in one way or another. */
export function parallelDegreesSection({
  model,
  scenario,
}: Pick<Report, 'model' | 'scenario'>): ReportSection {
  const costs = parallelDegrees(model, scenario);
  const { sequenceLength, batch, dtype } = scenario;
  return {
    title: l10n.t('Split over devices (by formula)'),
    lead: [
      l10n.t(
        'The most loaded device, n = {0} tokens, batch {1} a replica, {2}; one way of splitting at a time.',
        formatInteger(sequenceLength),
        formatInteger(batch),
        dtype,
      ),
    ],
    table: {
      columns: [
        textColumn(l10n.t('Split')),
        numberColumn(l10n.t('Devices')),
        numberColumn(l10n.t('Prefill a device')),
        numberColumn(l10n.t('KV cache')),
        numberColumn(l10n.t('Inference peak')),
        numberColumn(l10n.t('Training peak')),
      ],
      rows: degreeRows(costs, '–'),
    },
    remarks: [
      l10n.t(
        'Data-parallel replicas take as many tokens each as one device does alone, so k of them handle k times the tokens. Communication and idle pipeline stages are not counted.',
      ),
      ...degreeProblems(costs),
    ],
  };
}
