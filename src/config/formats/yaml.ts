import * as l10n from '@vscode/l10n';
import { isMap, isNode, type YAMLMap } from 'yaml';
import type { TextRange } from '../../model/modelSpec';
import { ConfigError, isConfigError } from '../configError';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { once } from './once';
import { guardText } from './textGuard';
import { splitLong, type YamlBlock } from './yamlBlocks';
import { entriesOf, followed, isMerge, keyOf, plainYaml, type YamlEntry } from './yamlEntries';
import { parseYaml, type ParsedYaml } from './yamlParse';

/** A key whose value begins as a list on the next line, at the most this far into the block. */
const listBlock = /^[^\n]*:[ \t]*\r?\n[ \t]*-[ \t]/;
const BLOCK_HEAD = 1000;

/** Deepest path of fields: below an alias they need not end with the text. */
const MAX_DEPTH = 100;

/**
 * Reads the mapping of a YAML text (1.2 core schema, merge keys as in 1.1) with the place of each key; of several
 * documents the first that is a mapping. In a long text each top-level entry is parsed when it is asked for, so that
 * its `value` and `children` throw the ConfigError of an entry that cannot be read. Throws ConfigError for text that
 * is no such mapping.
 */
export function readYaml(text: string, file: string): ConfigDocument {
  guardText(text, file);
  // With its byte order mark: the parser takes it for no column, where a blank would indent the first key.
  const blocks = splitLong(text);
  if (blocks !== undefined) return blockDocument(blocks, text, file);
  const yaml = parseYaml(text, file);
  if (!isMap(yaml.contents)) {
    throw new ConfigError({
      file,
      problem: l10n.t('The YAML is not a mapping of keys to values.'),
      mend: l10n.t('Write a config as lines of "key: value".'),
    });
  }
  return {
    format: 'yaml',
    fields: fieldsOf(yaml.contents, { yaml, base: 0, depth: 0 }, ''),
    duplicates: repeatedKeys(yaml.contents, yaml),
  };
}

function blockDocument(blocks: readonly YamlBlock[], source: string, file: string): ConfigDocument {
  const fields = new Map<string, ConfigField>();
  const duplicates: string[] = [];
  for (const { key, offset, end } of blocks) {
    if (fields.has(key)) duplicates.push(key);
    const field = once(() => blockField(key, source.slice(offset, end), file, offset));
    const isList = once(() => listBlock.test(source.slice(offset, Math.min(end, offset + BLOCK_HEAD))));
    fields.set(key, {
      key,
      path: key,
      get range() {
        return field().range;
      },
      get valueRange() {
        return field().valueRange;
      },
      value: () => field().value(),
      // Known without parsing the list, which may be the bulk of the file.
      children: () => (isList() ? new Map() : field().children()),
    });
  }
  return { format: 'yaml', fields, duplicates };
}

/** The one entry of a block. */
function blockField(key: string, text: string, file: string, base: number): ConfigField {
  try {
    const yaml = parseYaml(text, file);
    const fields = isMap(yaml.contents) ? fieldsOf(yaml.contents, { yaml, base, depth: 0 }, '') : undefined;
    const field = fields?.get(key);
    if (field !== undefined) return field;
    throw new ConfigError({
      file,
      problem: l10n.t('It is no "key: value".'),
      mend: l10n.t('Write it as one.'),
    });
  } catch (error) {
    if (isConfigError(error)) return unreadable(key, text, base, error);
    throw error;
  }
}

/** A field that says what is wrong with its entry when it is asked for. */
function unreadable(key: string, text: string, base: number, error: ConfigError): ConfigField {
  const range = { offset: base, length: text.trimEnd().length };
  const fail = (): never => {
    throw new ConfigError({
      file: error.file,
      key,
      problem: l10n.t(
        'The entry "{0}" cannot be read (lines counted from its first): {1}',
        key.slice(0, 60),
        error.problem,
      ),
      mend: error.mend,
      range: error.range ? { offset: base + error.range.offset, length: error.range.length } : range,
    });
  };
  return { key, path: key, range, valueRange: range, value: fail, children: fail };
}

interface Place {
  readonly yaml: ParsedYaml;
  /** Where the parsed text begins in the file. */
  readonly base: number;
  readonly depth: number;
}

function fieldsOf(map: YAMLMap, place: Place, prefix: string): ConfigFields {
  const entries = entriesOf(map, place.yaml);
  return new Map(entries.map((entry): [string, ConfigField] => [entry.key, fieldOf(entry, prefix, place)]));
}

function fieldOf({ key, pair }: YamlEntry, prefix: string, place: Place): ConfigField {
  const { yaml, base, depth } = place;
  const path = prefix + key;
  const keyRange = rangeOf(pair.key, base) ?? rangeOf(pair.value, base) ?? { offset: base, length: 0 };
  const valueRange = rangeOf(pair.value, base) ?? { offset: endOf(keyRange), length: 0 };
  const value = followed(pair.value, yaml);
  return {
    key,
    path,
    range: {
      offset: keyRange.offset,
      length: Math.max(endOf(keyRange), endOf(valueRange)) - keyRange.offset,
    },
    valueRange,
    value: once(() => plainYaml(value, yaml)),
    children: once(() =>
      isMap(value) && depth < MAX_DEPTH
        ? fieldsOf(value, { yaml, base, depth: depth + 1 }, `${path}.`)
        : new Map<string, ConfigField>(),
    ),
  };
}

/** Keys that are written more than once in a mapping. */
function repeatedKeys(map: YAMLMap, yaml: ParsedYaml): string[] {
  const seen = new Set<string>();
  return map.items.flatMap((pair) => {
    const key = isMerge(pair.key) ? undefined : keyOf(pair.key, yaml);
    if (key === undefined) return [];
    const repeated = seen.has(key);
    seen.add(key);
    return repeated ? [key] : [];
  });
}

function endOf({ offset, length }: TextRange): number {
  return offset + length;
}

function rangeOf(node: unknown, base: number): TextRange | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return { offset: base + start, length: end - start };
}
