import * as l10n from '@vscode/l10n';
import type { AST } from 'toml-eslint-parser';
import { guardText } from '../formats/textGuard';
import { keyParts, parseToml } from '../formats/tomlParse';
import { siblingIn, type FieldChange } from './fieldChange';
import { literalLike } from './literalText';
import type { TextEdit } from './textEdit';
import { indentBefore, lineBreak, linesAfter } from './textLines';
import { tomlListEdits, tomlStyle, tomlText, type TomlStyle } from './tomlList';
import { holdsCollection, noMapping, unclearPlace } from './unclearPlace';

interface Written {
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
  /** Keys of the table that it is written in; the rest of the path is its dotted key. */
  readonly table: readonly string[];
  /** The inline table that it is written in. */
  readonly inline?: AST.TOMLInlineTable;
}

interface TomlText {
  readonly source: string;
  readonly entries: readonly Written[];
  /** Plain tables with a header. */
  readonly headers: readonly { readonly path: readonly string[]; readonly node: AST.TOMLTable }[];
  /** Keys that lead to lists of tables. */
  readonly lists: readonly (readonly string[])[];
  readonly style: TomlStyle;
}

/** Sets a key in TOML; a table that is missing is written at the end. Throws ConfigError where the place is not clear. */
export function tomlEdits(text: string, name: string, change: FieldChange): TextEdit[] {
  const { path, value } = change;
  const toml = readEntries(text, name);
  if (toml.lists.some((list) => isSame(path.slice(0, list.length), list))) {
    throw unclearPlace(name, path, l10n.t('it is in a list of tables'));
  }
  const { source, style } = toml;
  const found = toml.entries.find((entry) => isSame(entry.path, path))?.node.value;
  if (found === undefined) return inserted(toml, name, change);
  if (typeof value === 'object' && found.type === 'TOMLArray') {
    return tomlListEdits(source, found, name, path, value, style);
  }
  if (found.type !== 'TOMLValue') throw holdsCollection(name, path);
  const [start, end] = found.range;
  const content =
    typeof value === 'object'
      ? tomlText(value, style)
      : literalLike(source.slice(start, end), value, 'toml', style.quote);
  return [{ offset: start, length: end - start, content }];
}

/** Entries of plain tables, and of inline tables in them; those of lists of tables have no path. */
function readEntries(source: string, name: string): TomlText {
  const entries: Written[] = [];
  const headers: { path: readonly string[]; node: AST.TOMLTable }[] = [];
  const lists: string[][] = [];
  const add = (node: AST.TOMLKeyValue, table: readonly string[], inline?: AST.TOMLInlineTable): void => {
    const path = [...table, ...keyParts(node.key)];
    entries.push({ path, node, table, ...(inline && { inline }) });
    if (node.value.type !== 'TOMLInlineTable') return;
    for (const inner of node.value.body) add(inner, path, node.value);
  };
  for (const node of parseToml(guardText(source, name), name)) {
    if (node.type === 'TOMLKeyValue') {
      add(node, []);
      continue;
    }
    const path = node.resolvedKey.filter((key) => typeof key === 'string');
    if (path.length !== node.resolvedKey.length) {
      lists.push(path);
      continue;
    }
    headers.push({ path, node });
    for (const entry of node.body) add(entry, path);
  }
  const style = tomlStyle(
    source,
    entries.map(({ node }) => node),
  );
  return { source, entries, headers, lists, style };
}

function inserted(toml: TomlText, name: string, change: FieldChange): TextEdit[] {
  const { path, value, near } = change;
  const { source, entries, headers, style } = toml;
  const prefix = path.slice(0, -1);
  const key = path.at(-1);
  if (key === undefined) throw unclearPlace(name, path, l10n.t('no key is named'));
  const inWay = entries.find(
    (entry) =>
      entry.node.value.type !== 'TOMLInlineTable' && isSame(entry.path, path.slice(0, entry.path.length)),
  );
  if (inWay !== undefined) throw noMapping(name, path, inWay.path.at(-1) ?? '');
  const siblings = entries.filter((entry) => isSame(entry.path.slice(0, -1), prefix));
  const sibling = siblingIn(prefix, near);
  const beside = siblings.find((entry) => entry.path.at(-1) === sibling) ?? siblings.at(-1);
  const written = tomlText(value, style);
  if (beside !== undefined) {
    const [start, end] = beside.node.range;
    const entry = `${tomlKey(path.slice(beside.table.length))} = ${written}`;
    if (beside.inline) return [{ offset: end, length: 0, content: `, ${entry}` }];
    return [linesAfter(source, end, [`${indentBefore(source, start) ?? ''}${entry}`])];
  }
  const header = headers.find((each) => isSame(each.path, prefix));
  const entry = `${tomlKey([key])} = ${written}`;
  if (header !== undefined) {
    const indent = indentBefore(source, header.node.range[0]) ?? '';
    return [linesAfter(source, header.node.key.range[1], [`${indent}${entry}`])];
  }
  const inline = entries.find((each) => isSame(each.path, prefix))?.node.value;
  if (inline?.type === 'TOMLInlineTable') return insertInEmpty(inline, entry);
  const eol = lineBreak(source);
  // Before the first table; the root has no other place.
  const start = source.startsWith('\uFEFF') ? 1 : 0;
  if (prefix.length === 0) return [{ offset: start, length: 0, content: `${entry}${eol}${eol}` }];
  const gap = source.endsWith('\n') ? eol : `${eol}${eol}`;
  const table = `[${tomlKey(prefix)}]${eol}${entry}${eol}`;
  return [{ offset: source.length, length: 0, content: `${gap}${table}` }];
}

function insertInEmpty({ range }: AST.TOMLInlineTable, entry: string): TextEdit[] {
  return [{ offset: range[0] + 1, length: 0, content: ` ${entry} ` }];
}

function tomlKey(keys: readonly string[]): string {
  return keys.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join('.');
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
