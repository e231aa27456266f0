import { againstPresent } from '../../src/model/ownPattern';
import { joinSentences } from '../../src/model/phrases';
import {
  formatBytes,
  formatDuration,
  formatError,
  formatInteger,
  formatPercent,
  formatRatio,
} from '../../src/model/units';
import { breakEvenSentence, breakEvenText } from '../../src/model/breakEvenText';
import type { Comparison, MechanismResult } from '../../src/report/report';
import { strings } from '../strings';
import { describeEdit, describeInterval, interval, type Figure } from './figures';
import { timeAt, type ValidPoint } from './timeCurves';

const words = strings.replacements;

/** What a row sets a mechanism against. */
export interface Against {
  readonly dense: MechanismResult;
  readonly present: MechanismResult | undefined;
}

/** The median with the length that it was measured at: the rows need not be of one length. */
export function timeFigure({ n, timing }: ValidPoint): Figure {
  return {
    value: formatDuration(timing.medianMs),
    notes: [words.measuredAt(formatInteger(n)), describeInterval(timing)],
  };
}

export function errorFigure({ verification }: ValidPoint): Figure {
  return {
    value: formatError(verification.maxError),
    notes: [strings.provenance.verifiedRows(formatInteger(verification.rows))],
  };
}

export function kindFigure({ current, exact, causal }: MechanismResult): Figure {
  if (current) return { value: words.currentKind, notes: [words.causal[causal]] };
  return { value: exact ? words.exact : words.approximate, notes: [words.causal[causal]] };
}

export function speedupFigure(result: MechanismResult, { dense, present }: Against): Figure {
  const { comparison } = result;
  if (comparison === undefined) return { value: strings.missing, notes: [] };
  const { speedup, speedupLow, speedupHigh, flopRatio, n } = comparison;
  return {
    value: formatRatio(speedup),
    notes: [
      words.speedupBounds(formatRatio(speedupLow), formatRatio(speedupHigh)),
      words.denseTime(formatDuration(denseTimeAt(dense, n))),
      present === undefined ? '' : presentNote(present, result, n),
      flopRatio >= 1 ? words.flops(formatRatio(flopRatio)) : words.flopsMore(formatRatio(1 / flopRatio)),
    ],
  };
}

function denseTimeAt({ points }: MechanismResult, n: number): number {
  return points.find((point) => point.n === n)?.timing?.medianMs ?? NaN;
}

/** Against what the layers compute now: what is slower than that gains nothing, whatever it is to dense attention. */
function presentNote(present: MechanismResult, result: MechanismResult, n: number): string {
  const pair = againstPresent(present, result);
  if (pair === undefined) return '';
  const ratio = formatRatio(pair.speedup);
  const comparison =
    pair.n === n ? words.asFastAsNow(ratio) : words.asFastAsNowAt(ratio, formatInteger(pair.n));
  return pair.speedupHigh < 1 ? words.noGain(comparison) : comparison;
}

export function memoryFigure({ comparison, modelFits }: MechanismResult, point: ValidPoint): Figure {
  const ratio = comparison?.memoryRatio;
  return {
    value: formatBytes(point.peakBytes ?? point.formulaBytes),
    notes: [
      point.peakBytes === undefined ? words.memoryFormula : strings.measured,
      ratio === undefined
        ? ''
        : ratio >= 1
          ? words.memoryRatio(formatRatio(ratio))
          : words.memoryRatioMore(formatRatio(1 / ratio)),
      modelFits === false ? words.modelTooLarge : '',
    ],
  };
}

/** The time at the asked length, and from which length on the mechanism is faster. */
export function projectedFigure(result: MechanismResult, asked: number): Figure {
  const value = timeAt(result, asked);
  const { comparison } = result;
  const band = value?.fromOneLength === true ? words.projectedBandFromOne : words.projectedBand;
  return {
    value: value === undefined ? strings.missing : formatDuration(value.ms),
    notes: [
      value === undefined ? '' : value.measured ? strings.measured : band(...interval(value.low, value.high)),
      comparison === undefined ? '' : breakEvenNote(comparison, result),
    ],
  };
}

/** A crossing of two fits says nothing where the measured intervals overlap. */
function hasNoClearDifference({ speedupLow, speedupHigh }: Comparison): boolean {
  return speedupLow <= 1 && speedupHigh >= 1;
}

function breakEvenNote(comparison: Comparison, result: MechanismResult): string {
  const { breakEven, breakEvenBounds, fitsDisagree, fromOneLength } = comparison;
  if (hasNoClearDifference(comparison)) return words.noClearDifference(formatInteger(comparison.n));
  if (fitsDisagree === true || breakEven === undefined) {
    return fromOneLength === true && fitsDisagree !== true ? words.breakEvenUnknown : words.noBreakEven;
  }
  const text = breakEvenText(comparison, result);
  const perhapsNever = breakEvenBounds !== undefined && breakEvenBounds.high === undefined;
  return perhapsNever ? words.breakEvenOrNever(text) : words.breakEven(text);
}

export function askFigure({ adoption, current }: MechanismResult): Figure {
  if (current) return { value: words.ask.current, notes: [words.currentHint] };
  if (adoption.kind === 'none') return { value: words.ask.none, notes: [] };
  const training = adoption.needsRetraining ? words.ask.retraining : words.ask.noRetraining;
  if (adoption.kind === 'code') return { value: words.ask.code, notes: [training] };
  return {
    value: words.ask.config,
    notes: [
      ...(adoption.file === undefined ? [] : [words.inFile(adoption.file)]),
      ...adoption.edits.map(describeEdit),
      training,
    ],
  };
}

/** Why a mechanism stands where it does, and why it is not offered, where it is not. */
export function reasonText({ comparison, adoption }: MechanismResult): string {
  return joinSentences([comparison?.reason ?? '', adoption.kind === 'none' ? adoption.reason : '']);
}

/** Figures of second rank, as sentences. */
export function furtherFacts(result: MechanismResult, asked: number): string[] {
  const { comparison, current, fit } = result;
  const naive = comparison?.speedupOverNaive;
  const value = timeAt(result, asked);
  const projected = value?.measured === false;
  const error = fit?.leaveOneOutError;
  return [
    comparison === undefined || hasNoClearDifference(comparison) ? '' : breakEvenSentence(result),
    naive === undefined ? '' : words.versusNaive(formatRatio(naive)),
    projected && value.fromOneLength === true ? words.inProportion : '',
    projected && error !== undefined ? words.leaveOneOut(formatPercent(error)) : '',
    current ? '' : modelPeakText(result),
  ].filter((sentence) => sentence !== '');
}

function modelPeakText({ modelPeakBytes, modelFits }: MechanismResult): string {
  if (modelPeakBytes === undefined) return '';
  const describe = modelFits === false ? words.modelPeakOver : words.modelPeak;
  return describe(formatBytes(modelPeakBytes));
}
