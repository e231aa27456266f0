import { applyEdits as applyTextEdits } from 'jsonc-parser';

/** A replacement of `length` UTF-16 units at `offset` of the document by `content`. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** `text` with the edits made. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  return applyTextEdits(text, [...edits]);
}

/**
 * Edits of `text` that give `result`: `separate`, computed one by one, where that is what they do together. They may
 * touch (two keys inserted at one place) or build on each other; then one edit spans them all.
 */
export function joinedEdits(text: string, separate: readonly TextEdit[], result: string): TextEdit[] {
  if (result === text) return [];
  if (areApart(separate) && withEdits(text, separate) === result) return [...separate];
  return [spanningEdit(text, result)];
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

function areApart(edits: readonly TextEdit[]): boolean {
  const sorted = [...edits].sort((a, b) => a.offset - b.offset);
  return sorted.every((edit, index) => {
    const next = sorted[index + 1];
    return next === undefined || edit.offset + edit.length < next.offset;
  });
}
