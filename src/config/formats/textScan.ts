const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;

/** Where the comment at `offset` ends: at its line's end. */
export function endOfLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : found;
}

/**
 * The offset behind the text in quotes, single or triple, that begins at `offset`, as Python and TOML write them. One
 * without an end ends with its line, and with the whole text where its quotes are triple.
 */
export function endOfQuoted(text: string, offset: number): number {
  const quote = text.charAt(offset);
  const isTriple = text.startsWith(quote.repeat(3), offset);
  const closing = isTriple ? quote.repeat(3) : quote;
  let at = offset + closing.length;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE && !isTriple) return at;
    if (code === BACKSLASH) at += 2;
    else if (text.startsWith(closing, at)) return at + closing.length;
    else at++;
  }
  return text.length;
}

export function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27;
}

/** 1 for an opening bracket of any kind, -1 for a closing one, 0 for anything else. */
export function bracketStep(code: number): -1 | 0 | 1 {
  if (code === 0x28 || code === 0x5b || code === 0x7b) return 1;
  return code === 0x29 || code === 0x5d || code === 0x7d ? -1 : 0;
}
