import { isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import type { TextEdit } from '../editConfig';
import type { YamlBlock } from '../formats/yamlBlocks';
import { isMerge, keyOf } from '../formats/yamlEntries';
import type { ParsedYaml } from '../formats/yamlParse';
import { siblingIn, type FieldChange } from './fieldChange';
import { isPlainYaml, literalText } from './literalText';
import { insertInBraces, linesAfter } from './textLines';
import { unclearPlace } from './unclearPlace';

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
  if (beside === undefined) {
    const start = map.range?.[0];
    if (start === undefined || source[start] !== '{') throw unclearPlace(name, path, 'the mapping is empty');
    return [{ offset: start + 1, length: 0, content: flowEntry(keys, change, source, '') }];
  }
  const place = placeOf(beside, source);
  if (place === undefined) throw unclearPlace(name, path, 'the keys beside it are no plain ones');
  const { start, end, quote } = place;
  if (map.flow === true) {
    const entry = flowEntry(keys, change, source, quote);
    return insertInBraces(source, { offset: start, length: end - start }, entry);
  }
  const column = start - (source.lastIndexOf('\n', start - 1) + 1);
  return [linesAfter(source, end, blockEntry(keys, change, source, { indent: ' '.repeat(column), quote }))];
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
  const entry = blockEntry(change.path, change, source, { indent: '', quote: '' });
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
  source: string,
  { indent, quote }: { readonly indent: string; readonly quote: Place['quote'] },
): string[] {
  return keys.map((key, depth) => {
    const line = `${indent}${INDENT.repeat(depth)}${yamlKey(key, quote)}:`;
    return depth === keys.length - 1 ? `${line} ${literalText(value, 'yaml', source)}` : line;
  });
}

/** The path as nested braces; a file that puts its keys in quotes does so with its texts. */
function flowEntry(
  keys: readonly string[],
  { value }: FieldChange,
  source: string,
  quote: Place['quote'],
): string {
  const written = quote === '"' ? JSON.stringify(value) : literalText(value, 'yaml', source);
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
