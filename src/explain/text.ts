import * as l10n from '@vscode/l10n';
import type { TextRange } from '../model/modelSpec';
import type { Derivation } from './explain';
import type { FieldRow } from './fieldRows';
import { numberText } from './numberText';

/** Where a config's figures stand, for texts that name the place. */
export interface SourcePlace {
  /** Name of the config's file. */
  readonly file: string;
  /** Line of an offset in its text, counted from 1. */
  readonly lineAt: (offset: number) => number;
}

const INDENT = '  ';

/** The derivation as aligned plain text, without trailing spaces; the last character is a line break. */
export function explanationText(derivation: Derivation, place?: SourcePlace): string {
  const { title, key, text, value, unit, formula, terms, fields, assumptions, source } = derivation;
  const exact = unit === 'parameters' || unit === 'devices' ? '' : ` (${numberText(value)} ${unit})`;
  const blocks = [
    [`${title} (${key}): ${text}${exact}`],
    [`${INDENT}= ${formula}`],
    aligned(terms.map((term) => [term.label, term.text, `= ${term.symbolic}`, `= ${term.numbers}`])),
    aligned(
      fields.map((row) => [row.symbol, `= ${numberText(row.value)}`, row.meaning, rowSource(row, place)]),
    ),
    assumptions.map((assumption) => `${INDENT}${l10n.t('Assumed: {0}', assumption)}`),
    [`${INDENT}${l10n.t('Source: {0}.', source)}`],
  ];
  const lines = blocks
    .filter((block) => block.length > 0)
    .flatMap((block, i) => (i < 2 ? block : ['', ...block]));
  return `${lines.map(printable).join('\n')}\n`;
}

/** `num_key_value_heads = 8 (config.json:12)`, a rule, or that it was asked for. */
export function rowSource({ source, path }: FieldRow, place?: SourcePlace): string {
  if (source === 'condition') return l10n.t('asked for');
  if (source.kind === 'rule') return source.rule;
  const where = place === undefined ? '' : ` (${placeOf(source.range, place)})`;
  return `${path ?? source.path} = ${valueText(source.value)}${where}`;
}

function placeOf({ offset }: TextRange, { file, lineAt }: SourcePlace): string {
  return `${file}:${String(lineAt(offset))}`;
}

const LONGEST_VALUE = 40;

/** A value of the config in one short line. */
function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0),
  );
  return rows.map((row) =>
    (
      INDENT + row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell))).join(INDENT)
    ).trimEnd(),
  );
}

/** Characters on a terminal: code points, combining marks aside. */
function widthOf(text: string): number {
  return Array.from(text.replace(/\p{M}/gu, '')).length;
}

/** Control characters, which a config may hold, do nothing to a terminal when they are shown as spaces. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}

/** A function from an offset to its line, counted from 1, in time logarithmic in the number of lines. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return (offset) => {
    let [first, last] = [0, starts.length - 1];
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if ((starts[middle] ?? 0) <= offset) first = middle;
      else last = middle - 1;
    }
    return first + 1;
  };
}
