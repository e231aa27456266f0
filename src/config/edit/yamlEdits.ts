import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { TextEdit } from '../editConfig';
import { guardText } from '../formats/textGuard';
import { splitLong } from '../formats/yamlBlocks';
import { entriesOf, isMerge, keyOf } from '../formats/yamlEntries';
import { parseYaml, type ParsedYaml } from '../formats/yamlParse';
import type { FieldChange } from './fieldChange';
import { literalLike } from './literalText';
import { unclearPlace, writtenTwice } from './unclearPlace';
import { insertInMap, insertTopLevel } from './yamlInsertion';

/** Sets a key in YAML. Throws ConfigError where the place is not clear, and for texts of several documents. */
export function yamlEdits(text: string, name: string, change: FieldChange): TextEdit[] {
  const source = guardText(text, name);
  refuseSeveral(source, name, change);
  const blocks = splitLong(source);
  if (blocks === undefined) return editsIn(source, 0, name, change);
  const [block, other] = blocks.filter(({ key }) => key === change.path[0]);
  if (other !== undefined) throw writtenTwice(name, change.path.slice(0, 1));
  if (block === undefined) return insertTopLevel(source, blocks, change);
  return editsIn(source.slice(block.offset, block.end), block.offset, name, change);
}

/** Anything before the one marker must be comments and directives. */
function refuseSeveral(source: string, name: string, { path }: FieldChange): void {
  const markers = [...source.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)];
  const [first] = markers;
  if (first === undefined) return;
  const isLeading = /^(?:\s|#[^\n]*(?:\n|$)|%[^\n]*(?:\n|$))*$/.test(source.slice(0, first.index));
  if (markers.length > 1 || !isLeading || first[0] === '...') {
    throw unclearPlace(name, path, 'the file holds several YAML documents');
  }
}

/** Edits of `part`, which begins at `base` of the text. */
function editsIn(part: string, base: number, name: string, change: FieldChange): TextEdit[] {
  const yaml = parseYaml(part, name);
  const edits = changed(part, yaml, name, change);
  return edits.map((edit) => ({ ...edit, offset: base + edit.offset }));
}

function changed(source: string, yaml: ParsedYaml, name: string, change: FieldChange): TextEdit[] {
  const { path } = change;
  let node: unknown = yaml.contents;
  let pair: Pair | undefined;
  for (const [index, key] of path.entries()) {
    if (isAlias(node)) throw unclearPlace(name, path, 'it stands behind a YAML alias');
    if (isSeq(node)) {
      pair = undefined;
      node = /^\d+$/.test(key) ? node.items[Number(key)] : undefined;
      if (node === undefined) throw unclearPlace(name, path, 'the list has no such entry');
      continue;
    }
    if (!isMap(node)) throw unclearPlace(name, path, `"${path[index - 1] ?? ''}" is no mapping`);
    pair = writtenPair(node, yaml, name, path.slice(0, index + 1));
    if (pair === undefined) return insertInMap(source, node, yaml, change, index, name);
    node = pair.value;
  }
  return [replaced(source, node, pair, name, change)];
}

/** The pair of the last key of `path`, where the mapping itself has it. */
function writtenPair(
  map: YAMLMap,
  yaml: ParsedYaml,
  name: string,
  path: readonly string[],
): Pair | undefined {
  const key = path.at(-1);
  const [pair, other] = map.items.filter((each) => !isMerge(each.key) && keyOf(each.key, yaml) === key);
  if (other !== undefined) throw writtenTwice(name, path);
  if (pair === undefined && entriesOf(map, yaml).some((entry) => entry.key === key)) {
    throw unclearPlace(name, path, 'it comes from another mapping by a YAML merge');
  }
  return pair;
}

function replaced(
  source: string,
  node: unknown,
  pair: Pair | undefined,
  name: string,
  { path, value }: FieldChange,
): TextEdit {
  if (isAlias(node)) throw unclearPlace(name, path, 'its value is a YAML alias');
  if (isCollection(node)) throw unclearPlace(name, path, 'it holds a list or a mapping');
  if (!isScalar(node) || !node.range) throw unclearPlace(name, path, 'it has no value');
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
    throw unclearPlace(name, path, 'it holds a block of text');
  }
  const [start, end] = node.range;
  const content = literalLike(source.slice(start, end), value, 'yaml');
  if (end > start) return { offset: start, length: end - start, content };
  const keyEnd = isScalar(pair?.key) ? pair.key.range?.[1] : undefined;
  const colon = keyEnd === undefined ? -1 : source.indexOf(':', keyEnd);
  if (colon < 0) throw unclearPlace(name, path, 'it has no value');
  // Behind an anchor, where there is one.
  const at = node.anchor === undefined ? colon + 1 : start;
  return { offset: at, length: 0, content: ` ${content}` };
}
