import { callArguments } from '../formats/pythonLines';
import { readPythonLiteral } from '../formats/pythonLiteral';
import { bracketStep, endOfLine, endOfQuoted, isQuote } from '../formats/textScan';
import { fieldKindOf } from './fieldKinds';
import { fieldNumber, isLiteralText } from './fieldNumber';
import { MAX_FIELDS } from './locateFields';
import type { FieldKind, LocatedField } from './locatedField';

const COMMENT = 0x23;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** Characters that are searched. */
const MAX_TEXT = 1_000_000;

/** Names of fields that are looked at, set to something or not, and the longest of them with its quotes. */
const MAX_NAMES = 1000;
const MAX_KEY = 60;

/** Longest expression of a value, and longest call that gives one as its default. */
const MAX_VALUE = 400;
const MAX_CALL = 2000;

const word = /[A-Za-z_]\w*/y;
/** What follows a name that is given a value: a type where one is declared, and the sign. */
const assigned =
  /[ \t]*(?::[ \t]*["']?[A-Za-z_][\w.]{0,60}(?:\[[^=\n#]{0,80}\])?(?:[ \t]*\|[ \t]*[\w.]{1,60}){0,3}["']?[ \t]*)?=(?!=)[ \t]*/y;
const colon = /[ \t]*:[ \t]*/y;
/** The calls by which a dataclass, pydantic or argparse gives a default. */
const fieldCall = /(?:dataclasses\.)?[fF]ield[ \t]*\(/y;
const addArgument = /\badd_argument[ \t]*\([^)]{0,200}$/;

/**
 * The fields that a Python text sets to a number, without running it: assignments, those of a class with their types
 * or by `field(default=…)`, arguments of calls, entries of a mapping, and defaults of `add_argument`. A name that
 * is set to a name, or to a call, is left out; one that is set to nothing yet is unreadable. Paths are the keys.
 */
export function pythonFields(text: string): LocatedField[] {
  const found: LocatedField[] = [];
  const last = Math.min(text.length, MAX_TEXT);
  let looked = 0;
  let at = 0;
  while (at < last && found.length < MAX_FIELDS && looked < MAX_NAMES) {
    const code = text.charCodeAt(at);
    if (code === COMMENT) {
      at = endOfLine(text, at);
      continue;
    }
    const isText = isQuote(code);
    const end = isText ? endOfQuoted(text, at) : (endOf(word, text, at) ?? at);
    const place = end > at ? placeOf(text, at, end, isText) : undefined;
    if (place !== undefined) {
      looked++;
      const field = isText ? entryOrArgument(text, place, end) : assignment(text, place, end);
      if (field !== undefined) found.push(field);
    }
    at = Math.max(end, at + 1);
  }
  return found;
}

/** The name or the quoted text from `offset` to `end`, where it is that of a field. */
function placeOf(text: string, offset: number, end: number, isText: boolean): Place | undefined {
  if (end - offset > MAX_KEY) return undefined;
  const key = isText ? text.slice(offset + 1, end - 1) : text.slice(offset, end);
  const kind = fieldKindOf(key);
  return kind && { kind, key, offset };
}

function assignment(text: string, place: Place, end: number): LocatedField | undefined {
  const valueOffset = endOf(assigned, text, end);
  if (valueOffset === undefined) return undefined;
  const open = endOf(fieldCall, text, valueOffset);
  return open === undefined ? valueAt(text, place, valueOffset) : defaultOf(text, place, open - 1);
}

/** `"max_seq_len": 2048` of a mapping, or `"--max-seq-len"` of add_argument. */
function entryOrArgument(text: string, place: Place, end: number): LocatedField | undefined {
  const { key, offset } = place;
  if (key.startsWith('--')) {
    const before = addArgument.exec(text.slice(Math.max(0, offset - 260), offset));
    if (before === null) return undefined;
    return defaultOf(text, place, offset - before[0].length + before[0].indexOf('('));
  }
  const valueOffset = endOf(colon, text, end);
  return valueOffset === undefined ? undefined : valueAt(text, place, valueOffset);
}

interface Place {
  readonly kind: FieldKind;
  readonly key: string;
  readonly offset: number;
}

/** The value that the call whose bracket is at `open` is given as `default`. */
function defaultOf(text: string, place: Place, open: number): LocatedField | undefined {
  const call = text.slice(open, open + MAX_CALL);
  for (const { start, end } of callArguments(call, 0)) {
    const match = /^default[ \t]*=\s*/.exec(call.slice(start, end));
    if (match) return valueAt(text, place, open + start + match[0].length);
  }
  return undefined;
}

function valueAt(text: string, { kind, key, offset }: Place, valueOffset: number): LocatedField | undefined {
  const written = text.slice(valueOffset, endOfExpression(text, valueOffset)).trimEnd();
  const literal = readPythonLiteral(written);
  if (literal === undefined && !/^[\d\s*+<([-]*$/.test(written)) return undefined;
  return {
    kind,
    key,
    path: key,
    range: { offset, length: valueOffset + written.length - offset },
    valueRange: { offset: valueOffset, length: written.length },
    ...(literal === undefined ? { state: 'unreadable' as const } : fieldNumber(kind, key, literal.value)),
    isLiteral: isLiteralText(written),
  };
}

/** Where the expression ends: at a comma, a comment, the line's end, or the bracket around it. */
function endOfExpression(text: string, offset: number): number {
  const last = Math.min(text.length, offset + MAX_VALUE);
  let depth = 0;
  let at = offset;
  while (at < last) {
    const code = text.charCodeAt(at);
    const ends = code === COMMA || code === NEWLINE || code === COMMENT;
    if (depth === 0 && ends) return at;
    depth += bracketStep(code);
    if (depth < 0) return at;
    at = isQuote(code) ? endOfQuoted(text, at) : at + 1;
  }
  return Math.min(at, last);
}

/** Where `pattern` ends that begins at `offset`; undefined where it does not. */
function endOf(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
