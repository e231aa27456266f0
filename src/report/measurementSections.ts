import * as l10n from '@vscode/l10n';
import { hasOnlyWindow } from '../model/ownPattern';
import { clockName } from '../model/clockName';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatBytes, formatDuration, formatError, formatInteger, formatRate } from '../model/units';
import { describeHeads } from './conditions';
import {
  formatMilliseconds,
  numberColumn,
  textColumn,
  type ReportColumn,
  type ReportSection,
} from './reportTable';
import { describeBounds, oneRunCells, timingCells } from './timingBounds';
import type {
  DecomposedResult,
  DeviceRecord,
  LayerKindResult,
  MeasuredPoint,
  MechanismResult,
  ProjectionPoint,
  ScalingFit,
} from './report';

/** Heads listed in one table; the JSON and the page have all of them. */
const MOST_HEADS = 32;

/** The measured sections of one kind of attention layer: dense, its heads, the projection over n. */
export function denseSections(result: LayerKindResult, device: DeviceRecord | undefined): ReportSection[] {
  return [
    denseSection(result, device),
    ...(result.decomposed === undefined ? [] : [headSection(result, result.decomposed)]),
  ];
}

/** The longest point whose output verified and whose time is therefore valid. */
export function longestTimed(result: MechanismResult): MeasuredPoint | undefined {
  return result.points.filter((point) => point.timing !== undefined).at(-1);
}

/** The conditions of one layer kind's measurements, as one sentence. */
export function describeShape(result: LayerKindResult, device: DeviceRecord | undefined): string {
  const { shape } = result;
  const conditions = joinPhrases([
    l10n.t('batch {0}', String(shape.batch)),
    describeHeads(shape.heads, shape.kvHeads),
    `head_dim ${String(shape.headDim)}`,
    shape.causal ? l10n.t('causal') : l10n.t('bidirectional'),
    shape.dtype,
  ]);
  return device === undefined
    ? l10n.t('One attention call of one layer: {0}.', conditions)
    : l10n.t('One attention call of one layer: {0} on {1} ({2}).', conditions, device.provider, device.name);
}

function denseSection(result: LayerKindResult, device: DeviceRecord | undefined): ReportSection {
  const failures = result.dense.points.filter((point) => point.timing === undefined);
  const empty = result.dense.points.length === 0;
  return {
    title: l10n.t('{0}, measured: {1} ({2} layers)', denseTitle(result), result.name, String(result.layers)),
    lead: [
      describeShape(result, device),
      ...(empty
        ? []
        : [
            l10n.t(
              'Max error: against a float64 reference, over the largest reference value at the same position. Peak memory: what the runtime held within the call, its inputs and outputs not counted.',
            ),
          ]),
    ],
    ...(empty ? {} : { table: { columns: denseColumns(), rows: result.dense.points.map(denseRow) } }),
    remarks: [
      ...(empty ? [nothingMeasured(result.dense.skipped)] : []),
      ...failures.map((point) =>
        l10n.t(
          'n = {0}: {1}; no time is shown.',
          formatInteger(point.n),
          point.verification.message ?? l10n.t('the output did not verify'),
        ),
      ),
    ],
  };
}

/** Layers that have a window or a pattern do not compute dense attention: it stands beside what they compute. */
export function denseTitle(kind: LayerKindResult): string {
  return kind.dense.current
    ? l10n.t('Dense attention')
    : l10n.t('Dense attention, for comparison: {0}', withoutPattern(kind));
}

/** What dense attention lacks that the layers have, as a phrase after its name. */
export function withoutPattern(kind: Pick<LayerKindResult, 'window' | 'replacements'>): string {
  return hasOnlyWindow(kind) ? l10n.t('without the window') : l10n.t('without the pattern of these layers');
}

function nothingMeasured(reason: string | undefined): string {
  return reason === undefined
    ? l10n.t('Nothing was measured.')
    : l10n.t('Nothing was measured: {0}.', withoutStop(reason));
}

/** A sentence as part of another. */
function withoutStop(sentence: string): string {
  return sentence.replace(/[.\u3002]$/, '');
}

const denseColumns = (): ReportColumn[] => [
  numberColumn(l10n.t('n (tokens)')),
  numberColumn(l10n.t('Median (ms)')),
  numberColumn(l10n.t('From (ms)')),
  numberColumn(l10n.t('To (ms)')),
  textColumn(l10n.t('From and to are')),
  numberColumn(l10n.t('Rate')),
  numberColumn(l10n.t('Peak memory')),
  numberColumn(l10n.t('Max error')),
  textColumn(l10n.t('Kernel')),
];

function denseRow(point: MeasuredPoint): string[] {
  const { timing } = point;
  return [
    formatInteger(point.n),
    ...timingCells(timing),
    timing === undefined ? '–' : describeBounds(timing),
    timing === undefined ? '–' : formatRate((point.flops / timing.medianMs) * 1000),
    point.peakBytes === undefined ? '–' : formatBytes(point.peakBytes),
    formatError(point.verification.maxError),
    point.kernel,
  ];
}

function headSection(result: LayerKindResult, decomposed: DecomposedResult): ReportSection {
  const title = l10n.t(
    'Time per head, measured: {0} at n = {1} tokens',
    result.name,
    formatInteger(decomposed.n),
  );
  const { passed, maxError, message } = decomposed.verification;
  if (!passed) {
    const remark =
      message === undefined
        ? l10n.t('The output did not verify (max error {0}); no time is shown.', formatError(maxError))
        : l10n.t(
            'The output did not verify (max error {0}): {1}; no time is shown.',
            formatError(maxError),
            withoutStop(message),
          );
    return { title, lead: [], remarks: [remark] };
  }
  const shown = decomposed.perHead.slice(0, MOST_HEADS);
  const hidden = decomposed.perHead.length - shown.length;
  const fused = result.dense.points.find((point) => point.n === decomposed.n)?.timing;
  const total = l10n.t(
    'All heads and stages: {0}, and {1} for steps that belong to no head.',
    formatDuration(decomposed.totalMs),
    formatDuration(decomposed.sharedMs),
  );
  const alike = l10n.t('All heads do the same work here: what differs between them is the machine.');
  return {
    title,
    lead: [
      l10n.t(
        'Each head and stage runs as a node of its own, so that the runtime can time it ({0}, {1} runs; output verified, max error {2}).',
        clockName(decomposed.clock),
        String(decomposed.repetitions),
        formatError(maxError),
      ),
      ...(result.shape.causal ? [l10n.t('softmax includes the causal mask.')] : []),
    ],
    table: {
      columns: [
        numberColumn(l10n.t('Head')),
        numberColumn('QKᵀ (ms)'),
        numberColumn('softmax (ms)'),
        numberColumn('PV (ms)'),
        numberColumn(l10n.t('Sum (ms)')),
      ],
      rows: shown.map((head) => [
        String(head.head),
        formatMilliseconds(head.qkMs),
        formatMilliseconds(head.softmaxMs),
        formatMilliseconds(head.pvMs),
        formatMilliseconds(head.qkMs + head.softmaxMs + head.pvMs),
      ]),
      foldable: true,
    },
    remarks: [
      ...(hidden > 0 ? [l10n.t('{0} more heads are in the JSON and in the page.', String(hidden))] : []),
      joinSentences([
        total,
        fused === undefined
          ? ''
          : l10n.t(
              'The sum is not the time of the whole call above ({0} at the same n): there the runtime may fuse the stages and run heads in parallel.',
              formatDuration(fused.medianMs),
            ),
        alike,
      ]),
    ],
  };
}

/** Dense time and memory over n: which lengths were measured, and which are projected from them. */
export function projectionSection(result: LayerKindResult): ReportSection {
  const { fit, projection } = result.dense;
  return {
    title: result.dense.current
      ? l10n.t('Over the sequence length: dense, {0}, one layer', result.name)
      : l10n.t('Over the sequence length: dense {0}, {1}, one layer', withoutPattern(result), result.name),
    lead: [
      ...(fit === undefined ? [] : [describeFit(fit)]),
      ...(projection.length === 0 ? [] : [boundsSentence()]),
    ],
    ...(projection.length === 0
      ? {}
      : {
          table: {
            columns: projectionColumns(),
            rows: projection.map((point) => projectionRow(point, result.dense)),
          },
        }),
    remarks: projection.every((point) => point.measured)
      ? [l10n.t('No length was measured to project from.')]
      : [],
  };
}

function describeFit({ pointsUsed, leaveOneOutError }: ScalingFit): string {
  if (pointsUsed === 1) {
    return l10n.t(
      'Projected from one measured length, t(n) = c·FLOPs(n): how the time grows was not measured.',
    );
  }
  return leaveOneOutError === undefined
    ? l10n.t(
        'Projected from t(n) = a + b·n + c·FLOPs(n), fitted to {0} measured lengths.',
        String(pointsUsed),
      )
    : l10n.t(
        'Projected from t(n) = a + b·n + c·FLOPs(n), fitted to {0} measured lengths; leave-one-out error {1} %.',
        String(pointsUsed),
        (leaveOneOutError * 100).toFixed(1),
      );
}

function boundsSentence(): string {
  return l10n.t(
    'From and to: of a measured time, its 95 % CI (the range of its runs where fewer than six were taken); of a projected one a band, no CI: the largest of the leave-one-out error (where it is not known: 75 % from two lengths, 100 % from one), the spread of the longest measured time and 3 %, and as much again for each doubling beyond that length.',
  );
}

/** Whether a time was measured, projected, or projected from one length. */
function sourceOf({ measured, fromOneLength }: ProjectionPoint): string {
  if (measured) return l10n.t('measured');
  return fromOneLength === true ? l10n.t('projected from one length') : l10n.t('projected');
}

const projectionColumns = (): ReportColumn[] => [
  numberColumn(l10n.t('n (tokens)')),
  numberColumn(l10n.t('Time')),
  numberColumn(l10n.t('From')),
  numberColumn(l10n.t('To')),
  numberColumn(l10n.t('Memory (by formula)')),
  textColumn(l10n.t('Time is')),
];

function projectionRow(point: ProjectionPoint, { points }: MechanismResult): string[] {
  const runs = points.find(({ n }) => n === point.n)?.timing?.repetitions;
  return [
    formatInteger(point.n),
    formatDuration(point.ms),
    ...(point.measured && runs === 1
      ? oneRunCells()
      : [formatDuration(point.low), formatDuration(point.high)]),
    formatBytes(point.bytes),
    sourceOf(point),
  ];
}
