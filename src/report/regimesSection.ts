import * as l10n from '@vscode/l10n';
import {
  formatBytes,
  formatDuration,
  formatError,
  formatInteger,
  formatPercent,
  formatRate,
  formatRatio,
} from '../model/units';
import { describeShape } from './measurementSections';
import type { DecodePoint, RegimesResult, ScalingAxis, ScalingAxisName, Throughput } from './regimes';
import {
  formatMilliseconds,
  numberColumn,
  textColumn,
  type ReportColumn,
  type ReportSection,
} from './reportTable';
import type { DeviceRecord, LayerKindResult, Timing } from './report';

/** Prefill beside decode, and where the device is full, of one kind of attention layer. */
export function regimesSections(
  result: LayerKindResult,
  regimes: RegimesResult,
  device: DeviceRecord | undefined,
): ReportSection[] {
  return [
    regimesSection(result, regimes, device),
    ...(regimes.scaling.length === 0 ? [] : [scalingSection(result, regimes)]),
  ];
}

function regimesSection(
  result: LayerKindResult,
  regimes: RegimesResult,
  device: DeviceRecord | undefined,
): ReportSection {
  return {
    title: l10n.t('Parallel or sequential, measured: {0}', result.name),
    lead: [
      describeShape(result, device),
      l10n.t(
        'Prefill handles all positions in one call, decode one token a call. Wall time of attention alone, without the projections and the MLP; tokens over the whole batch.',
      ),
      l10n.t('From and to: 95 % CI, or the range of the runs where fewer than six were taken.'),
    ],
    table: { columns: columns(), rows: [prefillRow(regimes), ...regimes.decode.map(decodeRow)] },
    remarks: [
      ...(result.shape.causal
        ? oneByOneSentence(regimes)
        : [l10n.t('These layers are bidirectional: they read all tokens at once, and nothing is decoded.')]),
      ...verifiedSentence(regimes),
      ...regimes.decode.flatMap(failure),
      ...regimes.leftOut,
    ],
  };
}

const columns = (): ReportColumn[] => [
  textColumn(l10n.t('Regime')),
  textColumn(l10n.t('Mechanism')),
  numberColumn(l10n.t('n (tokens)')),
  numberColumn(l10n.t('Median (ms)')),
  numberColumn(l10n.t('From (ms)')),
  numberColumn(l10n.t('To (ms)')),
  numberColumn(l10n.t('Tokens/s')),
  numberColumn(l10n.t('Rate')),
  numberColumn(l10n.t('Of MatMul rate')),
  numberColumn(l10n.t('Reads and writes')),
  numberColumn(l10n.t('Kept (by formula)')),
];

function prefillRow({ n, prefill }: RegimesResult): string[] {
  return [
    l10n.t('prefill'),
    prefill.kernel,
    formatInteger(n),
    ...timingCells(prefill.timing),
    ...rateCells(prefill),
    '–',
    '–',
  ];
}

function decodeRow({ title, context, timed, stateBytes, constantState }: DecodePoint): string[] {
  const kept = formatBytes(stateBytes);
  return [
    l10n.t('decode'),
    title,
    formatInteger(context),
    ...timingCells(timed?.timing),
    ...rateCells(timed),
    timed === undefined ? '–' : `${formatBytes(timed.bytesPerSecond)}/s`,
    constantState ? l10n.t('{0}, constant', kept) : kept,
  ];
}

function timingCells(timing: Timing | undefined): string[] {
  return [timing?.medianMs, timing?.lowMs, timing?.highMs].map(formatMilliseconds);
}

function rateCells(rates: Throughput | undefined): string[] {
  if (rates === undefined) return ['–', '–', '–'];
  const { tokensPerSecond, flopsPerSecond, shareOfPeak } = rates;
  return [
    formatInteger(tokensPerSecond),
    formatRate(flopsPerSecond),
    shareOfPeak === undefined ? '–' : formatPercent(shareOfPeak),
  ];
}

function oneByOneSentence({ n, prefill, oneByOne }: RegimesResult): string[] {
  if (oneByOne === undefined) return [];
  return [
    l10n.t(
      'All {0} positions at once are {1} as fast ({2} to {3}) as the same tokens one by one: {4} measured against {5}, derived from the steps of dense attention measured at n = {6}.',
      formatInteger(n),
      formatRatio(oneByOne.parallelSpeedup),
      formatRatio(oneByOne.speedupLow),
      formatRatio(oneByOne.speedupHigh),
      formatDuration(prefill.timing.medianMs),
      formatDuration(oneByOne.ms),
      oneByOne.contexts.map(formatInteger).join(' / '),
    ),
  ];
}

function verifiedSentence({ prefill, decode }: RegimesResult): string[] {
  const errors = decode.flatMap(({ timed, verification }) =>
    timed === undefined ? [] : [verification.maxError],
  );
  return [
    l10n.t(
      'Each timed call was verified against a float64 reference: largest error {0}, tolerance {1}.',
      formatError(Math.max(prefill.verification.maxError, ...errors)),
      formatError(prefill.verification.tolerance),
    ),
  ];
}

function failure({ title, context, timed, verification }: DecodePoint): string[] {
  if (timed !== undefined) return [];
  const reason = verification.message ?? l10n.t('the time budget ended before a repetition');
  return [
    l10n.t(
      'Decode of {0} at n = {1}: {2}; no time is shown.',
      title,
      formatInteger(context),
      withoutStop(reason),
    ),
  ];
}

/** A sentence as part of another. */
function withoutStop(sentence: string): string {
  return sentence.replace(/[.\u3002]$/, '');
}

function scalingSection(result: LayerKindResult, { prefill, scaling }: RegimesResult): ReportSection {
  return {
    title: l10n.t('Where the device is full, measured: {0}', result.name),
    lead: [
      l10n.t(
        'The prefill call of kernel {0}, with one of its sizes varied and a batch of 1 elsewhere.',
        prefill.kernel,
      ),
    ],
    table: {
      columns: [
        textColumn(l10n.t('Varied')),
        numberColumn(l10n.t('Value')),
        numberColumn(l10n.t('n (tokens)')),
        numberColumn(l10n.t('Median (ms)')),
        numberColumn(l10n.t('From (ms)')),
        numberColumn(l10n.t('To (ms)')),
        numberColumn(l10n.t('Rate')),
        numberColumn(l10n.t('Of the best rate')),
      ],
      rows: scaling.flatMap(({ axis, n, points }) =>
        points.map(({ value, timing, flopsPerSecond, shareOfBest }) => [
          axisName(axis),
          formatInteger(value),
          formatInteger(n),
          ...timingCells(timing),
          formatRate(flopsPerSecond),
          formatPercent(shareOfBest),
        ]),
      ),
    },
    remarks: scaling.map(fullSentence),
  };
}

function axisName(axis: ScalingAxisName): string {
  switch (axis) {
    case 'heads':
      return l10n.t('heads');
    case 'batch':
      return l10n.t('batch');
    case 'threads':
      return l10n.t('CPU threads');
  }
}

/** From where on the device is full, and how far from it the least value leaves it. */
function fullSentence({ axis, fullAt, points }: ScalingAxis): string {
  const [least] = points;
  const figures = [
    formatInteger(fullAt),
    formatInteger(least?.value ?? NaN),
    formatPercent(least?.shareOfBest ?? NaN),
  ] as const;
  switch (axis) {
    case 'heads':
      return l10n.t('Heads: 90 % of the best rate from {0} on; {1} reach {2} of it.', ...figures);
    case 'batch':
      return l10n.t(
        'Batch: 90 % of the best rate from {0} on; a batch of {1} reaches {2} of it.',
        ...figures,
      );
    case 'threads':
      return l10n.t('CPU threads: 90 % of the best rate from {0} on; {1} reach {2} of it.', ...figures);
  }
}
