import assert from 'node:assert/strict';

/** What a figure that went wrong looks like once it is text. */
const broken = /\bNaN\b|\bundefined\b|\bnull\b|Infinity|\[object|\{\d\}/;

/** Fails when `text` has a broken figure, with the words around it. */
export function assertNoBrokenFigures(text: string): void {
  const match = broken.exec(text);
  assert.equal(match, null, match ? text.slice(Math.max(0, match.index - 80), match.index + 80) : '');
}

/** Every measured or projected time in `text`, as written: `1.23 ms`, `456 µs`. */
export function timesIn(text: string): string[] {
  return text.match(/\d[\d.,]*\s(?:ns|µs|ms|s)\b/g) ?? [];
}
