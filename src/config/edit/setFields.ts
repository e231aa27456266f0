import { withEdits, type TextEdit } from '../editConfig';
import type { FieldChange } from './fieldChange';
import { setField } from './setField';

/**
 * As `setField`, for several keys, each change made on what the one before it leaves. One edit spans what two or more
 * change. Throws ConfigError as `setField` does.
 */
export function setFields(text: string, name: string, changes: readonly FieldChange[]): TextEdit[] {
  const [first, ...others] = changes;
  if (first === undefined) return [];
  const edits = setField(text, name, first.path, first.value, first.near);
  if (others.length === 0) return edits;
  const result = others.reduce(
    (current, { path, value, near }) => withEdits(current, setField(current, name, path, value, near)),
    withEdits(text, edits),
  );
  return result === text ? [] : [spanningEdit(text, result)];
}

/** The shortest single replacement that turns `before` into `after`. */
function spanningEdit(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return {
    offset: start,
    length: before.length - start - tail,
    content: after.slice(start, after.length - tail),
  };
}
