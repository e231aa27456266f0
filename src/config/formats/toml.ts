import type { AST } from 'toml-eslint-parser';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { once } from './once';
import { guardText } from './textGuard';
import { keyParts, parseToml } from './tomlParse';

/**
 * Reads a TOML text with the place of each key: tables, dotted keys, inline tables; a list of tables is a list.
 * Dates are texts. Throws ConfigError for text that is no TOML.
 */
export function readToml(text: string, file: string): ConfigDocument {
  const source = guardText(text, file);
  const root: Table = new Map();
  for (const node of parseToml(source, file)) {
    if (node.type === 'TOMLKeyValue') {
      add(root, node);
      continue;
    }
    const keys = node.resolvedKey.filter((key) => typeof key === 'string');
    const table = openTable(root, keys, node.kind === 'array', node);
    for (const entry of node.body) add(table, entry);
  }
  return { format: 'toml', fields: fieldsOf(root, '', source), duplicates: [] };
}

type Table = Map<string, Entry>;

type Entry =
  | { readonly kind: 'table'; readonly table: Table; readonly node: AST.TOMLNode }
  | { readonly kind: 'list'; readonly tables: Table[]; readonly node: AST.TOMLNode }
  | { readonly kind: 'value'; readonly node: AST.TOMLKeyValue };

/** The table under `keys`, made where it is not there yet; of a list of tables the last, or a new one. */
function openTable(root: Table, keys: readonly string[], isNew: boolean, node: AST.TOMLNode): Table {
  let table = root;
  for (const [index, key] of keys.entries()) {
    const known = table.get(key);
    if (isNew && index === keys.length - 1) {
      const tables = known?.kind === 'list' ? known.tables : [];
      const added: Table = new Map();
      tables.push(added);
      table.set(key, { kind: 'list', tables, node: known?.node ?? node });
      return added;
    }
    if (known?.kind === 'table') table = known.table;
    else if (known?.kind === 'list') table = known.tables.at(-1) ?? new Map<string, Entry>();
    else {
      const added: Table = new Map();
      table.set(key, { kind: 'table', table: added, node });
      table = added;
    }
  }
  return table;
}

function add(table: Table, node: AST.TOMLKeyValue): void {
  const keys = keyParts(node.key);
  const last = keys.pop();
  if (last !== undefined) openTable(table, keys, false, node).set(last, { kind: 'value', node });
}

function fieldsOf(table: Table, prefix: string, source: string): ConfigFields {
  return new Map(
    [...table].map(([key, entry]): [string, ConfigField] => [key, fieldOf(key, prefix + key, entry, source)]),
  );
}

function fieldOf(key: string, path: string, entry: Entry, source: string): ConfigField {
  const [start, end] = entry.node.range;
  const range = { offset: start, length: end - start };
  return {
    key,
    path,
    range,
    valueRange: entry.kind === 'value' ? rangeOf(entry.node.value) : range,
    value: once(() => plainEntry(entry, source)),
    children: once(() => {
      const table = tableOf(entry);
      return table === undefined ? new Map<string, ConfigField>() : fieldsOf(table, `${path}.`, source);
    }),
  };
}

function tableOf(entry: Entry): Table | undefined {
  if (entry.kind === 'table') return entry.table;
  const inline = entry.kind === 'value' ? entry.node.value : undefined;
  return inline?.type === 'TOMLInlineTable' ? inlineTable(inline) : undefined;
}

function rangeOf({ range: [start, end] }: AST.TOMLNode): { offset: number; length: number } {
  return { offset: start, length: end - start };
}

function inlineTable(node: AST.TOMLInlineTable): Table {
  const table: Table = new Map();
  for (const entry of node.body) add(table, entry);
  return table;
}

function plainEntry(entry: Entry, source: string): unknown {
  if (entry.kind === 'table') return plainTable(entry.table, source);
  if (entry.kind === 'list') return entry.tables.map((table) => plainTable(table, source));
  return plainValue(entry.node.value, source);
}

function plainTable(table: Table, source: string): Record<string, unknown> {
  return Object.fromEntries([...table].map(([key, entry]) => [key, plainEntry(entry, source)]));
}

function plainValue(node: AST.TOMLContentNode, source: string): unknown {
  if (node.type === 'TOMLArray') return node.elements.map((element) => plainValue(element, source));
  if (node.type === 'TOMLInlineTable') return plainTable(inlineTable(node), source);
  return node.value instanceof Date ? source.slice(...node.range) : node.value;
}
