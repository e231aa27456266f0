import { formatBytes, formatDuration, formatError, formatInteger, formatRate } from '../model/units';
import { formatMilliseconds, numberColumn, textColumn, type ReportSection } from './reportTable';
import { describeBounds } from './timingBounds';
import type {
  DecomposedResult,
  DeviceRecord,
  LayerKindResult,
  MeasuredPoint,
  MechanismResult,
  ProjectionPoint,
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
  const heads =
    shape.kvHeads === shape.heads
      ? `${String(shape.heads)} heads`
      : `${String(shape.heads)} heads over ${String(shape.kvHeads)} key/value heads`;
  const where = device === undefined ? '' : ` on ${device.provider} (${device.name})`;
  return (
    `One attention call of one layer: batch ${String(shape.batch)}, ${heads}, head_dim ${String(shape.headDim)}, ` +
    `${shape.causal ? 'causal' : 'bidirectional'}, ${shape.dtype}${where}.`
  );
}

function denseSection(result: LayerKindResult, device: DeviceRecord | undefined): ReportSection {
  const failures = result.dense.points.filter((point) => point.timing === undefined);
  const empty = result.dense.points.length === 0;
  return {
    title: `${denseTitle(result)}, measured: ${result.name} (${String(result.layers)} layers)`,
    lead: [
      describeShape(result, device),
      ...(empty
        ? []
        : ['Max error: against a float64 reference, over the largest reference value at the same position.']),
    ],
    ...(empty ? {} : { table: { columns: denseColumns, rows: result.dense.points.map(denseRow) } }),
    remarks: [
      ...(empty ? [`Nothing was measured${because(result.dense.skipped)}.`] : []),
      ...failures.map(
        (point) =>
          `n = ${formatInteger(point.n)}: ${point.verification.message ?? 'the output did not verify'}; no time is shown.`,
      ),
    ],
  };
}

/** Layers that have a window do not compute dense attention: it stands beside what they compute. */
export function denseTitle({ dense }: LayerKindResult): string {
  return dense.current ? 'Dense attention' : 'Dense attention, for comparison: without the window';
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`;
}

const denseColumns = [
  numberColumn('n (tokens)'),
  numberColumn('Median (ms)'),
  numberColumn('From (ms)'),
  numberColumn('To (ms)'),
  textColumn('From and to are'),
  numberColumn('Rate'),
  numberColumn('Peak memory'),
  numberColumn('Max error'),
  textColumn('Kernel'),
];

function denseRow(point: MeasuredPoint): string[] {
  const { timing } = point;
  return [
    formatInteger(point.n),
    formatMilliseconds(timing?.medianMs),
    formatMilliseconds(timing?.lowMs),
    formatMilliseconds(timing?.highMs),
    timing === undefined ? '–' : describeBounds(timing),
    timing === undefined ? '–' : formatRate((point.flops / timing.medianMs) * 1000),
    point.peakBytes === undefined ? '–' : formatBytes(point.peakBytes),
    formatError(point.verification.maxError),
    point.kernel,
  ];
}

function headSection(result: LayerKindResult, decomposed: DecomposedResult): ReportSection {
  const title = `Time per head, measured: ${result.name} at n = ${formatInteger(decomposed.n)} tokens`;
  const { passed, maxError, message } = decomposed.verification;
  if (!passed) {
    const reason = message === undefined ? '' : `: ${message.replace(/\.$/, '')}`;
    const remark = `The output did not verify (max error ${formatError(maxError)})${reason}; no time is shown.`;
    return { title, lead: [], remarks: [remark] };
  }
  const shown = decomposed.perHead.slice(0, MOST_HEADS);
  const hidden = decomposed.perHead.length - shown.length;
  const fused = result.dense.points.find((point) => point.n === decomposed.n)?.timing;
  const total =
    `All heads and stages: ${formatDuration(decomposed.totalMs)}, and ${formatDuration(decomposed.sharedMs)} ` +
    'for steps that belong to no head';
  return {
    title,
    lead: [
      'Each head and stage runs as a node of its own, so that the runtime can time it ' +
        `(${decomposed.clock}, ${String(decomposed.repetitions)} runs; output verified, ` +
        `max error ${formatError(maxError)})` +
        (result.shape.causal ? '; softmax includes the causal mask.' : '.'),
    ],
    table: {
      columns: [
        numberColumn('Head'),
        numberColumn('QKᵀ (ms)'),
        numberColumn('softmax (ms)'),
        numberColumn('PV (ms)'),
        numberColumn('Sum (ms)'),
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
      ...(hidden > 0 ? [`${String(hidden)} more heads are in the JSON and in the page.`] : []),
      fused === undefined
        ? `${total}.`
        : `${total}. The sum is not the time of the whole call above (${formatDuration(fused.medianMs)} at the ` +
          'same n): there the runtime may fuse the stages and run heads in parallel.',
    ],
  };
}

/** Dense time and memory over n: which lengths were measured, and which are projected from them. */
export function projectionSection(result: LayerKindResult): ReportSection {
  const { fit, projection } = result.dense;
  const error = fit?.leaveOneOutError;
  return {
    title: `Over the sequence length: dense${result.dense.current ? '' : ' without the window'}, ${result.name}, one layer`,
    lead: [
      ...(fit === undefined
        ? []
        : [
            'Projected from t(n) = a + b·n + c·FLOPs(n), fitted to ' +
              `${String(fit.pointsUsed)} measured lengths` +
              (error === undefined ? '.' : `; leave-one-out error ${(error * 100).toFixed(1)} %.`),
          ]),
      ...(projection.length === 0 ? [] : [boundsSentence]),
    ],
    ...(projection.length === 0
      ? {}
      : { table: { columns: projectionColumns, rows: projection.map(projectionRow) } }),
    remarks: projection.every((point) => point.measured)
      ? ['Too few lengths were measured to project from.']
      : [],
  };
}

const boundsSentence =
  'From and to: of a measured time, its 95 % CI (the range of its runs where fewer than six were taken); of a ' +
  'projected one a band, no CI: the largest of the leave-one-out error (25 % where it is not known), the spread of ' +
  'the longest measured time and 3 %, and as much again for each doubling beyond that length.';

const projectionColumns = [
  numberColumn('n (tokens)'),
  numberColumn('Time'),
  numberColumn('From'),
  numberColumn('To'),
  numberColumn('Memory (by formula)'),
  textColumn('Time is'),
];

function projectionRow(point: ProjectionPoint): string[] {
  return [
    formatInteger(point.n),
    formatDuration(point.ms),
    formatDuration(point.low),
    formatDuration(point.high),
    formatBytes(point.bytes),
    point.measured ? 'measured' : 'projected',
  ];
}
