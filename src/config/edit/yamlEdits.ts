import * as l10n from '@vscode/l10n';
import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { ConfigError } from '../configError';
import { guardText } from '../formats/textGuard';
import { splitLong } from '../formats/yamlBlocks';
import { entriesOf, isMerge, keyOf } from '../formats/yamlEntries';
import { parseYaml, type ParsedYaml } from '../formats/yamlParse';
import type { FieldChange } from './fieldChange';
import { literalLike } from './literalText';
import type { Span } from './rewrittenList';
import type { TextEdit } from './textEdit';
import { holdsCollection, noMapping, unclearPlace, writtenTwice } from './unclearPlace';
import { insertInMap, insertTopLevel } from './yamlInsertion';
import { listEdits, listInPlace } from './yamlList';
import { yamlStyle } from './yamlStyle';

/** Sets a key in YAML. Throws ConfigError where the place is not clear, and for texts of several documents. */
export function yamlEdits(text: string, name: string, change: FieldChange): TextEdit[] {
  guardText(text, name);
  refuseSeveral(text, name, change);
  const blocks = splitLong(text);
  // The parser knows byte order marks: one takes no column.
  if (blocks === undefined) return editsIn(text, 0, name, change);
  const [block, other] = blocks.filter(({ key }) => key === change.path[0]);
  if (other !== undefined) throw writtenTwice(name, change.path.slice(0, 1));
  if (block === undefined) return insertTopLevel(text, blocks, change);
  return editsIn(text.slice(block.offset, block.end), block.offset, name, change);
}

/** Anything before the one marker must be comments and directives, and nothing else may follow the end. */
function refuseSeveral(source: string, name: string, { path }: FieldChange): void {
  const ended = source.replace(/(?:^|\n)\.\.\.\s*$/, '\n');
  const markers = [...ended.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)];
  const [first] = markers;
  if (first === undefined) return;
  const isLeading = /^\uFEFF?(?:\s|#[^\n]*(?:\n|$)|%[^\n]*(?:\n|$))*$/.test(ended.slice(0, first.index));
  if (markers.length > 1 || !isLeading || first[0] === '...') {
    throw unclearPlace(
      name,
      path,
      l10n.t('the file holds several YAML documents'),
      l10n.t('Keep the one with the model, and put the others into files of their own.'),
    );
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
  let isInBraces = false;
  for (const [index, key] of path.entries()) {
    if (isAlias(node)) throw behindAlias(name, path, path.slice(0, index));
    if (isSeq(node)) {
      pair = undefined;
      node = /^\d+$/.test(key) ? node.items[Number(key)] : undefined;
      if (node === undefined) throw unclearPlace(name, path, l10n.t('the list has no such entry'));
      continue;
    }
    if (!isMap(node)) throw noMapping(name, path, path[index - 1] ?? '');
    isInBraces = node.flow === true;
    pair = writtenPair(node, yaml, name, path.slice(0, index + 1));
    if (pair === undefined) return insertInMap(source, node, yaml, change, index, name);
    node = pair.value;
  }
  return replaced({ source, yaml, name, node, pair, isInBraces }, change);
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
    throw unclearPlace(
      name,
      path,
      l10n.t('it comes from another mapping by a YAML merge'),
      l10n.t('Write the key into the mapping itself, or change it where it comes from.'),
    );
  }
  return pair;
}

/** Where the value of a key stands that the file has. */
interface Found {
  readonly source: string;
  readonly yaml: ParsedYaml;
  readonly name: string;
  readonly node: unknown;
  /** Absent for an entry of a list. */
  readonly pair: Pair | undefined;
  readonly isInBraces: boolean;
}

function replaced(found: Found, change: FieldChange): TextEdit[] {
  const { path, value } = change;
  const { source, yaml, name, node, pair, isInBraces } = found;
  if (isAlias(node)) {
    throw unclearPlace(
      name,
      path,
      l10n.t('its value is a YAML alias'),
      l10n.t('Write the value itself in place of the alias.'),
    );
  }
  if (typeof value === 'object') {
    const list = { source, yaml, name, path, entries: value };
    if (isSeq(node)) return listEdits(node, list);
    return listInPlace(isInBraces ? undefined : pair, literalSpan(found, change), list);
  }
  const [start, end] = literalSpan(found, change);
  // A number or null says nothing about the quotes of texts.
  const quote = isScalar(node) && typeof node.value !== 'string' ? yamlStyle(source, yaml).quote : '';
  const content = literalLike(source.slice(start, end), value, 'yaml', quote);
  return [{ offset: start, length: end - start, content: end > start ? content : ` ${content}` }];
}

/** Where the literal is, or where one would be written. */
function literalSpan({ source, name, node, pair }: Found, { path, value }: FieldChange): Span {
  if (isCollection(node)) throw holdsCollection(name, path);
  const nothing = l10n.t('it has no value');
  if (!isScalar(node) || !node.range) throw unclearPlace(name, path, nothing);
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
    throw unclearPlace(name, path, l10n.t('it holds a block of text'));
  }
  const isOtherKind = typeof value === 'object' || typeof value !== typeof node.value;
  if (node.tag !== undefined && isOtherKind) {
    throw unclearPlace(
      name,
      path,
      l10n.t('its value has a YAML tag of another kind'),
      l10n.t('Remove the tag.'),
    );
  }
  const [start, end] = node.range;
  if (end > start) return [start, end];
  const keyEnd = isScalar(pair?.key) ? pair.key.range?.[1] : undefined;
  const colon = keyEnd === undefined ? -1 : source.indexOf(':', keyEnd);
  if (colon < 0) throw unclearPlace(name, path, nothing);
  // Behind an anchor, where there is one.
  const at = node.anchor === undefined ? colon + 1 : start;
  return [at, at];
}

function behindAlias(name: string, path: readonly string[], alias: readonly string[]): ConfigError {
  return unclearPlace(
    name,
    path,
    l10n.t('it stands behind a YAML alias'),
    l10n.t('Write the mapping itself at "{0}" in place of the alias.', alias.join('.').slice(0, 100)),
  );
}
