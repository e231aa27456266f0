import * as l10n from '@vscode/l10n';
import { parameterTerms } from '../cost/parameters';
import type { Term } from '../cost/term';
import { type WeightPart, type WeightSpec, rowsAndColumns, shortName, sidesOf } from '../model/weightSpec';
import { figureFactor, line, type Line, type LineFactor } from './line';
import { shareFactors } from './shareFactors';
import type { Subject } from './subject';
import { wordsOf } from './words';

/** How weights are held. */
export interface Storage {
  /** Bytes of one parameter, as a factor of the formula. */
  readonly bytes: (weight: WeightSpec) => LineFactor;
  /** How much of a weight is held, 0 to 1; all of it where absent. */
  readonly share?: (weight: WeightSpec) => number;
  /** What the lines are about: `weights`. */
  readonly what: string;
}

interface Group {
  readonly bytes: LineFactor;
  readonly share: number;
  parameters: number;
  readonly parts: Set<WeightPart>;
}

/** Parameters times bytes, those that are held alike in one line. */
export function storageLines(subject: Subject, { bytes, share = () => 1, what }: Storage): Line[] {
  const groups = new Map<string, Group>();
  for (const { value, at, part } of parameterTerms(subject.model)) {
    const [each, held] = [bytes(at.weight), share(at.weight)];
    const key = `${String(each.value)} ${String(held)}`;
    const known = groups.get(key) ?? { bytes: each, share: held, parameters: 0, parts: new Set() };
    known.parameters += value;
    known.parts.add(part);
    groups.set(key, known);
  }
  return [...groups.values()].map((group) => {
    const all = groups.size === 1;
    const count = all
      ? figureFactor(subject, 'parameters.total')
      : { symbol: 'params', value: group.parameters };
    const label = all ? l10n.t('all {0}', what) : `${what}: ${[...group.parts].map(wordsOf).join(', ')}`;
    return line(label, [count, group.bytes, ...shareFactors(group.share)]);
  });
}

/** Adafactor's second moments: a float32 for each row and each column of a matrix, and for each element of a vector. */
export function factoredLines({ model }: Subject, share: (weight: WeightSpec) => number = () => 1): Line[] {
  return parameterTerms(model).map((term) => factoredLine(term, term.at.weight, share(term.at.weight)));
}

function factoredLine(term: Term, weight: WeightSpec, share: number): Line {
  const { shape, use } = weight;
  const held = shareFactors(share);
  const label = l10n.t('moments of {0}', shortName(weight));
  const float32 = { symbol: '4', value: 4 };
  if (use === 'vector') return line(label, [float32, ...term.factors, ...held], term.at);
  const { out, input } = sidesOf(weight);
  const symbols = [out, input].map((side) => side.map(({ symbol }) => symbol).join('·') || '1');
  const both = { symbol: `(${symbols.join(' + ')})`, value: rowsAndColumns(weight) };
  const around = term.factors.slice(0, term.factors.length - shape.length);
  return line(label, [float32, ...around, both, ...held], term.at);
}
