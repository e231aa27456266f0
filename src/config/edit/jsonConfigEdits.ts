import * as l10n from '@vscode/l10n';
import { applyEdits as applyTextEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import type { ConfigEdit } from '../../attention/mechanism';
import { ConfigError } from '../configError';
import { readJson } from '../formats/json';
import { joinedEdits, type TextEdit } from './textEdit';

/**
 * The text edits that set the keys of `edits` in JSON, with its comments, order and indentation kept. They do not
 * overlap and refer to `text` as it is; nothing to change gives no edits. Throws ConfigError where `text` is not an
 * object in JSON or a key to set is written more than once.
 */
export function jsonConfigEdits(text: string, edits: readonly ConfigEdit[], name: string): TextEdit[] {
  const { duplicates } = readJson(text, name);
  for (const { path } of edits) rejectDuplicate(path, duplicates, name);
  // A byte order mark is no white space to the parser; a blank keeps the offsets.
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const result = edits.reduce((current, edit) => applyTextEdits(current, editsFor(current, edit)), source);
  if (result === source) return [];
  return joinedEdits(
    source,
    edits.flatMap((edit) => editsFor(source, edit)),
    result,
  );
}

function editsFor(text: string, { path, value }: ConfigEdit): TextEdit[] {
  const entries = typeof value === 'object' ? entryEdits(text, path, value) : undefined;
  if (entries !== undefined) return entries;
  const formattingOptions = detectFormatting(text);
  return modify(text, [...path], value, formattingOptions ? { formattingOptions } : {});
}

/**
 * Edits of the entries that differ, so that comments and line breaks inside the list stay; undefined where
 * the config has no list of that length.
 */
function entryEdits(
  text: string,
  path: ConfigEdit['path'],
  values: readonly (number | string)[],
): TextEdit[] | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const list = root && findNodeAtLocation(root, [...path]);
  if (list?.type !== 'array' || list.children?.length !== values.length) return undefined;
  return list.children.flatMap(({ value, offset, length }, index) => {
    const wanted = values[index];
    return value === wanted ? [] : [{ offset, length, content: JSON.stringify(wanted) }];
  });
}

function rejectDuplicate(path: ConfigEdit['path'], duplicates: readonly string[], file: string): void {
  const key = path[0];
  if (typeof key !== 'string' || !duplicates.includes(key)) return;
  throw new ConfigError({
    file,
    key,
    problem: l10n.t('"{0}" is written more than once, so it is not clear which one to change.', key),
    mend: l10n.t('Remove all but one.'),
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
