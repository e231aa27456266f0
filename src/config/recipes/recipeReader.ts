import * as l10n from '@vscode/l10n';
import type { FieldSource, TextRange } from '../../model/modelSpec';
import type { ConfigField, ConfigFields } from '../document';
import { describe, limits } from '../fieldReader';
import { isInterpolated, resolveInterpolation } from './interpolation';
import { spelledField } from './spelledField';

/** A value and where it stands. */
export interface Found<T> {
  readonly value: T;
  /** As the file has it. */
  readonly written: unknown;
  readonly path: string;
  readonly range: TextRange;
}

const TRUE_WORDS = new Set(['true', 'yes', 'on']);
const FALSE_WORDS = new Set(['false', 'no', 'off']);
const NUMBER = /^[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Tolerant, typed access to the keys of a training or serving config. Each getter takes the paths that may hold
 * a value, in order of preference, and gives the first that is set; `-` and `_` in keys are the same. `null` and
 * `auto` count as absent. A value of a wrong type is left aside with a sentence in `assumptions`: such a file is
 * checked by its framework, and here one odd key must not hide the others. Getters record nothing: `take` does.
 */
export class RecipeReader {
  public readonly fields: Record<string, FieldSource> = {};
  private readonly sentences = new Set<string>();
  private readonly automatic = new Set<string>();

  /** `root`: the outermost mapping, where references begin; `view` where the file is read as a whole. */
  public constructor(
    private readonly view: ConfigFields,
    private readonly root: ConfigFields = view,
  ) {}

  /** What was assumed or left aside so far, as sentences. */
  public get assumptions(): readonly string[] {
    if (this.automatic.size === 0) return [...this.sentences];
    return [
      ...this.sentences,
      l10n.t('Left to the framework ("auto"): {0}.', [...this.automatic].join(', ')),
    ];
  }

  public note(sentence: string): void {
    this.sentences.add(sentence);
  }

  /** Whether a key is written at the path, be its value null. */
  public has(path: string): boolean {
    return spelledField(this.view, path) !== undefined;
  }

  /** The key itself, for those that must know of null or look at its children. */
  public field(path: string): ConfigField | undefined {
    return spelledField(this.view, path);
  }

  /** The value at the first of `paths` that is set, references followed, whatever its type. */
  public any(paths: readonly string[]): Found<unknown> | undefined {
    for (const path of paths) {
      const field = spelledField(this.view, path);
      const value = field === undefined ? undefined : this.settled(field);
      if (field !== undefined && value !== undefined) {
        return { value, written: value, path: field.path, range: field.range };
      }
    }
    return undefined;
  }

  /** A number from `least` to `most`. */
  public number(paths: readonly string[], least: number, most: number): Found<number> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    const value = numberIn(found.value);
    if (value !== undefined && value >= least && value <= most) return { ...found, value };
    this.leaveAside(found, l10n.t('a number from {0} to {1}', String(least), String(most)));
    return undefined;
  }

  /** A whole number from 1 to `most`. */
  public integer(paths: readonly string[], most: number = limits.size): Found<number> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    const value = numberIn(found.value);
    if (value !== undefined && Number.isInteger(value) && value >= 1 && value <= most)
      return { ...found, value };
    this.leaveAside(found, l10n.t('a whole number above 0'));
    return undefined;
  }

  /** A number of tokens. */
  public tokens(paths: readonly string[]): Found<number> | undefined {
    return this.integer(paths, limits.tokens);
  }

  /** A degree of parallelism or a number of devices. -1, which means the rest, counts as absent, with a note. */
  public degree(paths: readonly string[]): Found<number> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    if (numberIn(found.value) !== -1) return this.integer(paths, limits.heads);
    this.note(
      l10n.t('"{0}" is -1: all the devices that are left, whose number the file does not say.', found.path),
    );
    return undefined;
  }

  public boolean(paths: readonly string[]): Found<boolean> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    const { value } = found;
    if (typeof value === 'boolean') return { ...found, value };
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    if (TRUE_WORDS.has(word)) return { ...found, value: true };
    if (FALSE_WORDS.has(word)) return { ...found, value: false };
    this.leaveAside(found, l10n.t('true or false'));
    return undefined;
  }

  /** A text that is not empty. */
  public text(paths: readonly string[]): Found<string> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    const { value } = found;
    if (typeof value === 'string') return value.trim() === '' ? undefined : { ...found, value: value.trim() };
    this.leaveAside(found, l10n.t('a text'));
    return undefined;
  }

  /** A list of texts, or one text with commas or blanks between them. */
  public texts(paths: readonly string[]): Found<readonly string[]> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    const { value } = found;
    if (typeof value === 'string')
      return { ...found, value: value.split(/[\s,]+/).filter((each) => each !== '') };
    if (Array.isArray(value)) {
      return { ...found, value: value.filter((each): each is string => typeof each === 'string') };
    }
    this.leaveAside(found, l10n.t('a list of texts'));
    return undefined;
  }

  /** What a text means by `table`; a text that it does not know is left aside. */
  public named<T>(
    paths: readonly string[],
    table: (name: string) => T | undefined,
    kind: string,
  ): Found<T> | undefined {
    const found = this.any(paths);
    if (found === undefined) return undefined;
    const written = typeof found.value === 'number' ? String(found.value) : found.value;
    const value = typeof written === 'string' ? table(written) : undefined;
    if (value !== undefined) return { ...found, value };
    this.leaveAside(found, l10n.t('a {0} that is known', kind));
    return undefined;
  }

  /** Records that the recipe's `property` came from `found`, and gives its value. */
  public take<T>(property: string, found: Found<T> | undefined): T | undefined {
    if (found === undefined) return undefined;
    const { value, written, path, range } = found;
    this.fields[property] = { kind: 'key', path, value: written, range };
    return value;
  }

  /** Records that `property` has the value that `meaning` gives to what was found. */
  public takeAs<T, U>(
    property: string,
    found: Found<T> | undefined,
    meaning: (value: T) => U,
  ): U | undefined {
    return found && this.take(property, { ...found, value: meaning(found.value) });
  }

  /** Records that `property` follows a rule, and gives its value. */
  public rule<T>(property: string, value: T, rule: string): T {
    this.fields[property] = { kind: 'rule', rule };
    return value;
  }

  /** As `rule`, where the user must know of it since it is a guess. */
  public assume<T>(property: string, value: T, rule: string): T {
    this.note(rule);
    return this.rule(property, value, rule);
  }

  private settled(field: ConfigField): unknown {
    const written = field.value();
    const value = isInterpolated(written) ? this.followed(written, field.path) : written;
    if (value === null) return undefined;
    if (typeof value !== 'string' || value.trim().toLowerCase() !== 'auto') return value;
    this.automatic.add(field.path);
    return undefined;
  }

  private followed(text: string, path: string): unknown {
    const resolved = resolveInterpolation(text, path, this.root);
    if (resolved.kind === 'value') return resolved.value;
    this.note(
      l10n.t('"{0}" refers to {1}, which this file does not settle: left aside.', path, resolved.reference),
    );
    return undefined;
  }

  private leaveAside(found: Found<unknown>, wanted: string): void {
    this.note(l10n.t('"{0}" is {1}, not {2}: left aside.', found.path, describe(found.value), wanted));
  }
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 40 || !NUMBER.test(value.trim())) return undefined;
  return Number(value.trim().replaceAll('_', ''));
}
