import type { Comparison, LayerKindResult, MechanismResult, Report } from '../../src/report/report';
import {
  formatBytes,
  formatDuration,
  formatError,
  formatInteger,
  formatPercent,
  formatRatio,
} from '../../src/model/units';
import type { ReplacementFilter } from '../controls';
import { strings } from '../strings';
import { againstPresent, presentOf } from '../../src/model/ownPattern';
import { describeEdit, describeInterval, interval } from './figures';
import { longestValid, timeAt, validPoints, type ValidPoint } from './timeCurves';

export type Adoption = MechanismResult['adoption'];

/** A figure with the words under it that say what it is. */
export interface Figure {
  readonly value: string;
  readonly notes: readonly string[];
}

interface RowBase {
  readonly id: string;
  readonly title: string;
  readonly parameters: string;
}

/** Was measured and verified. */
export interface MeasuredRow extends RowBase {
  readonly status: 'measured';
  /** Place among the replacements; `now` for what the layers compute already, `rival` for dense. */
  readonly rank: string;
  /** Nothing else is as fast, as small and as exact at the asked length. */
  readonly onFront: boolean;
  readonly current: boolean;
  readonly time: Figure;
  readonly speedup: Figure;
  readonly memory: Figure;
  readonly error: Figure;
  readonly kind: Figure;
  readonly projected: Figure;
  readonly ask: Figure;
  readonly reason: string;
  readonly citation: string;
  readonly arxiv: string;
  /** Whole sentences for who wants to know more: what papers report, and what adopting it takes. */
  readonly about: readonly string[];
  readonly adoption: Adoption;
}

/** Has no time that may be shown. */
export interface OtherRow extends RowBase {
  readonly status: 'unverified' | 'skipped' | 'waiting';
  readonly label: string;
  readonly message: string;
}

export type ReplacementRow = MeasuredRow | OtherRow;

/**
 * Rows of the ranked table: dense attention, the rival, then the replacements that pass the filters, in the report's
 * order; only what verified has a rank, and a filter changes nobody's.
 */
export function replacementRows(
  { dense, replacements, shape }: Pick<LayerKindResult, 'dense' | 'replacements' | 'shape'>,
  { sequenceLength }: Pick<Report['scenario'], 'sequenceLength'>,
  filters: readonly ReplacementFilter[],
): readonly ReplacementRow[] {
  const rival = measuredPoint(dense);
  const against = { dense, present: presentOf(replacements) };
  let rank = 0;
  const rows = replacements.flatMap((result) => {
    const point = measuredPoint(result);
    const place = point === undefined ? '' : result.current ? strings.replacements.current : String(++rank);
    if (!filters.every((filter) => passes[filter](result, shape.causal))) return [];
    return [
      point === undefined ? otherRow(result) : measuredRow(result, point, place, sequenceLength, against),
    ];
  });
  if (rival === undefined) return rows;
  return [
    rivalRow(measuredRow(dense, rival, strings.replacements.rival, sequenceLength, against), rival, dense),
    ...rows,
  ];
}

const passes: Readonly<Record<ReplacementFilter, (result: MechanismResult, causal: boolean) => boolean>> = {
  mask: ({ causal }, wanted) => causal === 'both' || (causal === 'yes') === wanted,
  exact: ({ exact }) => exact,
  noTraining: ({ adoption, current }) => current || (adoption.kind !== 'none' && !adoption.needsRetraining),
  configOnly: ({ adoption, current }) => current || adoption.kind === 'config',
};

/** Dense attention is nothing to adopt: its row says which kernel won, and what the n × n graph takes. */
function rivalRow(row: MeasuredRow, point: ValidPoint, dense: MechanismResult): MeasuredRow {
  const words = strings.replacements;
  const naive = point.otherKernels.find(({ kernel }) => kernel === 'naive')?.bestMs;
  return {
    ...row,
    current: true,
    about: [],
    speedup: {
      value: formatRatio(1),
      notes: [words.kernel(point.kernel), naive === undefined ? '' : words.naiveTime(formatDuration(naive))],
    },
    kind: { value: words.exact, notes: [words.rivalHint] },
    ask: {
      value: dense.current ? words.ask.current : words.ask.none,
      notes: dense.current ? [words.currentHint] : [],
    },
  };
}

/** The point that the comparison is about, else the longest that verified. */
export function measuredPoint(result: MechanismResult): ValidPoint | undefined {
  return validPoints(result).find((point) => point.n === result.comparison?.n) ?? longestValid(result);
}

function base(result: MechanismResult): RowBase {
  return {
    id: result.id,
    title: result.title,
    parameters: Object.entries(result.parameters)
      .map(([name, value]) => `${name} = ${Number.isInteger(value) ? formatInteger(value) : String(value)}`)
      .join(', '),
  };
}

function otherRow(result: MechanismResult): OtherRow {
  const words = strings.replacements;
  if (result.skipped !== undefined) {
    return { ...base(result), status: 'skipped', label: words.skipped, message: result.skipped };
  }
  const failed = result.points.at(-1)?.verification;
  if (failed === undefined) {
    return { ...base(result), status: 'waiting', label: words.waiting, message: '' };
  }
  const detail = words.unverifiedDetail(formatError(failed.maxError), formatError(failed.tolerance));
  const message = failed.message === undefined ? detail : `${failed.message} (${detail})`;
  return { ...base(result), status: 'unverified', label: words.unverified, message };
}

/** What a row sets a mechanism against. */
interface Against {
  readonly dense: MechanismResult;
  readonly present: MechanismResult | undefined;
}

function measuredRow(
  result: MechanismResult,
  point: ValidPoint,
  rank: string,
  asked: number,
  against: Against,
): MeasuredRow {
  const words = strings.replacements;
  const { comparison, paper } = result;
  return {
    ...base(result),
    status: 'measured',
    rank,
    onFront: result.onFront === true,
    current: result.current,
    time: {
      value: formatDuration(point.timing.medianMs),
      notes: [describeInterval(point.timing), words.measuredAt(formatInteger(point.n))],
    },
    speedup: speedupFigure(result, against),
    memory: memoryFigure(result, point),
    error: {
      value: formatError(point.verification.maxError),
      notes: [words.errorNote, strings.provenance.verifiedRows(formatInteger(point.verification.rows))],
    },
    kind: kindFigure(result),
    projected: projectedFigure(result, asked),
    ask: result.current
      ? { value: words.ask.current, notes: [words.currentHint] }
      : askFigure(result.adoption),
    // How it compares with dense says nothing about a choice that the model has made.
    reason: result.current ? '' : (comparison?.reason ?? ''),
    citation: words.citation(paper.authors, String(paper.year), paper.title),
    arxiv: paper.arxiv,
    about: aboutSentences(result),
    adoption: result.adoption,
  };
}

function aboutSentences({ current, exact, quality, adoption }: MechanismResult): string[] {
  const reported = exact || quality === undefined ? [] : [reportedSentence(quality)];
  return [...reported, ...(current || adoption.kind === 'none' ? [] : [adoption.reason])];
}

/** A figure names its source itself where it says which table it is from. */
function reportedSentence({ text, source }: NonNullable<MechanismResult['quality']>): string {
  const { reported, reportedAsIs } = strings.replacements;
  const [authors, year] = [source.authors, String(source.year)];
  return text.includes(`${authors} ${year}`) ? reportedAsIs(text) : reported(text, authors, year);
}

function kindFigure({ current, exact, causal }: MechanismResult): Figure {
  const words = strings.replacements;
  if (current) return { value: words.currentKind, notes: [words.currentHint, words.causal[causal]] };
  return {
    value: exact ? words.exact : words.approximate,
    notes: [
      exact ? words.exactHint : words.approximateHint,
      words.causal[causal],
      ...(exact ? [] : [words.qualityUnknown]),
    ],
  };
}

function speedupFigure(result: MechanismResult, { dense, present }: Against): Figure {
  const words = strings.replacements;
  const { comparison } = result;
  if (comparison === undefined) return { value: strings.missing, notes: [] };
  const { speedup, speedupLow, speedupHigh, speedupOverNaive, flopRatio, n } = comparison;
  const flops =
    flopRatio >= 1 ? words.flops(formatRatio(flopRatio)) : words.flopsMore(formatRatio(1 / flopRatio));
  return {
    value: formatRatio(speedup),
    notes: [
      words.speedupBounds(formatRatio(speedupLow), formatRatio(speedupHigh)),
      words.versusDense(formatInteger(n), formatDuration(denseTimeAt(dense, n))),
      present === undefined ? '' : presentNote(present, result),
      speedupOverNaive === undefined ? '' : words.versusNaive(formatRatio(speedupOverNaive)),
      flops,
    ],
  };
}

function denseTimeAt({ points }: MechanismResult, n: number): number {
  return points.find((point) => point.n === n)?.timing?.medianMs ?? NaN;
}

/** Against what the layers compute now: what is slower than that gains nothing, whatever it is to dense attention. */
function presentNote(present: MechanismResult, result: MechanismResult): string {
  const pair = againstPresent(present, result);
  if (pair === undefined) return '';
  const describe =
    pair.speedupHigh < 1 ? strings.replacements.noGainOverPresent : strings.replacements.versusPresent;
  return describe(formatRatio(pair.speedup), formatInteger(pair.n));
}

function memoryFigure({ comparison, modelPeakBytes, modelFits }: MechanismResult, point: ValidPoint): Figure {
  const words = strings.replacements;
  const notes: string[] = [point.peakBytes === undefined ? words.memoryFormula : words.memoryMeasured];
  const ratio = comparison?.memoryRatio;
  if (ratio !== undefined) {
    notes.push(
      ratio >= 1 ? words.memoryRatio(formatRatio(ratio)) : words.memoryRatioMore(formatRatio(1 / ratio)),
    );
  }
  if (modelPeakBytes !== undefined) {
    const describe = modelFits === false ? words.modelPeakOver : words.modelPeak;
    notes.push(describe(formatBytes(modelPeakBytes)));
  }
  return { value: formatBytes(point.peakBytes ?? point.formulaBytes), notes };
}

function projectedFigure(result: MechanismResult, asked: number): Figure {
  const words = strings.replacements;
  const value = timeAt(result, asked);
  const notes: string[] = [words.projectedAt(formatInteger(asked))];
  if (value !== undefined) {
    const band = value.fromOneLength === true ? words.projectedBandFromOne : words.projectedBand;
    notes.push(value.measured ? strings.measured : band(...interval(value.low, value.high)));
  }
  if (result.comparison !== undefined) {
    notes.push(breakEvenText(result.comparison));
  }
  const error = result.fit?.leaveOneOutError;
  if (error !== undefined && value?.measured === false) notes.push(words.leaveOneOut(formatPercent(error)));
  return { value: value === undefined ? strings.missing : formatDuration(value.ms), notes };
}

/** A crossing of two fits says nothing where the measured intervals overlap. */
function breakEvenText(comparison: Comparison): string {
  const words = strings.replacements;
  const { breakEven, breakEvenBounds, speedupLow, speedupHigh, fromOneLength, fitsDisagree } = comparison;
  if (speedupLow <= 1 && speedupHigh >= 1) return words.noClearDifference;
  if (fitsDisagree === true) return words.fitsDisagree;
  if (breakEven === undefined) return fromOneLength === true ? words.breakEvenUnknown : words.breakEvenNever;
  if (fromOneLength === true && breakEvenBounds?.high !== undefined) {
    const { low, high } = breakEvenBounds;
    if (low <= comparison.n) return words.breakEvenAtLatest(formatInteger(high));
    return words.breakEvenFromOne(formatInteger(breakEven), formatInteger(low), formatInteger(high));
  }
  if (breakEven <= 1) return words.breakEvenAlways;
  if (breakEvenBounds === undefined) return words.breakEven(formatInteger(breakEven));
  const { low, high } = breakEvenBounds;
  return high === undefined
    ? words.breakEvenFrom(formatInteger(breakEven), formatInteger(low))
    : words.breakEvenBetween(formatInteger(breakEven), formatInteger(low), formatInteger(high));
}

function askFigure(adoption: Adoption): Figure {
  const words = strings.replacements;
  if (adoption.kind === 'none') return { value: words.ask.none, notes: [adoption.reason] };
  if (adoption.kind === 'code') {
    const training = adoption.needsRetraining ? words.ask.retraining : words.ask.noRetraining;
    return { value: words.ask.code, notes: [training] };
  }
  return {
    value: words.ask.config,
    notes: [
      ...(adoption.file === undefined ? [] : [words.inFile(adoption.file)]),
      ...adoption.edits.map(describeEdit),
      adoption.needsRetraining ? words.ask.retraining : words.ask.noRetraining,
    ],
  };
}
