import * as l10n from '@vscode/l10n';
import { fallBeyondFull } from '../model/fullShare';
import { joinPhrases } from '../model/phrases';
import { isTimed } from '../model/timedPair';
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
import { numberColumn, textColumn, type ReportColumn, type ReportSection } from './reportTable';
import type { DeviceRecord, LayerKindResult } from './report';
import { timingCells } from './timingBounds';

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
      ...(regimes.prefill.shareOfPeak === undefined ? [] : [matmulRateSentence(device)]),
    ],
    table: { columns: columns(), rows: [prefillRow(regimes), ...regimes.decode.flatMap(decodeRows)] },
    remarks: [
      ...(result.shape.causal
        ? oneByOneSentence(regimes)
        : [l10n.t('These layers are bidirectional: they read all tokens at once, and nothing is decoded.')]),
      ...measuredTwiceSentence(result, regimes),
      ...verifiedSentence(regimes),
      ...failures(regimes.decode),
      ...regimes.leftOut,
    ],
  };
}

/** A measured rate of one size is no ceiling: a kernel may be faster. */
function matmulRateSentence(device: DeviceRecord | undefined): string {
  return l10n.t(
    'Over the MatMul rate: the rate over that of one MatMul ({0}³) measured on this device, which is no upper bound.',
    String(device?.matmulSize ?? '–'),
  );
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
  numberColumn(l10n.t('Over the MatMul rate')),
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

/** A step without a time has no row: a sentence says why. */
function decodeRows({ title, context, timed, stateBytes, constantState }: DecodePoint): string[][] {
  if (timed === undefined) return [];
  const kept = formatBytes(stateBytes);
  return [
    [
      l10n.t('decode'),
      title,
      formatInteger(context),
      ...timingCells(timed.timing),
      ...rateCells(timed),
      `${formatBytes(timed.bytesPerSecond)}/s`,
      constantState ? l10n.t('{0}, constant', kept) : kept,
    ],
  ];
}

function rateCells({ tokensPerSecond, flopsPerSecond, shareOfPeak }: Throughput): string[] {
  return [
    formatInteger(tokensPerSecond),
    formatRate(flopsPerSecond),
    shareOfPeak === undefined ? '–' : formatRatio(shareOfPeak),
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

/** The race with the replacements may have timed the same call: two measured values of one call need a word. */
function measuredTwiceSentence({ dense }: LayerKindResult, { n, prefill }: RegimesResult): string[] {
  const point = dense.points.filter(isTimed).find((timed) => timed.n === n);
  return point === undefined
    ? []
    : [
        l10n.t(
          'Dense attention at n = {0} was measured twice: {1} here, and {2} in turn with the replacements, which are compared with that.',
          formatInteger(n),
          ...twoTimes(
            { kernel: prefill.kernel, ms: prefill.timing.medianMs },
            { kernel: point.kernel, ms: point.timing.medianMs },
          ),
        ),
      ];
}

interface KernelTime {
  readonly kernel: string;
  readonly ms: number;
}

/** Both times, with their kernels where they are not one and the same. */
function twoTimes(here: KernelTime, there: KernelTime): [string, string] {
  const text = ({ kernel, ms }: KernelTime): string =>
    here.kernel === there.kernel
      ? formatDuration(ms)
      : l10n.t('{0} (kernel {1})', formatDuration(ms), kernel);
  return [text(here), text(there)];
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

/** The steps that have no time, one sentence a reason. */
function failures(decode: readonly DecodePoint[]): string[] {
  const steps = new Map<string, string[]>();
  for (const { title, context, timed, verification } of decode) {
    if (timed !== undefined) continue;
    const reason = withoutStop(verification.message ?? l10n.t('the time budget ended before a repetition'));
    const step = l10n.t('{0} at n = {1}', title, formatInteger(context));
    steps.set(reason, [...(steps.get(reason) ?? []), step]);
  }
  return [...steps].map(([reason, named]) =>
    l10n.t('Decode without a time: {0}. Reason: {1}.', joinPhrases(named), reason),
  );
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

/** The name of an axis at the head of a sentence. */
function axisHeading(axis: ScalingAxisName): string {
  switch (axis) {
    case 'heads':
      return l10n.t('Heads');
    case 'batch':
      return l10n.t('Batch');
    case 'threads':
      return l10n.t('CPU threads');
  }
}

/** From where on the device is full, and how far from it the least value leaves it; or that more of it does not stay best. */
function fullSentence(scaling: ScalingAxis): string {
  const { axis, fullAt, points } = scaling;
  const [least] = points;
  const fall = fallBeyondFull(scaling);
  if (fall !== undefined) {
    const best = points.find(({ shareOfBest }) => shareOfBest === 1)?.value ?? fullAt;
    return l10n.t(
      '{0}: the best rate is at {1}; at {2} it is {3} of that.',
      axisHeading(axis),
      formatInteger(best),
      formatInteger(fall.value),
      formatPercent(fall.shareOfBest),
    );
  }
  const value = least?.value ?? NaN;
  const figures = [
    formatInteger(fullAt),
    formatInteger(value),
    formatPercent(least?.shareOfBest ?? NaN),
  ] as const;
  switch (axis) {
    case 'heads':
      return value === 1
        ? l10n.t('Heads: 90 % of the best rate from {0} on; {1} reaches {2} of it.', ...figures)
        : l10n.t('Heads: 90 % of the best rate from {0} on; {1} reach {2} of it.', ...figures);
    case 'batch':
      return l10n.t(
        'Batch: 90 % of the best rate from {0} on; a batch of {1} reaches {2} of it.',
        ...figures,
      );
    case 'threads':
      return value === 1
        ? l10n.t('CPU threads: 90 % of the best rate from {0} on; {1} reaches {2} of it.', ...figures)
        : l10n.t('CPU threads: 90 % of the best rate from {0} on; {1} reach {2} of it.', ...figures);
  }
}
