import type { ConfigDocument, ConfigField } from '../document';
import { plainField } from './plainField';
import { callArguments, logicalLines } from './pythonLines';
import { readPythonLiteral } from './pythonLiteral';
import { guardText } from './textGuard';

/** Longest statement that is looked into: those that set a figure are short. */
const MAX_STATEMENT = 4000;

/** Statements that are looked at, from the top: a training script has some hundreds. */
const MAX_STATEMENTS = 20_000;

/** `name = …` and `name: type = …`. */
const assignment = /^([A-Za-z_]\w*)[ \t]*(?::[^=]{1,200})?=(?!=)\s*/;
const classStatement = /^class[ \t]+([A-Za-z_]\w*)/;
const addArgument = /^(?:\w+[ \t]*=[ \t]*)?[\w.]*\badd_argument[ \t]*\(/;
/** The call by which a dataclass, or pydantic, gives a default. */
const fieldCall = /^(?:dataclasses\.)?[fF]ield[ \t]*\(/;
const defaultArgument = /^default[ \t]*=\s*/;

/**
 * Reads the simple assignments of a Python text without running it: `name = literal` at the top, those of a class
 * at the top (path `Class.name`; `field(default=literal)` too), and `add_argument('--name', default=literal)`
 * anywhere. What is anything else is skipped. Throws ConfigError for a text that is too long, binary or empty.
 */
export function readPython(text: string, file: string): ConfigDocument {
  const source = guardText(text, file);
  const reader = new PythonReader();
  let statements = 0;
  for (const { start, end } of logicalLines(source)) {
    if (++statements > MAX_STATEMENTS) break;
    if (end - start <= MAX_STATEMENT) reader.statement(start, source.slice(start, end));
  }
  return { format: 'python', fields: reader.fields, duplicates: reader.duplicates };
}

interface ClassBody {
  readonly name: string;
  readonly offset: number;
  readonly fields: Map<string, ConfigField>;
  /** Of its statements; unknown before the first. */
  indent: number | undefined;
}

interface Found {
  readonly key: string;
  readonly offset: number;
  readonly valueOffset: number;
  readonly written: string;
  readonly value: unknown;
}

class PythonReader {
  public readonly fields = new Map<string, ConfigField>();
  public readonly duplicates: string[] = [];
  private body: ClassBody | undefined;

  /** Takes in the statement `line`, which begins at `start`. */
  public statement(start: number, line: string): void {
    const code = line.trimStart();
    if (code === '' || code.startsWith('#')) return;
    const indent = line.length - code.length;
    if (indent === 0) this.open(start, line);
    const offset = start + indent;
    if (addArgument.test(code)) this.add(this.fields, '', argumentDefault(code, offset));
    else if (indent === 0) this.add(this.fields, '', assignedValue(code, offset));
    else if (this.body !== undefined)
      this.addToClass(this.body, indent, assignedValue(code, offset), offset, code);
  }

  /** A statement at the top ends the class before it, and may begin another. */
  private open(offset: number, line: string): void {
    const name = classStatement.exec(line)?.[1];
    this.body = name === undefined ? undefined : { name, offset, fields: new Map(), indent: undefined };
  }

  private addToClass(
    body: ClassBody,
    indent: number,
    found: Found | undefined,
    offset: number,
    code: string,
  ): void {
    // Deeper statements are those of a method, or of a condition.
    body.indent ??= indent;
    if (indent !== body.indent || found === undefined) return;
    this.add(body.fields, `${body.name}.`, found);
    const range = { offset: body.offset, length: offset + code.trimEnd().length - body.offset };
    this.fields.set(body.name, {
      key: body.name,
      path: body.name,
      range,
      valueRange: range,
      value: () => Object.fromEntries([...body.fields].map(([key, field]) => [key, field.value()])),
      children: () => body.fields,
    });
  }

  private add(target: Map<string, ConfigField>, prefix: string, found: Found | undefined): void {
    if (found === undefined) return;
    const { key, offset, valueOffset, written, value } = found;
    if (target.has(key)) this.duplicates.push(prefix + key);
    target.set(key, plainField(key, prefix, offset, valueOffset, written, value));
  }
}

function assignedValue(code: string, offset: number): Found | undefined {
  const match = assignment.exec(code);
  if (!match) return undefined;
  const [before, key = ''] = match;
  const value = code.slice(before.length);
  const found = fieldCall.test(value) ? callDefault(value) : literalAt(value, 0);
  return found && { key, offset, ...found, valueOffset: offset + before.length + found.valueOffset };
}

function argumentDefault(code: string, offset: number): Found | undefined {
  const spans = callArguments(code, code.indexOf('('));
  const name = spans.find(({ start, end }) => /^['"]--[\w-]+['"]$/.test(code.slice(start, end)));
  const found = callDefault(code);
  // Python wants the names before everything that is named.
  if (name === undefined || found === undefined || found.valueOffset < name.end) return undefined;
  const key = code.slice(name.start + 3, name.end - 1).replace(/-/g, '_');
  return { key, offset: offset + name.start, ...found, valueOffset: offset + found.valueOffset };
}

type FoundValue = Pick<Found, 'valueOffset' | 'written' | 'value'>;

/** The literal that a call is given as `default`. */
function callDefault(code: string): FoundValue | undefined {
  for (const { start, end } of callArguments(code, code.indexOf('('))) {
    const argument = code.slice(start, end);
    const match = defaultArgument.exec(argument);
    if (match) return literalAt(argument, match[0].length, start);
  }
  return undefined;
}

function literalAt(code: string, at: number, base = 0): FoundValue | undefined {
  const literal = readPythonLiteral(code.slice(at));
  if (literal === undefined) return undefined;
  return {
    valueOffset: base + at,
    written: code.slice(at, at + literal.length),
    value: literal.value,
  };
}
