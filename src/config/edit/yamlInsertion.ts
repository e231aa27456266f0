import * as l10n from '@vscode/l10n';
import { isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import type { YamlBlock } from '../formats/yamlBlocks';
import { isMerge, keyOf } from '../formats/yamlEntries';
import type { ParsedYaml } from '../formats/yamlParse';
import { siblingIn, type FieldChange } from './fieldChange';
import { isPlainYaml } from './literalText';
import type { TextEdit } from './textEdit';
import { insertInBraces, linesAfter } from './textLines';
import { unclearPlace } from './unclearPlace';
import {
  columnOf,
  flowList,
  listLines,
  usualYamlStyle,
  yamlStyle,
  yamlText,
  type YamlStyle,
} from './yamlStyle';

const INDENT = '  ';

/** Writes the keys of the path from `index` on into `map`, which has none of them. */
export function insertInMap(
  source: string,
  map: YAMLMap,
  yaml: ParsedYaml,
  change: FieldChange,
  index: number,
  name: string,
): TextEdit[] {
  const { path, near } = change;
  const sibling = siblingIn(path.slice(0, index), near);
  const pairs = map.items.filter((pair) => !isMerge(pair.key));
  const beside = pairs.find((pair) => keyOf(pair.key, yaml) === sibling) ?? map.items.at(-1);
  const keys = path.slice(index);
  const style = yamlStyle(source, yaml);
  if (beside === undefined) {
    const start = map.range?.[0];
    if (start === undefined || source[start] !== '{') {
      throw unclearPlace(name, path, l10n.t('the mapping is empty'));
    }
    return [{ offset: start + 1, length: 0, content: flowEntry(keys, change, style, '') }];
  }
  const place = placeOf(beside, source);
  if (place === undefined) throw unclearPlace(name, path, l10n.t('the keys beside it are no plain ones'));
  const { start, end, quote } = place;
  if (map.flow === true) {
    const entry = flowEntry(keys, change, style, quote);
    return insertInBraces(source, { offset: start, length: end - start }, entry);
  }
  const indent = ' '.repeat(columnOf(source, start));
  return [linesAfter(source, end, blockEntry(keys, change, style, { indent, quote }))];
}

/** Writes the path between the entries of the outermost mapping, or after the last. */
export function insertTopLevel(
  source: string,
  blocks: readonly YamlBlock[],
  change: FieldChange,
): TextEdit[] {
  const sibling = siblingIn([], change.near);
  const beside = blocks.find(({ key }) => key === sibling) ?? blocks.at(-1);
  const { offset, end } = beside ?? { offset: 0, end: source.length };
  const entry = blockEntry(change.path, change, usualYamlStyle(source), { indent: '', quote: '' });
  return [linesAfter(source, contentEnd(source, offset, end), entry)];
}

interface Place {
  readonly start: number;
  /** Of the last character of the value. */
  readonly end: number;
  /** Around the key. */
  readonly quote: '' | '"' | "'";
}

function placeOf({ key, value }: Pair, source: string): Place | undefined {
  if (!isScalar(key) || !key.range) return undefined;
  const [start, keyEnd] = key.range;
  const first = source[start];
  const valueEnd = isNode(value) && value.range ? value.range[1] : keyEnd;
  return {
    start,
    end: contentEnd(source, start, Math.max(keyEnd, valueEnd)),
    quote: first === '"' || first === "'" ? first : '',
  };
}

/** Without the blank lines that may follow a value and count as its own. */
function contentEnd(source: string, start: number, end: number): number {
  return start + source.slice(start, end).trimEnd().length;
}

/** The path as nested lines. */
function blockEntry(
  keys: readonly string[],
  { value }: FieldChange,
  style: YamlStyle,
  { indent, quote }: { readonly indent: string; readonly quote: Place['quote'] },
): string[] {
  return keys.flatMap((key, depth) => {
    const blanks = `${indent}${INDENT.repeat(depth)}`;
    const line = `${blanks}${yamlKey(key, quote)}:`;
    if (depth < keys.length - 1) return [line];
    if (typeof value !== 'object') return [`${line} ${yamlText(value, style)}`];
    const isFlow = style.isFlow || value.length === 0;
    return isFlow ? [`${line} ${flowList(value, style)}`] : [line, ...listLines(value, blanks, style)];
  });
}

/** The path as nested braces; a file that puts its keys in quotes does so with its texts. */
function flowEntry(
  keys: readonly string[],
  { value }: FieldChange,
  style: YamlStyle,
  quote: Place['quote'],
): string {
  const quoted: YamlStyle = quote === '"' ? { ...style, quote } : style;
  const written = typeof value === 'object' ? flowList(value, quoted) : yamlText(value, quoted);
  return keys.reduceRight((inner, key, index) => {
    const entry = `${yamlKey(key, quote)}: ${inner}`;
    return index === 0 ? entry : `{${entry}}`;
  }, written);
}

function yamlKey(key: string, quote: Place['quote']): string {
  const isPlain = isPlainYaml(key.replace(/^--/, ''));
  if (quote !== '' && !/["'\\]/.test(key)) return `${quote}${key}${quote}`;
  return isPlain ? key : JSON.stringify(key);
}
