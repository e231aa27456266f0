/** Shortest length that may be asked about, in tokens. */
export const shortestSequence = 1;

/** Longest length that is asked about: beyond it the figures are of no use and the axes of no help. */
export const longestSequence = 2 ** 24;

/**
 * Tokens from what a person types: `4096`, `32k` (32 × 1024), `1m` (1024 × 1024), thousands separators allowed.
 * Returns undefined for anything else, and for lengths below `shortestSequence` or above `longestSequence`.
 */
export function parseSequenceLength(text: string): number | undefined {
  const match = /^(\d+) ?([km]?)$/i.exec(text.trim().replace(/(?<=\d)[,_\s](?=\d{3})/g, ''));
  if (!match) return undefined;
  const scale = { '': 1, k: 1024, m: 1024 * 1024 }[(match[2] ?? '').toLowerCase()];
  const length = Number(match[1]) * (scale ?? Number.NaN);
  return length >= shortestSequence && length <= longestSequence ? length : undefined;
}
