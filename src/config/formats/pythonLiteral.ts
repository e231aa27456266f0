/** Brackets and signs before one number; a number needs hardly any. */
const MAX_DEPTH = 50;

/** Longest text that is read. */
const MAX_TEXT = 4000;

const number = /^(?:\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?|\.\d[\d_]*(?:[eE][-+]?\d+)?)/;
const text = /^(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')/;
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

const nothingElse = /^\s*(?:#[^\n]*)?$/;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

export interface PythonLiteral {
  readonly value: unknown;
  /** Characters that it takes. */
  readonly length: number;
}

/**
 * The literal at the start of `source`: a number, arithmetic of numbers (+ - * / // % ** << >> and brackets), a text, True,
 * False or None, with nothing but a comment behind it. Undefined for anything else. Nothing
 * is run.
 */
export function readPythonLiteral(source: string): PythonLiteral | undefined {
  const quoted = text.exec(source.slice(0, MAX_TEXT));
  const word = /^(?:True|False|None)\b/.exec(source);
  const found = quoted
    ? textLiteral(quoted)
    : word
      ? { value: words.get(word[0]), length: word[0].length }
      : arithmetic(source);
  return found && nothingElse.test(source.slice(found.length)) ? found : undefined;
}

/** Undefined for a text with an escape beyond the usual ones. */
function textLiteral([whole, double, single]: RegExpExecArray): PythonLiteral | undefined {
  const written = double ?? single ?? '';
  if (/\\[^\\'"nrt]/.test(written)) return undefined;
  const value = written.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
  return { value, length: whole.length };
}

function arithmetic(source: string): PythonLiteral | undefined {
  const parser = new ArithmeticParser(source);
  const value = parser.shift();
  return value === undefined || !Number.isFinite(value) ? undefined : { value, length: parser.end };
}

/** Recursive descent over Python's arithmetic, bounded in depth. */
class ArithmeticParser {
  /** After the last token that belongs to the expression. */
  public end = 0;
  private depth = 0;

  public constructor(private readonly source: string) {}

  public shift(): number | undefined {
    let value = this.sum();
    for (
      let sign = this.take(/^(?:<<|>>)(?!=)/);
      sign !== undefined && value !== undefined;
      sign = this.take(/^(?:<<|>>)/)
    ) {
      const by = this.sum();
      value = by === undefined ? undefined : shifted(value, sign, by);
    }
    return value;
  }

  private sum(): number | undefined {
    let value = this.product();
    for (
      let sign = this.take(/^[+-](?!=)/);
      sign !== undefined && value !== undefined;
      sign = this.take(/^[+-]/)
    ) {
      const next = this.product();
      value = next === undefined ? undefined : sign === '+' ? value + next : value - next;
    }
    return value;
  }

  private product(): number | undefined {
    let value = this.signed();
    const operator = /^(?:\/\/|\*(?!\*)|\/|%)/;
    for (
      let sign = this.take(operator);
      sign !== undefined && value !== undefined;
      sign = this.take(operator)
    ) {
      const next = this.signed();
      value = next === undefined ? undefined : combined(value, sign, next);
    }
    return value;
  }

  private signed(): number | undefined {
    const sign = this.take(/^[+-]/);
    if (sign === undefined) return this.power();
    if (++this.depth > MAX_DEPTH) return undefined;
    const value = this.signed();
    this.depth--;
    return value === undefined || sign === '+' ? value : -value;
  }

  private power(): number | undefined {
    const base = this.atom();
    if (base === undefined || this.take(/^\*\*/) === undefined) return base;
    if (++this.depth > MAX_DEPTH) return undefined;
    const exponent = this.signed();
    this.depth--;
    return exponent === undefined ? undefined : base ** exponent;
  }

  private atom(): number | undefined {
    const digits = this.take(number);
    if (digits !== undefined) return Number(digits.replace(/_/g, ''));
    if (this.take(/^\(/) === undefined || ++this.depth > MAX_DEPTH) return undefined;
    const value = this.shift();
    this.depth--;
    return this.take(/^\)/) === undefined ? undefined : value;
  }

  /** The next token where it matches, blanks before it skipped. */
  private take(pattern: RegExp): string | undefined {
    const rest = this.source.slice(this.end, this.end + 400);
    const blanks = /^(?:[ \t\r\n]|\\\r?\n)*/.exec(rest)?.[0].length ?? 0;
    const match = pattern.exec(rest.slice(blanks));
    if (!match) return undefined;
    this.end += blanks + match[0].length;
    return match[0];
  }
}

/** Python shifts whole numbers only, by 0 or more bits. */
function shifted(value: number, operator: string, by: number): number | undefined {
  if (!Number.isInteger(value) || !Number.isInteger(by) || by < 0) return undefined;
  return operator === '<<' ? value * 2 ** by : Math.floor(value / 2 ** by);
}

function combined(left: number, operator: string, right: number): number {
  switch (operator) {
    case '*':
      return left * right;
    case '//':
      return Math.floor(left / right);
    case '%':
      return left - right * Math.floor(left / right);
    default:
      return left / right;
  }
}
