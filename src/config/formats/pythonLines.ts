import { bracketStep, endOfLine, endOfQuoted, isQuote } from './textScan';

/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const NEWLINE = 0x0a;
const COMMENT = 0x23;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * The logical lines of a Python text: those within brackets, within triple quotes or behind a backslash at the
 * line's end belong together.
 */
export function* logicalLines(text: string): Generator<Span> {
  let start = 0;
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isQuote(code)) at = endOfQuoted(text, at);
    else if (code === COMMENT) at = endOfLine(text, at);
    else if (code === BACKSLASH) at += text.startsWith('\r\n', at + 1) ? 3 : 2;
    else {
      if (code === NEWLINE && depth === 0) {
        yield { start, end: at };
        start = at + 1;
      }
      depth = Math.max(0, depth + bracketStep(code));
      at++;
    }
  }
  if (start < text.length) yield { start, end: text.length };
}

/** The arguments of the call whose bracket opens at `open`, blanks around them left out. */
export function callArguments(text: string, open: number): Span[] {
  const found: Span[] = [];
  let start = open + 1;
  let depth = 0;
  let at = open;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isQuote(code)) {
      at = endOfQuoted(text, at);
      continue;
    }
    if (code === COMMENT) {
      const end = endOfLine(text, at);
      // A comment before an argument is none of it.
      if (text.slice(start, at).trim() === '') start = end;
      at = end;
      continue;
    }
    depth += bracketStep(code);
    if (depth === 0 || (depth === 1 && code === COMMA)) {
      found.push(trimmed(text, start, at));
      start = at + 1;
    }
    if (depth === 0) break;
    at++;
  }
  return found.filter(({ start: from, end }) => end > from);
}

function trimmed(text: string, start: number, end: number): Span {
  const written = text.slice(start, end);
  const leading = written.length - written.trimStart().length;
  return { start: start + leading, end: Math.max(start + leading, start + written.trimEnd().length) };
}
