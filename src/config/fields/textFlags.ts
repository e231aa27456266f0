import type { TextRange } from '../../model/modelSpec';
import { flagKindOf } from './fieldKinds';
import { fieldNumber, isLiteralText } from './fieldNumber';
import { MAX_FIELDS } from './locateFields';
import type { LocatedField } from './locatedField';

/** A flag and its value: in one text, in two entries of a list on one line, or on a line each. */
const flagged =
  /(?<![\w-])(--?[a-z][\w-]{0,60})(?:=|["']?[ \t]{0,20}[,\\]?\s{0,60}(?:-[ \t]{1,20})?["']?)(?!--?[a-z])([^\s"',\]]{1,40})/gi;

/**
 * The fields among the flags of a command that stands as a text or a list inside another format, in `range` of
 * `text`. `isLlamaCpp`: `-c` is the length.
 */
export function textFlags(text: string, range: TextRange, isLlamaCpp: boolean): LocatedField[] {
  const found: LocatedField[] = [];
  const part = text.slice(range.offset, range.offset + range.length);
  for (const match of part.matchAll(flagged)) {
    if (found.length >= MAX_FIELDS) break;
    const [whole, key = '', written = ''] = match;
    const kind = flagKindOf(key, isLlamaCpp);
    if (kind === undefined) continue;
    const offset = range.offset + match.index;
    const valueOffset = offset + whole.length - written.length;
    found.push({
      kind,
      key,
      path: key,
      range: { offset, length: whole.length },
      valueRange: { offset: valueOffset, length: written.length },
      ...fieldNumber(kind, key, written),
      isLiteral: isLiteralText(written),
    });
  }
  return found;
}
