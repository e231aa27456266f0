import { isMapping } from '../../model/isMapping';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { readCommandLine } from './commandLine';
import { plainFields } from './plainFields';
import type { RecipeView } from './recipeFramework';

/** Keys below which a server's arguments stand as a mapping. */
const nestKeys = [
  'args',
  'engine_args',
  'engine_kwargs',
  'server_args',
  'vllm',
  'vllm_config',
  'sglang',
  'tgi',
  'models',
  'llm_configs',
];

const commandKeys = new Set(['args', 'command', 'cmd', 'entrypoint']);

/** Mappings that are visited, and how deep: deployments have some dozens, and files that are none cost no time. */
const MAX_VISITS = 2000;
const MAX_DEPTH = 12;

/** Characters of a value that is looked into: a longer one, such as the names of all labels, holds no command. */
const MAX_VALUE = 200_000;

/** Parts of a file that may be a server's arguments, the nearest to its root first. */
export function* nestedViews(document: ConfigDocument, file: string): Generator<RecipeView> {
  const { format } = document;
  if (format !== 'json' && format !== 'yaml' && format !== 'toml') return;
  for (const fields of nests(document.fields, 0)) yield { fields, format, file };
  const walk = { visits: 0 };
  for (const { words, fields } of commands(document.fields, 0, walk)) {
    yield { fields, format, file, words };
  }
}

/** A key beside the nest, such as the model's name, belongs to it where the nest has none. */
function* nests(fields: ConfigFields, depth: number): Generator<ConfigFields> {
  if (depth > 2) return;
  for (const key of nestKeys) {
    const field = fields.get(key);
    if (field === undefined) continue;
    const inner = mappingOf(field);
    if (inner.size === 0) continue;
    const beside = [...fields].filter(([name]) => name !== key);
    const merged = new Map([...beside, ...inner]);
    yield merged;
    yield* nests(merged, depth + 1);
  }
}

/** The keys of a mapping, or of the first mapping of a list. */
function mappingOf(field: ConfigField): ConfigFields {
  const own = field.children();
  if (own.size > 0) return own;
  const value = field.value();
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isMapping(first) ? plainFields(first, `${field.path}.0`, field) : own;
}

function* commands(
  fields: ConfigFields,
  depth: number,
  walk: { visits: number },
): Generator<{ words: readonly string[]; fields: ConfigFields }> {
  walk.visits++;
  if (depth > MAX_DEPTH || walk.visits > MAX_VISITS) return;
  const image = fields.get('image')?.value();
  const lines = [...fields.values()].filter(({ key }) => commandKeys.has(key));
  const line = commandOf(lines, typeof image === 'string' ? image : undefined);
  if (line !== undefined) yield line;
  for (const field of fields.values()) {
    for (const inner of innerMappings(field)) yield* commands(inner, depth + 1, walk);
    if (walk.visits > MAX_VISITS) return;
  }
}

/** Command and arguments of one container are one line. */
function commandOf(
  lines: readonly ConfigField[],
  image: string | undefined,
): ReturnType<typeof readCommandLine> {
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  const order = ['entrypoint', 'command', 'cmd', 'args'];
  const inOrder = [...lines].sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
  const words = inOrder.flatMap((line): unknown[] => {
    const value = line.value();
    return Array.isArray(value) ? value : [value];
  });
  return readCommandLine(words, image, last.path, last);
}

function innerMappings(field: ConfigField): ConfigFields[] {
  if (field.valueRange.length > MAX_VALUE) return [];
  const own = field.children();
  if (own.size > 0) return [own];
  const value = field.value();
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, 100)
    .map((entry: unknown, index) =>
      isMapping(entry) ? plainFields(entry, `${field.path}.${String(index)}`, field) : undefined,
    )
    .filter((entry) => entry !== undefined);
}
