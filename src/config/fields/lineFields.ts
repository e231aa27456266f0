import type { TextRange } from '../../model/modelSpec';
import { fieldKindOf, isAmbiguous } from './fieldKinds';
import { fieldNumber, isLiteralText } from './fieldNumber';
import { MAX_FIELDS } from './locateFields';
import type { LocatedField } from './locatedField';

/** `key: value`, `"key": value` or `key = value`, in a line of its own or after a comma or a brace. */
const entry = /(?:^|[\s,{])(["']?)([A-Za-z_][\w-]{2,60})\1[ \t]{0,20}[:=][ \t]{0,20}([^\s,}\]#]{0,60})/gm;

/** Characters that are searched: the text is wrong, and soon another. */
const MAX_TEXT = 500_000;

/** Characters of a line before a field where a comment is looked for. */
const MAX_LINE = 300;

/**
 * The fields of a text that no parser takes, as while a value is typed, or of a part of it whose places no parser
 * keeps, by their lines alone. What needs the nest around it to be told is left out; a path is the key.
 */
export function lineFields(text: string, part: TextRange = { offset: 0, length: MAX_TEXT }): LocatedField[] {
  const found: LocatedField[] = [];
  const searched = text.slice(part.offset, part.offset + Math.min(part.length, MAX_TEXT));
  for (const match of searched.matchAll(entry)) {
    if (found.length >= MAX_FIELDS) break;
    const [whole, , key = '', written = ''] = match;
    const kind = fieldKindOf(key);
    if (kind === undefined || isAmbiguous(key) || isComment(searched, match.index)) continue;
    const offset = part.offset + match.index + whole.search(/["'A-Za-z_]/);
    const end = part.offset + match.index + whole.length;
    const valueOffset = end - written.length;
    const number =
      written === '' ? { state: 'unreadable' as const } : fieldNumber(kind, key, withoutQuotes(written));
    found.push({
      kind,
      key,
      path: key,
      range: { offset, length: end - offset },
      valueRange: { offset: valueOffset, length: written.length },
      ...number,
      isLiteral: isLiteralText(written),
    });
  }
  return found;
}

/** A text without the quotes around it, where it has any. */
export function withoutQuotes(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

/** Whether a comment begins in the line before `offset`. */
function isComment(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - MAX_LINE), offset);
  return /(?:^|\s)(?:#|\/\/)/.test(before.slice(before.lastIndexOf('\n') + 1));
}
