import { shortName } from '../model/weightSpec';
import { figureOf, type FigureKey } from './figureKeys';
import { wordsOf, type FormulaName } from './words';
import type { Factor } from '../model/factor';
import type { Place, Term } from '../cost/term';
import type { Subject } from './subject';

/** One factor of a line, or what the line is divided by. */
export interface LineFactor extends Factor {
  readonly divides?: true;
  /** The figure that it is. */
  readonly key?: FigureKey;
}

/** One addend of a derivation. */
export interface Line {
  readonly label: string;
  readonly factors: readonly LineFactor[];
  readonly value: number;
  /** Where in the model it stands; absent for what belongs to no layer. */
  readonly at?: Place;
}

export function line(label: string, factors: readonly LineFactor[], at?: Place): Line {
  const value = factors.reduce(
    (product, { value: each, divides }) => (divides ? product / each : product * each),
    1,
  );
  return { label, factors, value, ...(at && { at }) };
}

/** A number that is part of a formula. */
export function plain(value: number): LineFactor {
  return { symbol: String(value), value };
}

/** A term of the cost model as a line, times `more`. Its label loses the names of its stack and kind of layer. */
export function lineOf(term: Term, more: readonly LineFactor[] = []): Line {
  return line(shortLabel(term), [...more, ...term.factors], term.at);
}

function shortLabel({ label, at }: Term): string {
  if (at?.weight !== undefined) return shortName(at.weight);
  let short = label;
  for (const prefix of [at?.stack.name, at?.kind?.name]) {
    if (prefix !== undefined && short.startsWith(`${prefix}: `)) short = short.slice(prefix.length + 2);
  }
  return short;
}

/** Another figure as a factor. */
export function figureFactor({ figures }: Subject, key: FigureKey): LineFactor {
  return { symbol: nameOf(key), value: figureOf(figures, key), key };
}

/** Another figure as an addend, times `more`. */
export function figureLine(
  subject: Subject,
  key: FigureKey,
  more: readonly LineFactor[] = [],
  label?: string,
): Line {
  const factor = figureFactor(subject, key);
  const coefficients = more.filter(({ divides }) => divides !== true);
  const divisors = more.filter(({ divides }) => divides === true);
  return line(label ?? wordsOf(nameOf(key)), [...coefficients, factor, ...divisors]);
}

/** Figures that a formula calls otherwise than by the last name of their key. */
const shortNames: Readonly<Partial<Record<FigureKey, FormulaName>>> = {
  'parameters.total': 'parameters',
  'memory.training.trainableParameters': 'trained',
};

function nameOf(key: FigureKey): FormulaName {
  return shortNames[key] ?? (key.slice(key.lastIndexOf('.') + 1) as FormulaName);
}
