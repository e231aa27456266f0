import * as l10n from '@vscode/l10n';
import type { ParseErrorCode } from 'jsonc-parser';
import { printParseErrorCode, visit } from 'jsonc-parser';
import type { TextRange } from '../../model/modelSpec';
import { ConfigError } from '../configError';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { jsonValue } from './jsonValue';
import { maskNonFinite } from './nonFinite';
import { once } from './once';
import { guardText } from './textGuard';

/** Deepest nesting that is parsed: the parser calls itself once a level. Configs need about five. */
export const MAX_NESTING = 100;

/** Keys of the outermost object that are kept; configs have about a hundred. */
const MAX_KEYS = 100_000;

/**
 * Reads the object of a JSON text, comments, trailing commas and Python's bare `NaN` and `Infinity` allowed, with
 * the place of each key. Nested values are checked but not built, and their keys not looked for, until they are
 * asked for: a tree of nodes for a config with a million labels would take seconds. Throws ConfigError for text
 * that is no such object.
 */
export function readJson(text: string, file: string): ConfigDocument {
  const source = maskNonFinite(guardText(text, file));
  const reader = new ObjectReader({ source: source.text, nonFinite: source.values, file }, 0, '');
  visit(source.text, reader, { allowTrailingComma: true });
  if (reader.error !== undefined) throw syntaxError(source.text, file, reader.error);
  if (!reader.isObject) {
    throw new ConfigError({
      file,
      problem: l10n.t('The file holds a JSON value that is not an object.'),
      mend: l10n.t('Write a model config as an object, such as { "model_type": "llama", … }.'),
    });
  }
  return { format: 'json', fields: reader.fields, duplicates: reader.duplicates };
}

interface SyntaxFault extends TextRange {
  readonly code: ParseErrorCode;
  readonly line: number;
  readonly column: number;
}

/** What all readers of one text share. */
interface JsonSource {
  readonly source: string;
  /** Values that JSON has no words for, by the offset where they stand masked. */
  readonly nonFinite: ReadonlyMap<number, number>;
  readonly file: string;
}

/** Collects the keys of one object. */
class ObjectReader {
  public readonly fields = new Map<string, ConfigField>();
  public readonly duplicates: string[] = [];
  public isObject = false;
  public error: SyntaxFault | undefined;

  private depth = 0;
  private key: { readonly name: string; readonly offset: number } | undefined;
  private container: { readonly offset: number; readonly isObject: boolean } | undefined;

  /** `base` is where the visited text begins in the source, `path` what leads to the object. */
  public constructor(
    private readonly json: JsonSource,
    private readonly base: number,
    private readonly path: string,
  ) {}

  public readonly onObjectBegin = (offset: number): void => {
    if (this.depth === 0) this.isObject = true;
    this.open(offset, true);
  };

  public readonly onArrayBegin = (offset: number): void => {
    this.open(offset, false);
  };

  public readonly onObjectEnd = (offset: number, length: number): void => {
    this.close(offset + length);
  };

  public readonly onArrayEnd = (offset: number, length: number): void => {
    this.close(offset + length);
  };

  public readonly onObjectProperty = (name: string, offset: number): void => {
    if (this.depth === 1) this.key = { name, offset };
  };

  public readonly onLiteralValue = (value: unknown, offset: number, length: number): void => {
    if (this.depth !== 1) return;
    const actual = this.json.nonFinite.get(this.base + offset) ?? value;
    this.add({ offset, length }, () => actual, nothing);
  };

  public readonly onError = (
    code: ParseErrorCode,
    offset: number,
    length: number,
    line: number,
    column: number,
  ): void => {
    // Later errors are mostly echoes of the first.
    this.error ??= { code, offset, length, line: line + 1, column: column + 1 };
  };

  private open(offset: number, isObject: boolean): void {
    if (this.depth === 1) this.container = { offset, isObject };
    this.depth++;
    // Thrown from within the parser, because it would overflow the stack on its way to the end.
    if (this.depth > MAX_NESTING) throw tooDeep(this.json.file, this.base + offset);
  }

  private close(end: number): void {
    this.depth--;
    if (this.depth !== 1 || this.container === undefined) return;
    const { offset, isObject } = this.container;
    const slice = (): string => this.json.source.slice(this.base + offset, this.base + end);
    const path = this.pathOf(this.key?.name ?? '');
    this.add(
      { offset, length: end - offset },
      () => jsonValue(slice(), this.base + offset, this.json.nonFinite),
      isObject ? () => childrenOf(slice(), this.json, this.base + offset, path) : nothing,
    );
  }

  private add(range: TextRange, value: () => unknown, children: () => ConfigFields): void {
    if (this.key === undefined) return;
    const { name, offset } = this.key;
    this.key = undefined;
    if (this.fields.size >= MAX_KEYS && this.base === 0) throw tooMany(this.json.file, offset);
    if (this.fields.has(name)) this.duplicates.push(name);
    this.fields.set(name, {
      key: name,
      path: this.pathOf(name),
      range: { offset: this.base + offset, length: range.offset + range.length - offset },
      valueRange: { offset: this.base + range.offset, length: range.length },
      value: once(value),
      children: once(children),
    });
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

function nothing(): ConfigFields {
  return new Map();
}

/** The keys of an object inside the source, which has been checked already. */
function childrenOf(slice: string, json: JsonSource, base: number, path: string): ConfigFields {
  const reader = new ObjectReader(json, base, path);
  visit(slice, reader, { allowTrailingComma: true });
  return reader.fields;
}

function tooDeep(file: string, offset: number): ConfigError {
  return new ConfigError({
    file,
    problem: l10n.t(
      'The brackets are nested more than {0} deep at offset {1}.',
      String(MAX_NESTING),
      String(offset),
    ),
    mend: l10n.t('A model config needs about five levels: open the config.json itself.'),
    range: { offset, length: 1 },
  });
}

function tooMany(file: string, offset: number): ConfigError {
  return new ConfigError({
    file,
    problem: l10n.t('The object has more than {0} keys, too many for a config.', String(MAX_KEYS)),
    mend: l10n.t("Give the model's config.json, not its vocabulary or a data file."),
    range: { offset, length: 1 },
  });
}

/** What stands in place of what, by the parser's name of the error. */
const faults: Readonly<Record<string, { readonly found: () => string; readonly mend: () => string }>> = {
  InvalidSymbol: {
    found: () => l10n.t('this is not a JSON value'),
    mend: () => l10n.t('Values are numbers, text in double quotes, true, false, null, lists and objects.'),
  },
  InvalidNumberFormat: {
    found: () => l10n.t('this is not a number'),
    mend: () => l10n.t('Write a decimal number, such as 4096.'),
  },
  PropertyNameExpected: {
    found: () => l10n.t('a key in double quotes was expected'),
    mend: () => l10n.t('Write the key as "name": value.'),
  },
  ValueExpected: {
    found: () => l10n.t('a value was expected'),
    mend: () => l10n.t('Write the missing value, or remove the key.'),
  },
  ColonExpected: {
    found: () => l10n.t('a colon was expected'),
    mend: () => l10n.t('Put ":" between the key and its value.'),
  },
  CommaExpected: {
    found: () => l10n.t('a comma was expected'),
    mend: () => l10n.t('Put "," between two entries.'),
  },
  CloseBraceExpected: {
    found: () => l10n.t('a closing brace was expected'),
    mend: () => l10n.t('Close the object with "}".'),
  },
  CloseBracketExpected: {
    found: () => l10n.t('a closing bracket was expected'),
    mend: () => l10n.t('Close the list with "]".'),
  },
  EndOfFileExpected: {
    found: () => l10n.t('the end of the file was expected'),
    mend: () => l10n.t('Remove what follows the closing brace.'),
  },
  UnexpectedEndOfComment: {
    found: () => l10n.t('a comment has no end'),
    mend: () => l10n.t('Close the comment with "*/".'),
  },
  UnexpectedEndOfString: {
    found: () => l10n.t('a text has no closing quote'),
    mend: () => l10n.t('Close it with a double quote.'),
  },
  UnexpectedEndOfNumber: {
    found: () => l10n.t('a number is cut off'),
    mend: () => l10n.t('Complete the number.'),
  },
  InvalidUnicode: {
    found: () => l10n.t('a \\u escape is not valid'),
    mend: () => l10n.t('Write \\u and four hexadecimal digits.'),
  },
  InvalidEscapeCharacter: {
    found: () => l10n.t('an escape is not valid'),
    mend: () => l10n.t('Write \\\\ for a backslash.'),
  },
  InvalidCharacter: {
    found: () => l10n.t('a control character is not valid here'),
    mend: () => l10n.t('Remove the character.'),
  },
};

function syntaxError(source: string, file: string, fault: SyntaxFault): ConfigError {
  const name = printParseErrorCode(fault.code);
  const known = faults[name];
  const found = known?.found() ?? name;
  const ended = source.slice(fault.offset).trim() === '';
  const place = l10n.t('line {0}, column {1}', String(fault.line), String(fault.column));
  return new ConfigError({
    file,
    problem: l10n.t(
      'The JSON is not valid at {0}: {1}.',
      place,
      ended ? l10n.t('the file ends here, but {0}', found) : found,
    ),
    mend: known?.mend() ?? l10n.t('Mend the JSON at this place.'),
    range: { offset: Math.min(fault.offset, source.length), length: fault.length },
  });
}
