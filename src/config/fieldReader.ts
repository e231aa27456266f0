import * as l10n from '@vscode/l10n';
import type { FieldSource, TextRange } from '../model/modelSpec';
import { formatInteger } from '../model/units';
import { ConfigError } from './configError';
import type { ConfigDocument, ConfigField } from './document';

/** The value used where the config is silent, and the rule that it follows. */
export interface Fallback<T> {
  readonly value: T;
  readonly rule: string;
  /** Tell the user: the rule is a guess that changes the figures. */
  readonly assumed?: boolean;
}

/** One figure to read: the ModelSpec property that it feeds and the keys that may hold it, in order. */
export interface FieldRequest {
  readonly property: string;
  readonly keys: readonly [string, ...string[]];
  /** What the figure is, for people: `number of layers`. */
  readonly meaning: string;
}

export interface IntegerRequest extends FieldRequest {
  readonly limit: number;
  /** A value to show in the advice when the key is missing. */
  readonly example: number;
}

/** Bounds beyond which a figure is a slip of the pen: they keep every product finite. */
export const limits = { size: 1e9, tokens: 1e8, layers: 1e5, heads: 1e6 } as const;

/**
 * Typed access to the keys of one mapping of a config. Remembers where each figure came from and what was
 * assumed. Getters throw ConfigError when a key holds something else than it should; `null` counts as
 * absent, because that is how Hugging Face writes "not set".
 */
export class FieldReader {
  public readonly sources: Record<string, FieldSource>;
  public readonly assumptions: string[];
  /** What the names of properties begin with: `vision.` in a nest, nothing at the top. */
  private readonly prefix: string;

  public constructor(
    private readonly document: Pick<ConfigDocument, 'fields'>,
    public readonly file: string,
    parent?: { readonly reader: FieldReader; readonly name: string },
  ) {
    this.sources = parent?.reader.sources ?? {};
    this.assumptions = parent?.reader.assumptions ?? [];
    this.prefix = parent ? `${parent.reader.prefix}${parent.name === '' ? '' : `${parent.name}.`}` : '';
  }

  /**
   * A reader of the mapping under `key`, which shares sources and assumptions with this one and leads the names
   * of its properties with `name.`, or with nothing where `name` is empty (the text tower of a nest). Undefined
   * where the key is absent, null or no mapping.
   */
  public nested(key: string, name: string): FieldReader | undefined {
    const fields = this.find([key])?.children();
    if (fields === undefined || fields.size === 0) return undefined;
    return new FieldReader({ fields }, this.file, { reader: this, name });
  }

  /** The keys among `keys` that the config has. */
  public present(keys: readonly string[]): string[] {
    return keys.filter((key) => this.document.fields.has(key));
  }

  /** `null` was written under the first of `keys` that the config has. */
  public isNull(keys: readonly string[]): boolean {
    const first = this.present(keys)[0];
    return first !== undefined && this.document.fields.get(first)?.value() === null;
  }

  /** The raw value of a key and its place, without checks; undefined when absent or null. */
  public raw(key: string): { readonly value: unknown; readonly range: TextRange } | undefined {
    const field = this.document.fields.get(key);
    if (field === undefined || field.value() === null) return undefined;
    return { value: field.value(), range: field.valueRange };
  }

  /** An integer from 1 to the request's limit. Missing without a fallback: ConfigError. */
  public integer(request: IntegerRequest, fallback?: Fallback<number>): number {
    const field = this.find(request.keys);
    if (field === undefined)
      return fallback ? this.assume(request.property, fallback) : this.missing(request);
    const value = checkedInteger(field.value(), request.limit);
    if (typeof value !== 'number') this.reject(field, value);
    return this.record(request.property, field, value);
  }

  public boolean(request: FieldRequest, fallback: Fallback<boolean>): boolean {
    const field = this.find(request.keys);
    if (field === undefined) return this.assume(request.property, fallback);
    const value = field.value();
    if (typeof value !== 'boolean') {
      this.reject(field, {
        fault: l10n.t('but must be true or false'),
        mend: l10n.t('Write true or false without quotes.'),
      });
    }
    return this.record(request.property, field, value);
  }

  /** A number from 0 to 1. */
  public probability(request: FieldRequest, fallback: Fallback<number>): number {
    const field = this.find(request.keys);
    if (field === undefined) return this.assume(request.property, fallback);
    const value = field.value();
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
      this.reject(field, {
        fault: l10n.t('but must be a number from 0 to 1'),
        mend: l10n.t('Write one, such as 0.1.'),
      });
    }
    return this.record(request.property, field, value);
  }

  /** A text; the fallback's, or undefined without one, where the key is absent. */
  public text(request: FieldRequest, fallback?: Fallback<string>): string | undefined {
    const field = this.find(request.keys);
    if (field === undefined) return fallback && this.assume(request.property, fallback);
    const value = field.value();
    if (typeof value !== 'string') {
      this.reject(field, { fault: l10n.t('but must be a text'), mend: l10n.t('Write a text in quotes.') });
    }
    return this.record(request.property, field, value);
  }

  /** A finite number above zero; the fallback where the key is absent. */
  public number(request: FieldRequest, fallback: Fallback<number>): number {
    const field = this.find(request.keys);
    if (field === undefined) return this.assume(request.property, fallback);
    const value = field.value();
    if (typeof value !== 'number' || !(value > 0) || !(value <= limits.size)) {
      this.reject(field, {
        fault: l10n.t('but must be a number above 0'),
        mend: l10n.t('Write one, without quotes.'),
      });
    }
    return this.record(request.property, field, value);
  }

  /** An integer that may be 0. Missing without a fallback: ConfigError. */
  public count(request: IntegerRequest, fallback?: Fallback<number>): number {
    const key = request.keys.find((each) => this.raw(each)?.value === 0);
    if (key === undefined) return this.integer(request, fallback);
    this.recordKey(request.property, key);
    return 0;
  }

  /** A list of whole numbers, each from 0 to `limit`, under `key`; undefined when absent. */
  public integers(property: string, key: string, limit: number): readonly number[] | undefined {
    const field = this.find([key]);
    if (field === undefined) return undefined;
    const value = field.value();
    if (
      !Array.isArray(value) ||
      !value.every((each) => Number.isInteger(each) && each >= 0 && each <= limit)
    ) {
      this.reject(field, {
        fault: l10n.t('but must be a list of whole numbers up to {0}', formatInteger(limit)),
        mend: l10n.t('Write such a list.'),
      });
    }
    return this.record(property, field, value as number[]);
  }

  /** A list of texts under `key`; undefined when absent or something else. */
  public texts(key: string): readonly string[] | undefined {
    const value = this.document.fields.get(key)?.value();
    if (!Array.isArray(value)) return undefined;
    return value.filter((entry): entry is string => typeof entry === 'string');
  }

  /** Records that `property` follows a rule, and returns the rule's value. */
  public assume<T>(property: string, fallback: Fallback<T>): T {
    this.sources[`${this.prefix}${property}`] = { kind: 'rule', rule: fallback.rule };
    if (fallback.assumed === true) this.assumptions.push(fallback.rule);
    return fallback.value;
  }

  /** Records that `property` came from `key` (already checked by the caller). */
  public recordKey(property: string, key: string): void {
    const field = this.document.fields.get(key);
    if (field !== undefined) this.record(property, field, field.value());
  }

  /** An error about `key`, at its value where the config has it. */
  public fail(key: string, problem: string, mend: string): never {
    const range = this.document.fields.get(key)?.valueRange;
    throw new ConfigError({ file: this.file, key, problem, mend, ...(range ? { range } : {}) });
  }

  private find(keys: readonly string[]): ConfigField | undefined {
    const written = keys.map((key) => this.document.fields.get(key));
    return written.find((field) => field !== undefined && field.value() !== null);
  }

  private record<T>(property: string, field: ConfigField, value: T): T {
    this.sources[`${this.prefix}${property}`] = { kind: 'key', path: field.path, value, range: field.range };
    return value;
  }

  private reject(field: ConfigField, { fault, mend }: ValueFault): never {
    this.fail(field.key, l10n.t('"{0}" is {1}, {2}.', field.key, describe(field.value()), fault), mend);
  }

  private missing(request: IntegerRequest): never {
    const [key, ...aliases] = request.keys;
    const [nullKey] = this.present(request.keys);
    const also = aliases.join(', ');
    const { meaning } = request;
    this.fail(
      nullKey ?? key,
      nullKey === undefined ? missingProblem(key, meaning, also) : nullProblem(nullKey, meaning, also),
      l10n.t('Add it, such as "{0}": {1}.', key, String(request.example)),
    );
  }
}

function missingProblem(key: string, meaning: string, also: string): string {
  return also === ''
    ? l10n.t('"{0}", the {1}, is missing.', key, meaning)
    : l10n.t('"{0}", the {1}, is missing (also looked for: {2}).', key, meaning, also);
}

function nullProblem(key: string, meaning: string, also: string): string {
  return also === ''
    ? l10n.t('"{0}", the {1}, is null.', key, meaning)
    : l10n.t('"{0}", the {1}, is null (also looked for: {2}).', key, meaning, also);
}

interface ValueFault {
  readonly fault: string;
  readonly mend: string;
}

function checkedInteger(value: unknown, limit: number): number | ValueFault {
  const mend = l10n.t('Write a positive whole number without quotes.');
  if (typeof value === 'string') {
    return /^\s*\d+\s*$/.test(value)
      ? {
          fault: l10n.t('a number in quotes'),
          mend: l10n.t('Remove the quotes: {0}.', shorten(value.trim())),
        }
      : { fault: l10n.t('but must be a number'), mend };
  }
  if (typeof value !== 'number') return { fault: l10n.t('but must be a number'), mend };
  if (value > limit) {
    const largest = formatInteger(limit);
    return {
      fault: l10n.t('which is beyond any model (at most {0})', largest),
      mend: l10n.t('Check the digits.'),
    };
  }
  if (!Number.isInteger(value)) return { fault: l10n.t('but must be a whole number'), mend };
  if (value < 1) return { fault: l10n.t('but must be 1 or more'), mend };
  return value;
}

/** A value as it is shown in messages, never long. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return l10n.t('the text "{0}"', shorten(value));
  if (Array.isArray(value)) return l10n.t('a list');
  if (typeof value === 'object' && value !== null) return l10n.t('an object');
  return String(value);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
