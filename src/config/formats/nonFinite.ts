import { createScanner } from 'jsonc-parser';

export interface MaskedText {
  /** The text with each such word replaced by a number of the same length. */
  readonly text: string;
  /** What the words mean, by the offsets where the numbers stand. */
  readonly values: ReadonlyMap<number, number>;
}

/** `SyntaxKind.Unknown` and `SyntaxKind.EOF`, which exist for the compiler only. */
const UNKNOWN = 16;
const END = 17;

const words: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
]);

/**
 * Replaces the words that Python's json module writes for numbers that JSON has not, `NaN`, `Infinity` and
 * `-Infinity`, by zeros, so that offsets stay as they are.
 */
export function maskNonFinite(text: string): MaskedText {
  const values = new Map<number, number>();
  // Most configs have none, and looking for the words is far faster than for the tokens.
  if (!text.includes('NaN') && !text.includes('Infinity')) return { text, values };
  const scanner = createScanner(text, true);
  const parts: string[] = [];
  let copied = 0;
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const value = kind === UNKNOWN ? words.get(scanner.getTokenValue()) : undefined;
    if (value === undefined) continue;
    const offset = scanner.getTokenOffset();
    const isNegative = text[offset - 1] === '-';
    // What is not written by Python stays, and is refused.
    if (isNegative && Number.isNaN(value)) continue;
    const start = isNegative ? offset - 1 : offset;
    // A word right after a number or a sign is no value of its own.
    if (/[-+.\w]/.test(text[start - 1] ?? '')) continue;
    const end = offset + scanner.getTokenLength();
    values.set(start, isNegative ? -value : value);
    parts.push(text.slice(copied, start), '0.'.padEnd(end - start, '0'));
    copied = end;
  }
  return { text: parts.join('') + text.slice(copied), values };
}
