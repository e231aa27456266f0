import type { TextRange } from '../../model/modelSpec';
import { endOfLine } from '../formats/textScan';

/** A word of a command as the shell would pass it, and where it is written. */
export interface CommandWord {
  readonly text: string;
  /** Without its quotes; of a word that a variable stands for, where the variable is set. */
  readonly range: TextRange;
  /** It is written as it is passed, so that another can be written in its place. */
  readonly isLiteral: boolean;
}

export type Command = readonly CommandWord[];

/** Characters that are read: a script has some thousands. */
const MAX_TEXT = 500_000;

/** Words that are read of one text, those behind variables included. */
const MAX_WORDS = 20_000;

/** Variables in variables that are followed. */
const MAX_DEPTH = 4;

/** Longest text of a variable; a longer one is data. */
const MAX_VALUE = 10_000;

/** Longest `${NAME:-value}`. */
const MAX_BRACES = 300;

const assignment = /^(?:Environment=)?["']?([A-Za-z_]\w*)(\[\])?\+?=/;
/** What may stand before an assignment: the shell's words, and a Dockerfile's. */
const assigners = new Set(['export', 'declare', 'local', 'readonly', 'set', 'ENV', 'ARG']);
const wholeVariable = /^\$(?:\{([A-Za-z_]\w*)(?:\[[@*]\])?\}|([A-Za-z_]\w*))$/;
/** Variables of one word that are put in, and the longest text of one: texts that repeat each other double at every step. */
const MAX_VARIABLES = 8;
const MAX_TEXT_PUT_IN = 500;

const variable = /\$(?:\{([A-Za-z_]\w*)(?::?-([^}$]*))?\}|([A-Za-z_]\w*))/g;

/**
 * The commands of a shell script, a Dockerfile or a unit of systemd, without running anything: comments left out, lines
 * that continue put together, quotes taken off, variables that the text sets to plain words put in.
 */
export function commandsOf(text: string): Command[] {
  const reader = new CommandReader();
  let commands = 0;
  const result: Command[] = [];
  for (const raw of rawCommands(text.slice(0, MAX_TEXT))) {
    if (++commands > MAX_WORDS || reader.words > MAX_WORDS) break;
    const command = reader.read(raw);
    if (command.length > 0) result.push(command);
  }
  return result;
}

interface RawWord {
  readonly offset: number;
  readonly end: number;
  readonly written: string;
}

/** Puts variables in, and takes in those that a command sets. */
class CommandReader {
  public words = 0;
  private readonly variables = new Map<string, Command>();

  public read(raw: readonly RawWord[]): Command {
    const first = raw[0];
    if (first === undefined) return [];
    const isAssigner = assigners.has(first.written);
    if (isAssigner && raw.length === 3 && !raw.some(({ written }) => written.includes('='))) {
      this.assignPair(raw);
      return [];
    }
    const rest = isAssigner ? raw.slice(1) : raw;
    let at = 0;
    for (let word = rest[at]; word !== undefined && this.assign(word); word = rest[at]) at++;
    return rest.slice(at).flatMap((word) => this.expanded(word, 0));
  }

  /** `ENV NAME value` of a Dockerfile. */
  private assignPair([, name, value]: readonly RawWord[]): void {
    if (name !== undefined && value !== undefined) this.variables.set(name.written, this.expanded(value, 0));
  }

  /** Whether the word sets a variable. The first value counts: later ones are mostly of other branches. */
  private assign(word: RawWord): boolean {
    const match = assignment.exec(word.written);
    const name = match?.[1];
    if (match === null || name === undefined) return false;
    const value = {
      ...word,
      offset: word.offset + match[0].length,
      written: word.written.slice(match[0].length),
    };
    const known = match[0].includes('+=') ? (this.variables.get(name) ?? []) : [];
    if (value.written.length <= MAX_VALUE) {
      this.variables.set(name, [...known, ...this.valueWords(value)]);
    }
    return true;
  }

  private valueWords(value: RawWord): Command {
    const isList = value.written.startsWith('(');
    const inner = isList
      ? { ...value, offset: value.offset + 1, written: value.written.replace(/^\(|\)$/g, '') }
      : unquoted(value);
    if (!isList && !/\s/.test(inner.written)) return this.expanded(value, 0);
    return [...rawCommands(inner.written, inner.offset)].flat().flatMap((word) => this.expanded(word, 0));
  }

  private expanded(word: RawWord, depth: number): Command {
    const plain = unquoted(word);
    if (++this.words > MAX_WORDS) return [];
    const isSingle = word.written.startsWith("'");
    const whole = isSingle ? null : wholeVariable.exec(plain.written);
    const known = whole && this.variables.get(whole[1] ?? whole[2] ?? '');
    if (known) {
      this.words += known.length;
      return known;
    }
    // A whole command that is given to a shell as one word.
    if (depth < MAX_DEPTH && /\s/.test(plain.written) && /(?:^|\s)--?[a-z]/i.test(plain.written)) {
      return [...rawCommands(plain.written, plain.offset)]
        .flat()
        .flatMap((inner) => this.expanded(inner, depth + 1));
    }
    const text = isSingle ? plain.written : this.substituted(plain.written);
    const range = { offset: plain.offset, length: plain.written.length };
    return [{ text, range, isLiteral: text === plain.written }];
  }

  /** A variable that the text does not set stays as it is written. */
  private substituted(written: string): string {
    if (!written.includes('$')) return written;
    let count = 0;
    return written.replace(variable, (whole: string, braced?: string, otherwise?: string, bare?: string) => {
      const [value] = this.variables.get(braced ?? bare ?? '') ?? [];
      const text = value?.text ?? otherwise ?? whole;
      return ++count > MAX_VARIABLES || text.length > MAX_TEXT_PUT_IN ? whole : text;
    });
  }
}

function unquoted(word: RawWord): RawWord {
  const { written, offset } = word;
  const quote = written.charAt(0);
  const isQuoted =
    (quote === '"' || quote === "'") &&
    written.length > 1 &&
    written.indexOf(quote, 1) === written.length - 1;
  return isQuoted ? { ...word, offset: offset + 1, written: written.slice(1, -1) } : word;
}

const separators = new Set([';', '\n', '&', '|', '(', ')']);
const blanks = new Set([' ', '\t', '\r']);
/** In the form of a Dockerfile that is a list: `CMD ["vllm", "serve"]`. */
const listBlanks = new Set([...blanks, '[', ']', ',']);
const listCommands = new Set(['CMD', 'ENTRYPOINT', 'RUN']);

/** The words of each command; `base` is where the text begins in the document. */
function* rawCommands(text: string, base = 0): Generator<RawWord[]> {
  let words: RawWord[] = [];
  let between = blanks;
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '[' && words.length === 1 && listCommands.has(words[0]?.written ?? ''))
      between = listBlanks;
    const continued = continuation(text, at);
    if (continued > 0) at += continued;
    else if (between.has(letter)) at++;
    else if (letter === '#') at = endOfLine(text, at);
    else if (separators.has(letter)) {
      if (words.length > 0) yield words;
      words = [];
      between = blanks;
      at++;
    } else {
      const end = endOfWord(text, at, between);
      words.push({ offset: base + at, end: base + end, written: text.slice(at, end) });
      at = end;
    }
  }
  if (words.length > 0) yield words;
}

/** Characters of a backslash with the line's end behind it; 0 where there is none. */
function continuation(text: string, at: number): number {
  if (text.charAt(at) !== '\\') return 0;
  if (text.charAt(at + 1) === '\n') return 2;
  return text.startsWith('\r\n', at + 1) ? 3 : 0;
}

function endOfWord(text: string, start: number, between: ReadonlySet<string>): number {
  let at = start;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '"' || letter === "'") at = endOfQuotes(text, at);
    else if (letter === '(' && text.charAt(at - 1) === '=') at = endOfList(text, at);
    else if (letter === '$' && text.charAt(at + 1) === '{') at = endOfBraces(text, at);
    else if (continuation(text, at) > 0) return at;
    else if (letter === '\\') at += 2;
    else if (between.has(letter) || separators.has(letter)) return at;
    else at++;
  }
  return text.length;
}

/** A quoted text may have several lines. */
function endOfQuotes(text: string, start: number): number {
  const quote = text.charAt(start);
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== quote)
    at += text.charAt(at) === '\\' && quote === '"' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** `NAME=( … )`. */
function endOfList(text: string, start: number): number {
  const found = text.indexOf(')', start);
  return found < 0 ? text.length : found + 1;
}

function endOfBraces(text: string, start: number): number {
  const [braces] = /^\$\{[^}\n]*\}/.exec(text.slice(start, start + MAX_BRACES)) ?? [];
  return Math.min(start + (braces?.length ?? 2), text.length);
}
