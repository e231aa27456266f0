import type { TextEdit } from './textEdit';

/** From where to where something stands in a text. */
export type Span = readonly [start: number, end: number];

/** A list as it is written. */
export interface WrittenList {
  /** With its brackets; of a list by lines from its first hyphen to the end of its last entry. */
  readonly span: Span;
  readonly entries: readonly Span[];
}

/**
 * The edit that gives a list other entries, `texts` as they are written, with the line breaks and blanks between
 * those that it has, or `between` where it has no two. Undefined where something else stands between them, such as a
 * comment: it would be lost.
 */
export function rewrittenList(
  source: string,
  list: WrittenList,
  texts: readonly string[],
  between: string,
): TextEdit | undefined {
  const gaps = plainGaps(source, list);
  if (gaps === undefined) return undefined;
  const [start, end] = list.span;
  // The one gap of an empty list has both brackets.
  const isEmpty = list.entries.length === 0;
  const opening = isEmpty ? '[' : (gaps[0] ?? '');
  const closing = isEmpty ? ']' : (gaps.at(-1) ?? '');
  const separator = (list.entries.length > 1 ? gaps[1] : undefined) ?? between;
  return { offset: start, length: end - start, content: `${opening}${texts.join(separator)}${closing}` };
}

/**
 * What stands before, between and behind the entries of a list; undefined where it is more than brackets, commas,
 * hyphens, blanks and line breaks.
 */
export function plainGaps(
  source: string,
  { span: [start, end], entries }: WrittenList,
): string[] | undefined {
  const gaps = [...entries, undefined].map((entry, index) =>
    source.slice(entries[index - 1]?.[1] ?? start, entry?.[0] ?? end),
  );
  return gaps.every((gap) => /^[\s[\],-]*$/.test(gap)) ? gaps : undefined;
}
