import { findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import type { ConfigValue } from '../../model/configValue';
import type { Entries } from './fieldChange';
import { plainGaps } from './rewrittenList';
import type { TextEdit } from './textEdit';
import { commentsInList } from './unclearPlace';

/**
 * The edits that write a list, or a key with the objects that lead to it, into `text`, an object in JSON whose keys on
 * the way are clear. Throws ConfigError for a list whose comments would not survive another length.
 */
export function jsonConfigEdits(
  text: string,
  path: readonly string[],
  value: ConfigValue,
  name: string,
): TextEdit[] {
  // A byte order mark is no white space to the parser; a blank keeps the offsets.
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const entries = typeof value === 'object' ? entryEdits(source, path, value, name) : undefined;
  if (entries !== undefined) return entries;
  const formattingOptions = detectFormatting(source);
  return modify(source, [...path], value, formattingOptions ? { formattingOptions } : {});
}

/**
 * Edits of the entries that differ, so that comments and line breaks inside the list stay; undefined where
 * the config has no list of that length.
 */
function entryEdits(
  text: string,
  path: readonly string[],
  values: Entries,
  name: string,
): TextEdit[] | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const list = root && findNodeAtLocation(root, [...path]);
  if (list?.type !== 'array') return undefined;
  const { offset: start, length: listLength, children = [] } = list;
  if (children.length !== values.length) {
    const entries = children.map(({ offset, length }) => [offset, offset + length] as const);
    if (plainGaps(text, { span: [start, start + listLength], entries }) !== undefined) return undefined;
    throw commentsInList(name, path, values.length);
  }
  return children.flatMap(({ value, offset, length }, index) => {
    const wanted = values[index];
    return value === wanted ? [] : [{ offset, length, content: JSON.stringify(wanted) }];
  });
}

/** Indentation of the first indented key and line ending; undefined for a config on one line. */
function detectFormatting(text: string): { insertSpaces: boolean; tabSize: number; eol: string } | undefined {
  const indent = /\r?\n([ \t]+)["/]/.exec(text)?.[1];
  if (indent === undefined && !text.trim().includes('\n')) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (indent?.startsWith('\t') === true) return { insertSpaces: false, tabSize: 4, eol };
  return { insertSpaces: true, tabSize: indent?.length ?? 2, eol };
}
