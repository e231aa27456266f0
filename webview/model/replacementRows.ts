import type { LayerKindResult, MechanismResult, Report } from '../../src/report/report';
import { joinSentences } from '../../src/model/phrases';
import { formatDuration, formatError, formatInteger, formatRatio } from '../../src/model/units';
import { presentOf } from '../../src/model/ownPattern';
import type { ReplacementFilter } from '../controls';
import { strings } from '../strings';
import type { Figure } from './figures';
import {
  askFigure,
  errorFigure,
  furtherFacts,
  kindFigure,
  memoryFigure,
  projectedFigure,
  reasonText,
  speedupFigure,
  timeFigure,
  type Against,
} from './replacementFigures';
import { longestValid, validPoints, type ValidPoint } from './timeCurves';

export type Adoption = MechanismResult['adoption'];

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
  /** Why it stands where it does, and why it is not offered, where it is not. */
  readonly reason: string;
  /** Further figures, as phrases. */
  readonly facts: readonly string[];
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
    reason: joinSentences([
      words.rivalReason(point.kernel),
      naive === undefined ? '' : words.naiveTime(formatDuration(naive)),
    ]),
    speedup: { value: formatRatio(1), notes: [] },
    kind: { value: words.exact, notes: [] },
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
      .map(
        ([name, value]) =>
          `${name}\u00a0=\u00a0${Number.isInteger(value) ? formatInteger(value) : String(value)}`,
      )
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

function measuredRow(
  result: MechanismResult,
  point: ValidPoint,
  rank: string,
  asked: number,
  against: Against,
): MeasuredRow {
  const words = strings.replacements;
  const { paper } = result;
  return {
    ...base(result),
    status: 'measured',
    rank,
    onFront: result.onFront === true,
    current: result.current,
    time: timeFigure(point),
    speedup: speedupFigure(result, against),
    memory: memoryFigure(result, point),
    error: errorFigure(point),
    kind: kindFigure(result),
    projected: projectedFigure(result, asked),
    ask: askFigure(result),
    // How it compares with dense says nothing about a choice that the model has made.
    reason: result.current ? '' : reasonText(result),
    facts: furtherFacts(result, asked),
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
