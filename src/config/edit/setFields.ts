import type { FieldChange } from './fieldChange';
import { setField } from './setField';
import { joinedEdits, withEdits, type TextEdit } from './textEdit';

/**
 * As `setField`, for several keys, each change made on what the one before it leaves. One edit spans what two or more
 * change at one place. Throws ConfigError as `setField` does.
 */
export function setFields(text: string, name: string, changes: readonly FieldChange[]): TextEdit[] {
  const [first, ...others] = changes;
  if (first === undefined) return [];
  const edits = editsOf(text, name, first);
  if (others.length === 0) return edits;
  const result = others.reduce(
    (current, change) => withEdits(current, editsOf(current, name, change)),
    withEdits(text, edits),
  );
  const separate = others.flatMap((change) => editsOf(text, name, change));
  return joinedEdits(text, [...edits, ...separate], result);
}

function editsOf(text: string, name: string, { path, value, near }: FieldChange): TextEdit[] {
  return setField(text, name, path, value, near);
}
