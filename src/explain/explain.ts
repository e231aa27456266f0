import type { Estimate, EstimateOptions } from '../cost/estimate';
import { estimate } from '../cost/estimateModel';
import type { ModelSpec } from '../model/modelSpec';
import { fieldRows, type FieldRow } from './fieldRows';
import { flopFigures } from './flopFigures';
import type { FigureDerivation } from './figureDerivation';
import { figureEntry, figureOf, type FigureKey, type FigureUnit } from './figureKeys';
import type { Line, LineFactor } from './line';
import { memoryFigures } from './memoryFigures';
import { mergeLines } from './mergeLines';
import { figureText, numberText } from './numberText';
import { parameterFigures } from './parameterFigures';
import { perDeviceFigures } from './perDeviceFigures';
import { trainingFigures } from './trainingFigures';

/** How one figure of the cost model comes about. */
export interface Derivation {
  readonly key: FigureKey;
  readonly title: string;
  readonly unit: FigureUnit;
  readonly value: number;
  /** The value with its unit, for people. */
  readonly text: string;
  /** In symbols: `L · b · e · 2 · kv · d · n`. */
  readonly formula: string;
  /** Addends; their sum is the value. None where the figure is 0. */
  readonly terms: readonly DerivationTerm[];
  /** What the symbols stand for, and where each value came from. */
  readonly fields: readonly FieldRow[];
  /** What the figure takes for granted, as sentences. */
  readonly assumptions: readonly string[];
  readonly source: string;
}

export interface DerivationTerm {
  readonly label: string;
  readonly symbolic: string;
  /** The same with numbers, in full. */
  readonly numbers: string;
  readonly value: number;
  readonly text: string;
  /** Figures that it is made of, to look into. */
  readonly children: readonly FigureKey[];
}

const derivations: Readonly<Record<FigureKey, FigureDerivation>> = {
  ...parameterFigures,
  ...flopFigures,
  ...memoryFigures,
  ...trainingFigures,
  ...perDeviceFigures,
};

/** A formula with more different addends than this names the first of them. */
const MOST_ADDENDS = 6;

/**
 * The derivation of one figure of `estimate(model, options)`: the formula in symbols, with numbers, and the keys of
 * the config that the numbers came from. `figures` is that estimate, where it is at hand. Throws RangeError for the options that `estimate` throws it for.
 */
export function explain(
  model: ModelSpec,
  options: EstimateOptions,
  key: FigureKey,
  figures: Estimate = estimate(model, options),
): Derivation {
  const subject = { model, options, figures };
  const { title, unit } = figureEntry(key);
  const { lines: linesOf, source, notes } = derivations[key];
  const lines = mergeLines(linesOf(subject));
  const fields = fieldRows(subject, lines);
  const value = figureOf(subject.figures, key);
  const terms = lines.map((line) => termOf(line, unit));
  return {
    key,
    title,
    unit,
    value,
    text: figureText(value, unit),
    formula: formulaOf(terms),
    terms,
    fields,
    assumptions: [...(notes?.() ?? []), ...relevantAssumptions(model, fields)],
    source: source(),
  };
}

function termOf({ label, factors, value }: Line, unit: FigureUnit): DerivationTerm {
  return {
    label,
    symbolic: product(factors, ({ symbol }) => symbol),
    numbers: product(factors, (factor) => numberText(factor.value)),
    value,
    text: figureText(value, unit),
    children: factors.flatMap(({ key }) => key ?? []),
  };
}

/** Factors between dots, then what is divided by. */
function product(factors: readonly LineFactor[], text: (factor: LineFactor) => string): string {
  const times = factors.filter(({ divides }) => divides !== true).map(text);
  const over = factors.filter(({ divides }) => divides === true).map((factor) => ` / ${text(factor)}`);
  return `${times.join(' · ')}${over.join('')}`;
}

function formulaOf(terms: readonly DerivationTerm[]): string {
  if (terms.length === 0) return '0';
  const addends = [...new Set(terms.map(({ symbolic }) => symbolic))];
  const sum = addends.slice(0, MOST_ADDENDS).join(' + ');
  const isSum = addends.length < terms.length && addends.length === 1;
  if (isSum) return `Σ ${sum}`;
  return addends.length > MOST_ADDENDS ? `${sum} + …` : sum;
}

/** Assumptions about figures of this derivation, and those that are about no one figure. */
function relevantAssumptions(model: ModelSpec, fields: readonly FieldRow[]): string[] {
  const rules = new Set(
    Object.values(model.fields).flatMap((source) => (source.kind === 'rule' ? [source.rule] : [])),
  );
  const used = new Set(
    fields.flatMap(({ source }) => (source !== 'condition' && source.kind === 'rule' ? [source.rule] : [])),
  );
  return model.assumptions.filter((assumption) => !rules.has(assumption) || used.has(assumption));
}
