import type { Comparison, MechanismResult, Report } from '../../src/report/report';
import { formatBytes, formatDuration, formatError, formatInteger, formatRatio } from '../../src/model/units';
import { strings } from '../strings';
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
  readonly citation: string;
  readonly arxiv: string;
}

/** Was measured and verified. */
export interface MeasuredRow extends RowBase {
  readonly status: 'measured';
  /** Place among the replacements; `now` for what the layers compute already. */
  readonly rank: string;
  readonly current: boolean;
  readonly time: Figure;
  readonly speedup: Figure;
  readonly memory: Figure;
  readonly error: Figure;
  readonly kind: Figure;
  readonly projected: Figure;
  readonly ask: Figure;
  readonly reason: string;
  readonly adoption: Adoption;
}

/** Has no time that may be shown. */
export interface OtherRow extends RowBase {
  readonly status: 'unverified' | 'skipped' | 'waiting';
  readonly label: string;
  readonly message: string;
}

export type ReplacementRow = MeasuredRow | OtherRow;

/** Rows of the ranked table, in the report's order; only what verified has a rank. */
export function replacementRows(
  replacements: readonly MechanismResult[],
  scenario: Pick<Report['scenario'], 'sequenceLength'>,
): readonly ReplacementRow[] {
  let rank = 0;
  return replacements.map((result) => {
    const point = measuredPoint(result);
    if (point === undefined) return otherRow(result);
    const place = result.current ? strings.replacements.current : String(++rank);
    return measuredRow(result, point, place, scenario.sequenceLength);
  });
}

/** The point that the comparison is about, else the longest that verified. */
export function measuredPoint(result: MechanismResult): ValidPoint | undefined {
  return validPoints(result).find((point) => point.n === result.comparison?.n) ?? longestValid(result);
}

function base(result: MechanismResult): RowBase {
  const { authors, year, title, arxiv } = result.paper;
  return {
    id: result.id,
    title: result.title,
    parameters: Object.entries(result.parameters)
      .map(([name, value]) => `${name} = ${Number.isInteger(value) ? formatInteger(value) : String(value)}`)
      .join(', '),
    citation: strings.replacements.citation(authors, String(year), title),
    arxiv,
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

function measuredRow(result: MechanismResult, point: ValidPoint, rank: string, asked: number): MeasuredRow {
  const words = strings.replacements;
  const { comparison } = result;
  return {
    ...base(result),
    status: 'measured',
    rank,
    current: result.current,
    time: {
      value: formatDuration(point.timing.medianMs),
      notes: [describeInterval(point.timing), words.measuredAt(formatInteger(point.n))],
    },
    speedup: speedupFigure(comparison),
    memory: memoryFigure(point, comparison),
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
    adoption: result.adoption,
  };
}

function kindFigure({ current, exact, causal }: MechanismResult): Figure {
  const words = strings.replacements;
  if (current) return { value: words.currentKind, notes: [words.currentHint, words.causal[causal]] };
  return {
    value: exact ? words.exact : words.approximate,
    notes: [exact ? words.exactHint : words.approximateHint, words.causal[causal]],
  };
}

function speedupFigure(comparison: Comparison | undefined): Figure {
  const words = strings.replacements;
  if (comparison === undefined) return { value: strings.missing, notes: [] };
  const { speedup, speedupLow, speedupHigh, flopRatio, n } = comparison;
  const flops =
    flopRatio >= 1 ? words.flops(formatRatio(flopRatio)) : words.flopsMore(formatRatio(1 / flopRatio));
  return {
    value: formatRatio(speedup),
    notes: [
      words.speedupBounds(formatRatio(speedupLow), formatRatio(speedupHigh)),
      words.versusDense(formatInteger(n)),
      flops,
    ],
  };
}

function memoryFigure(point: ValidPoint, comparison: Comparison | undefined): Figure {
  const words = strings.replacements;
  const notes: string[] = [point.peakBytes === undefined ? words.memoryFormula : strings.measured];
  const ratio = comparison?.memoryRatio;
  if (ratio !== undefined) {
    notes.push(
      ratio >= 1 ? words.memoryRatio(formatRatio(ratio)) : words.memoryRatioMore(formatRatio(1 / ratio)),
    );
  }
  return { value: formatBytes(point.peakBytes ?? point.formulaBytes), notes };
}

function projectedFigure(result: MechanismResult, asked: number): Figure {
  const words = strings.replacements;
  const value = timeAt(result, asked);
  const notes: string[] = [words.projectedAt(formatInteger(asked))];
  if (value !== undefined) {
    notes.push(value.measured ? strings.measured : words.projectedBand(...interval(value.low, value.high)));
  }
  if (result.comparison !== undefined) {
    notes.push(breakEvenText(result.comparison));
  }
  return { value: value === undefined ? strings.missing : formatDuration(value.ms), notes };
}

/** A crossing of two fits says nothing where the measured intervals overlap. */
function breakEvenText({ breakEven, speedupLow, speedupHigh }: Comparison): string {
  const words = strings.replacements;
  if (speedupLow <= 1 && speedupHigh >= 1) return words.noClearDifference;
  if (breakEven === undefined) return words.breakEvenNever;
  return breakEven <= 1 ? words.breakEvenAlways : words.breakEven(formatInteger(breakEven));
}

function askFigure(adoption: Adoption): Figure {
  const words = strings.replacements;
  if (adoption.kind !== 'config') return { value: words.ask[adoption.kind], notes: [adoption.reason] };
  return {
    value: words.ask.config,
    notes: [
      ...adoption.edits.map(describeEdit),
      adoption.needsRetraining ? words.ask.retraining : words.ask.noRetraining,
      adoption.reason,
    ],
  };
}
