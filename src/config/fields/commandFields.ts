import type { ConfigField, ConfigFields } from '../document';
import { readCommandLine } from '../recipes/commandLine';
import type { Command, CommandWord } from './commandWords';
import { flagKindOf } from './fieldKinds';
import { fieldNumber, isLiteralText } from './fieldNumber';
import { withoutQuotes } from './lineFields';
import type { LocatedField } from './locatedField';

const flag = /^(--?[a-z][\w.-]{0,60})(=(.*))?$/is;

/** A flag of a command and the value that it is given. */
interface Flag {
  /** With its hyphens. */
  readonly name: string;
  readonly word: CommandWord;
  readonly value: CommandWord | undefined;
}

/**
 * The flags of a command as the fields of a config, each at its place; undefined where it has none. `image`: that of the
 * container which runs it.
 */
export function commandConfig(
  command: Command,
  image?: string,
): { readonly fields: ConfigFields; readonly words: readonly string[] } | undefined {
  const words = command.map(({ text }) => text.replace(/^Exec\w+=/, ''));
  const [first] = command;
  const line =
    first && readCommandLine(words, image, 'command', { range: first.range, valueRange: first.range });
  if (line === undefined) return undefined;
  const flags = flagsOf(command);
  const fields = [...line.fields.values()].map((field): [string, ConfigField] => [
    field.key,
    { ...field, ...placeOf(field, flags, command) },
  ]);
  return { fields: new Map(fields), words: line.words };
}

/** The fields of a command that decide what attention costs; `isLlamaCpp`: `-c` is the length. */
export function flagFields(command: Command, isLlamaCpp: boolean): LocatedField[] {
  return flagsOf(command).flatMap(({ name, word, value }): LocatedField[] => {
    const kind = flagKindOf(name, isLlamaCpp);
    if (kind === undefined) return [];
    const place = placed(word, value);
    return [
      {
        kind,
        key: name,
        path: name,
        ...place,
        ...(value === undefined ? { state: 'unreadable' as const } : fieldNumber(kind, name, value.text)),
        isLiteral: value?.isLiteral === true && isLiteralText(value.text),
      },
    ];
  });
}

function flagsOf(command: Command): Flag[] {
  return command.flatMap((word, index): Flag[] => {
    const [, name, inline] = flag.exec(word.text) ?? [];
    if (name === undefined) return [];
    const next = command[index + 1];
    const value = inline !== undefined ? inlineValue(word, name.length + 1) : next;
    return [{ name, word, value: value && flag.test(value.text) ? undefined : value }];
  });
}

/** What stands behind the sign of `--name=value`. */
function inlineValue(word: CommandWord, skipped: number): CommandWord {
  const { offset, length } = word.range;
  return {
    ...word,
    text: withoutQuotes(word.text.slice(skipped)),
    range: { offset: offset + skipped, length: Math.max(0, length - skipped) },
  };
}

function placed(
  word: CommandWord,
  value: CommandWord | undefined,
): Pick<LocatedField, 'range' | 'valueRange'> {
  const { offset, length } = word.range;
  const end = offset + length;
  if (value === undefined) return { range: word.range, valueRange: { offset: end, length: 0 } };
  // A variable's value stands elsewhere.
  const isNear = value.range.offset >= offset && value.range.offset - end < 1000;
  const last = isNear ? Math.max(end, value.range.offset + value.range.length) : end;
  return { range: { offset, length: last - offset }, valueRange: value.range };
}

/** Where a field of the command line is written: its flag, or the word behind `serve`. */
function placeOf(
  field: ConfigField,
  flags: readonly Flag[],
  command: Command,
): Partial<Pick<ConfigField, 'range' | 'valueRange'>> {
  const named = flags.findLast(({ name }) => name.replace(/^--?/, '').replaceAll('-', '_') === field.key);
  const value = field.value();
  const found = named ?? flags.findLast((each) => !each.name.startsWith('--') && each.value?.text === value);
  if (found !== undefined) return placed(found.word, found.value);
  const word = command.find(({ text }) => text === value);
  return word === undefined ? {} : { range: word.range, valueRange: word.range };
}
