import type { AST } from 'toml-eslint-parser';
import type { TextEdit } from '../editConfig';
import { guardText } from '../formats/textGuard';
import { keyParts, parseToml } from '../formats/tomlParse';
import { siblingIn, type FieldChange } from './fieldChange';
import { literalLike, literalText } from './literalText';
import { indentBefore, lineBreak, linesAfter } from './textLines';
import { unclearPlace } from './unclearPlace';

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
}

/** Sets a key in TOML; a table that is missing is written at the end. Throws ConfigError where the place is not clear. */
export function tomlEdits(text: string, name: string, change: FieldChange): TextEdit[] {
  const { path, value } = change;
  const toml = readEntries(guardText(text, name), name);
  const found = toml.entries.find((entry) => isSame(entry.path, path));
  if (found === undefined) return inserted(toml, name, change);
  const { range, type } = found.node.value;
  if (type === 'TOMLInlineTable' || type === 'TOMLArray') {
    throw unclearPlace(name, path, 'it holds a list or a table');
  }
  const [start, end] = range;
  return [
    { offset: start, length: end - start, content: literalLike(text.slice(start, end), value, 'toml') },
  ];
}

/** Entries of plain tables, and of inline tables in them; those of lists of tables have no path. */
function readEntries(source: string, name: string): TomlText {
  const entries: Written[] = [];
  const headers: { path: readonly string[]; node: AST.TOMLTable }[] = [];
  const add = (node: AST.TOMLKeyValue, table: readonly string[], inline?: AST.TOMLInlineTable): void => {
    const path = [...table, ...keyParts(node.key)];
    entries.push({ path, node, table, ...(inline && { inline }) });
    if (node.value.type !== 'TOMLInlineTable') return;
    for (const inner of node.value.body) add(inner, path, node.value);
  };
  for (const node of parseToml(source, name)) {
    if (node.type === 'TOMLKeyValue') {
      add(node, []);
      continue;
    }
    const path = node.resolvedKey.filter((key) => typeof key === 'string');
    if (path.length !== node.resolvedKey.length) continue;
    headers.push({ path, node });
    for (const entry of node.body) add(entry, path);
  }
  return { source, entries, headers };
}

function inserted(toml: TomlText, name: string, change: FieldChange): TextEdit[] {
  const { path, value, near } = change;
  const { source, entries, headers } = toml;
  const prefix = path.slice(0, -1);
  const key = path.at(-1);
  if (key === undefined) throw unclearPlace(name, path, 'no key is named');
  const siblings = entries.filter((entry) => isSame(entry.path.slice(0, -1), prefix));
  const sibling = siblingIn(prefix, near);
  const beside = siblings.find((entry) => entry.path.at(-1) === sibling) ?? siblings.at(-1);
  const written = literalText(value, 'toml');
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
  if (prefix.length === 0) return [{ offset: 0, length: 0, content: `${entry}${eol}${eol}` }];
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
