import type { AST } from 'toml-eslint-parser';
import type { ConfigValue } from '../../model/configValue';
import type { Entries, Literal } from './fieldChange';
import { literalLike, literalText, type Quote } from './literalText';
import { plainGaps, rewrittenList, type WrittenList } from './rewrittenList';
import type { TextEdit } from './textEdit';
import { commentsInList, holdsCollection } from './unclearPlace';

/** How a TOML file writes what may be written in several ways. */
export interface TomlStyle {
  /** Around texts, where all of them have it. */
  readonly quote: Quote;
  /** What stands before, between and behind the entries of a list. */
  readonly list: readonly [opening: string, separator: string, closing: string];
}

/** The style of a file, by its texts and by its first list of several single values. */
export function tomlStyle(source: string, entries: readonly AST.TOMLKeyValue[]): TomlStyle {
  const arrays = entries.map(({ value }) => value).filter((value) => value.type === 'TOMLArray');
  const texts = [...entries.map(({ value }) => value), ...arrays.flatMap(({ elements }) => elements)]
    .filter((value) => value.type === 'TOMLValue')
    .filter((value) => value.kind === 'string');
  const [first] = arrays.filter(
    ({ elements }) => elements.length > 1 && elements.every(({ type }) => type === 'TOMLValue'),
  );
  const gaps = first && plainGaps(source, writtenAs(first));
  const isLiteral = texts.length > 0 && texts.every(({ style }) => style === 'literal');
  return {
    quote: isLiteral ? "'" : '"',
    list: [gaps?.[0] ?? '[', gaps?.[1] ?? ', ', gaps?.at(-1) ?? ']'],
  };
}

/** `value` as a file of that style writes it. */
export function tomlText(value: ConfigValue, { quote, list }: TomlStyle): string {
  const textOf = (literal: Literal): string => literalText(literal, 'toml', '', quote);
  if (typeof value !== 'object') return textOf(value);
  if (value.length === 0) return '[]';
  const [opening, separator, closing] = list;
  return `${opening}${value.map(textOf).join(separator)}${closing}`;
}

/** Gives a list other entries: those that differ, else all of them. Throws ConfigError where that would lose something. */
export function tomlListEdits(
  source: string,
  array: AST.TOMLArray,
  name: string,
  path: readonly string[],
  entries: Entries,
  { quote }: TomlStyle,
): TextEdit[] {
  const { elements } = array;
  const values = elements.filter((element) => element.type === 'TOMLValue');
  if (values.length !== elements.length) throw holdsCollection(name, path);
  const texts = entries.map((entry, index) => {
    const old = values[index] ?? values.at(-1);
    const written = old === undefined ? '' : source.slice(...old.range);
    if (values[index]?.value === entry) return written;
    return written === ''
      ? literalText(entry, 'toml', '', quote)
      : literalLike(written, entry, 'toml', quote);
  });
  if (values.length === entries.length) {
    return values.map(({ range: [start, end] }, index) => ({
      offset: start,
      length: end - start,
      content: texts[index] ?? '',
    }));
  }
  const edit = rewrittenList(source, writtenAs(array), texts, ', ');
  if (edit === undefined) throw commentsInList(name, path, entries.length);
  return [edit];
}

function writtenAs({ range, elements }: AST.TOMLArray): WrittenList {
  return { span: range, entries: elements.map((element) => element.range) };
}
