import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';
import { estimate } from '../cost/estimateModel';
import { formatBytes, formatCount, formatFlops, formatInteger, formatRatio } from '../model/units';
import { numberColumn, textColumn, type ReportTable } from '../report/reportTable';
import type { ComparedModel } from './comparedModel';

interface Figure {
  readonly title: string;
  readonly of: (estimated: Estimate) => number;
  readonly format: (value: number) => string;
}

/** Made when a table is: the words are those of the language that is set by then. */
function figures(): readonly Figure[] {
  return [
    { title: l10n.t('n'), of: ({ sequenceLength }) => sequenceLength, format: formatInteger },
    { title: l10n.t('Batch'), of: ({ batch }) => batch, format: formatInteger },
    { title: l10n.t('Parameters'), of: ({ parameters }) => parameters.total, format: formatCount },
    { title: l10n.t('Active'), of: ({ parameters }) => parameters.active, format: formatCount },
    { title: l10n.t('Weights'), of: ({ memory }) => memory.weights, format: formatBytes },
    { title: l10n.t('KV a token'), of: ({ memory }) => memory.kvCacheBytesPerToken, format: formatBytes },
    { title: l10n.t('KV cache'), of: ({ memory }) => memory.kvCache, format: formatBytes },
    { title: l10n.t('Inference peak'), of: ({ perDevice }) => perDevice.inference.peak, format: formatBytes },
    { title: l10n.t('Training peak'), of: ({ perDevice }) => perDevice.training.peak, format: formatBytes },
    { title: l10n.t('Prefill'), of: ({ flops }) => flops.prefill, format: formatFlops },
    { title: l10n.t('Decode step'), of: ({ flops }) => flops.decodePerToken, format: formatFlops },
  ];
}

/** What both tables show of memory. */
export function peakRemark(): string {
  return l10n.t(
    'Peaks are those of the most loaded device, with fused attention unless a recipe says otherwise.',
  );
}

/** One row a config. Throws RangeError as `estimate` does. */
export function overviewTable(models: readonly ComparedModel[]): ReportTable {
  const shown = figures();
  return {
    columns: [
      textColumn(l10n.t('Config')),
      textColumn(l10n.t('Model')),
      textColumn(l10n.t('Weights in')),
      ...shown.map(({ title }) => numberColumn(title)),
    ],
    rows: models.map(({ model, scenario, source }) => {
      const estimated = estimate(model, scenario);
      return [
        source.name,
        model.modelType,
        storedAs(scenario),
        ...shown.map(({ of, format }) => format(of(estimated))),
      ];
    }),
  };
}

/** One row a figure: that of both configs, and the second over the first. Throws RangeError as `estimate` does. */
export function comparisonTable(first: ComparedModel, second: ComparedModel): ReportTable {
  const a = estimate(first.model, first.scenario);
  const b = estimate(second.model, second.scenario);
  return {
    columns: [
      textColumn(l10n.t('Figure')),
      numberColumn(first.source.name),
      numberColumn(second.source.name),
      numberColumn(l10n.t('Ratio')),
    ],
    rows: [
      [l10n.t('Weights in'), storedAs(first.scenario), storedAs(second.scenario), ''],
      ...figures().map(({ title, of, format }) => [
        title,
        format(of(a)),
        format(of(b)),
        formatRatio(of(b) / of(a)),
      ]),
    ],
  };
}

function storedAs({ weightFormat, dtype }: ComparedModel['scenario']): string {
  return weightFormat === undefined || weightFormat === 'none' ? dtype : weightFormat;
}
