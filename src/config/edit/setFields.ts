import { spanningEdit, withEdits, type TextEdit } from '../editConfig';
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
