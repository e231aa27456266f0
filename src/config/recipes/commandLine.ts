import type { ConfigField, ConfigFields } from '../document';

/** A command line found in a deployment file. */
export interface CommandLine {
  /** Its words, and those of the image that runs it. */
  readonly words: readonly string[];
  /** Its flags by name, without the hyphens in front; each has the place of the whole command. */
  readonly fields: ConfigFields;
}

/** Short flags of servers, by the long ones. `-c` and `-m` are also those of shells: `commandFields` knows. */
const longNames: ReadonlyMap<string, string> = new Map([
  ['tp', 'tensor-parallel-size'],
  ['pp', 'pipeline-parallel-size'],
  ['dp', 'data-parallel-size'],
  ['dcp', 'decode-context-parallel-size'],
  ['q', 'quantization'],
  ['ngl', 'n-gpu-layers'],
  ['np', 'parallel'],
  ['ctk', 'cache-type-k'],
  ['ctv', 'cache-type-v'],
  ['fa', 'flash-attn'],
]);

const llamaCppNames: ReadonlyMap<string, string> = new Map([
  ['c', 'ctx-size'],
  ['m', 'model'],
  ['hf', 'hf-repo'],
]);

/** Longer commands than this are no server's. */
const MAX_WORDS = 2000;

/**
 * Reads a command, given as a list of words or as one text, into its flags: `--name value`, `--name=value`, or
 * `--name` alone, which is true. After `vllm serve` comes the model. Undefined where it has no flag at all.
 */
export function readCommandLine(
  command: unknown,
  image: string | undefined,
  path: string,
  holder: Pick<ConfigField, 'range' | 'valueRange'>,
): CommandLine | undefined {
  const words = wordsOf(command);
  if (words?.some(isFlag) !== true) return undefined;
  const all = image === undefined ? words : [image, ...words];
  const flags = flagsOf(
    words,
    all.some((word) => /llama-server|llama\.cpp|llama-cli/.test(word)),
  );
  return { words: all, fields: commandFields(flags, path, holder) };
}

function wordsOf(command: unknown): string[] | undefined {
  const pieces = Array.isArray(command) ? command : [command];
  const words: string[] = [];
  for (const piece of pieces) {
    if (typeof piece !== 'string' && typeof piece !== 'number') return undefined;
    for (const word of split(String(piece))) {
      if (words.length >= MAX_WORDS) return words;
      words.push(word);
    }
  }
  return words;
}

/** A whole command may be one text, given to a shell. */
function split(piece: string): string[] {
  if (!/\s/.test(piece) || !/(?:^|\s)-{1,2}[a-z]/i.test(piece)) return [piece];
  return piece
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '\\')
    .map((word) => word.replace(/^["']|["']$/g, ''));
}

function flagsOf(words: readonly string[], isLlamaCpp: boolean): Map<string, unknown> {
  const flags = new Map<string, unknown>();
  words.forEach((word, index) => {
    const next = words[index + 1];
    const [, name, , inline] = /^--?([a-z][\w.-]*)(=(.*))?$/is.exec(word) ?? [];
    if (name !== undefined && (word.startsWith('--') || isShortFlag(name, isLlamaCpp))) {
      const long = (isLlamaCpp ? llamaCppNames.get(name) : undefined) ?? longNames.get(name) ?? name;
      flags.set(long.replaceAll('-', '_'), inline ?? (next === undefined || isFlag(next) ? true : next));
    }
    if (word === 'serve' && next !== undefined && !isFlag(next)) flags.set('model', next);
  });
  return flags;
}

function isShortFlag(name: string, isLlamaCpp: boolean): boolean {
  return longNames.has(name) || (isLlamaCpp && llamaCppNames.has(name));
}

function isFlag(word: string): boolean {
  return /^-{1,2}[a-z]/i.test(word);
}

function commandFields(
  flags: ReadonlyMap<string, unknown>,
  path: string,
  holder: Pick<ConfigField, 'range' | 'valueRange'>,
): ConfigFields {
  const entries = [...flags].map(([key, value]): [string, ConfigField] => [
    key,
    {
      key,
      path: `${path}.--${key.replaceAll('_', '-')}`,
      range: holder.range,
      valueRange: holder.valueRange,
      value: () => value,
      children: () => new Map<string, ConfigField>(),
    },
  ]);
  return new Map(entries);
}
