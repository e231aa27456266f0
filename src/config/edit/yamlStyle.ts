import { isNode, isScalar, isSeq, visit, type YAMLSeq } from 'yaml';
import type { ParsedYaml } from '../formats/yamlParse';
import type { Entries, Literal } from './fieldChange';
import { literalText, type Quote } from './literalText';

/** How a YAML file writes what may be written in several ways. */
export interface YamlStyle {
  /** Around texts, where all of them have it. */
  readonly quote: Quote;
  /** Whether lists stand in brackets, or else an entry a line. */
  readonly isFlow: boolean;
  /** Blanks by which the entries of a list stand further in than its key. */
  readonly listIndent: string;
  /** Text whose booleans are followed. */
  readonly example: string;
}

/** The style of a file that gives no example. */
export function usualYamlStyle(source: string): YamlStyle {
  return { quote: '', isFlow: false, listIndent: '  ', example: source };
}

/** The style of a file, by its texts and by its first list of single values. */
export function yamlStyle(source: string, { contents }: ParsedYaml): YamlStyle {
  const usual = usualYamlStyle(source);
  if (!isNode(contents)) return usual;
  const kinds = new Set<Quote>();
  const lists: { readonly list: YAMLSeq; readonly keyStart: number | undefined }[] = [];
  visit(contents, {
    Scalar: (place, { value, type }) => {
      if (place !== 'key' && typeof value === 'string') kinds.add(quoteOf(type));
    },
    Pair: (_, { key, value }) => {
      if (!isSeq(value) || value.items.length === 0) return;
      lists.push({ list: value, keyStart: isScalar(key) ? key.range?.[0] : undefined });
    },
  });
  const [first = lists[0]] = lists.filter(({ list }) => list.items.every((item) => isScalar(item)));
  const [block] = lists.filter(({ list }) => list.flow !== true);
  const [only] = kinds;
  return {
    ...usual,
    ...(only !== undefined && kinds.size === 1 && { quote: only }),
    isFlow: first?.list.flow === true,
    ...(block !== undefined && { listIndent: indentOf(source, block.list, block.keyStart) }),
  };
}

/** `value` as a file of that style writes it. */
export function yamlText(value: Literal, { example, quote }: YamlStyle): string {
  return literalText(value, 'yaml', example, quote);
}

/** A list in brackets. */
export function flowList(entries: Entries, style: YamlStyle): string {
  return `[${entries.map((entry) => yamlText(entry, style)).join(', ')}]`;
}

/** A list by lines, below a key whose line has `indent` before it. */
export function listLines(entries: Entries, indent: string, style: YamlStyle): string[] {
  return entries.map((entry) => `${indent}${style.listIndent}- ${yamlText(entry, style)}`);
}

function quoteOf(type: string | undefined): Quote {
  if (type === 'QUOTE_DOUBLE') return '"';
  return type === 'QUOTE_SINGLE' ? "'" : '';
}

/** How much further in the hyphens of `list` stand than its key. */
function indentOf(source: string, { range }: YAMLSeq, keyStart: number | undefined): string {
  const usual = '  ';
  if (!range || keyStart === undefined || source[range[0]] !== '-') return usual;
  return ' '.repeat(Math.max(0, columnOf(source, range[0]) - columnOf(source, keyStart)));
}

/** Characters before `offset` in its line; a byte order mark is none of them. */
export function columnOf(source: string, offset: number): number {
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  return offset - lineStart - (lineStart === 0 && source.startsWith('\uFEFF') ? 1 : 0);
}
