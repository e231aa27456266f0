import { figureKeys, type FigureKey } from './figureKeys';

/** The figure that a text names, or the nearest names where it names none. */
export type ParsedFigureKey =
  | { readonly kind: 'figure'; readonly key: FigureKey }
  | { readonly kind: 'unknown'; readonly nearest: readonly FigureKey[] };

const MOST_SUGGESTIONS = 3;

/** A longer text is no slip of the pen; comparing it would cost time. */
const LONGEST_TEXT = 100;

/**
 * `memory.kvCache`, in any case, or the end of one key alone (`kvCache`). Anything else gets the three keys that
 * need the fewest edits.
 */
export function parseFigureKey(text: string): ParsedFigureKey {
  const asked = text.trim().slice(0, LONGEST_TEXT).toLowerCase();
  const keys = figureKeys.map(({ key }) => key);
  const exact = keys.find((key) => key.toLowerCase() === asked);
  if (exact !== undefined) return { kind: 'figure', key: exact };
  const ending = keys.filter((key) => key.toLowerCase().endsWith(`.${asked}`));
  const [only] = ending;
  if (only !== undefined && ending.length === 1) return { kind: 'figure', key: only };
  if (ending.length > 0) return { kind: 'unknown', nearest: ending.slice(0, MOST_SUGGESTIONS) };
  const ranked = keys
    .map((key) => ({ key, edits: editsTo(asked, key.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits);
  return { kind: 'unknown', nearest: ranked.slice(0, MOST_SUGGESTIONS).map(({ key }) => key) };
}

/** Edits to the whole key or to its last name, whichever is nearer. */
function editsTo(asked: string, key: string): number {
  const last = key.slice(key.lastIndexOf('.') + 1);
  return Math.min(editDistance(asked, key), editDistance(asked, last));
}

/** Insertions, deletions and replacements of characters (Wagner & Fischer 1974). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
