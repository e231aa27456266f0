import type { Estimate } from '../cost/estimate';
import { estimate } from '../cost/estimateModel';
import { formatBytes, formatCount, formatFlops, formatInteger, formatRatio } from '../model/units';
import { numberColumn, textColumn, type ReportTable } from '../report/reportTable';
import type { LoadedModel } from './loadModel';

interface Figure {
  readonly title: string;
  readonly of: (estimated: Estimate) => number;
  readonly format: (value: number) => string;
}

const figures: readonly Figure[] = [
  { title: 'n', of: ({ sequenceLength }) => sequenceLength, format: formatInteger },
  { title: 'Batch', of: ({ batch }) => batch, format: formatInteger },
  { title: 'Parameters', of: ({ parameters }) => parameters.total, format: formatCount },
  { title: 'Active', of: ({ parameters }) => parameters.active, format: formatCount },
  { title: 'Weights', of: ({ memory }) => memory.weights, format: formatBytes },
  { title: 'KV a token', of: ({ memory }) => memory.kvCacheBytesPerToken, format: formatBytes },
  { title: 'KV cache', of: ({ memory }) => memory.kvCache, format: formatBytes },
  { title: 'Inference peak', of: ({ perDevice }) => perDevice.inference.peak, format: formatBytes },
  { title: 'Training peak', of: ({ perDevice }) => perDevice.training.peak, format: formatBytes },
  { title: 'Prefill', of: ({ flops }) => flops.prefill, format: formatFlops },
  { title: 'Decode step', of: ({ flops }) => flops.decodePerToken, format: formatFlops },
];

/** What both tables show of memory. */
export const peakRemark =
  'Peaks are those of the most loaded device, with fused attention unless a recipe says otherwise.';

/** One row a config. */
export function overviewTable(models: readonly LoadedModel[]): ReportTable {
  return {
    columns: [
      textColumn('Config'),
      textColumn('Model'),
      textColumn('Weights in'),
      ...figures.map(({ title }) => numberColumn(title)),
    ],
    rows: models.map(({ model, scenario, source }) => {
      const estimated = estimate(model, scenario);
      return [
        source.name,
        model.modelType,
        storedAs(scenario),
        ...figures.map(({ of, format }) => format(of(estimated))),
      ];
    }),
  };
}

/** One row a figure: that of both configs, and the second over the first. */
export function comparisonTable(first: LoadedModel, second: LoadedModel): ReportTable {
  const a = estimate(first.model, first.scenario);
  const b = estimate(second.model, second.scenario);
  return {
    columns: [
      textColumn('Figure'),
      numberColumn(first.source.name),
      numberColumn(second.source.name),
      numberColumn('Ratio'),
    ],
    rows: [
      ['Weights in', storedAs(first.scenario), storedAs(second.scenario), ''],
      ...figures.map(({ title, of, format }) => [
        title,
        format(of(a)),
        format(of(b)),
        formatRatio(of(b) / of(a)),
      ]),
    ],
  };
}

function storedAs({ weightFormat, dtype }: LoadedModel['scenario']): string {
  return weightFormat === undefined || weightFormat === 'none' ? dtype : weightFormat;
}
