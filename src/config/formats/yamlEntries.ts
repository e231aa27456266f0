import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { ParsedYaml } from './yamlParse';

/** A key of a mapping and the pair that gives it. */
export interface YamlEntry {
  readonly pair: Pair;
  readonly key: string;
}

/**
 * The entries of a mapping, merged ones included, which yield to those that are written in it; among the merged the
 * first counts, among the written the last. Keys that are no scalars are left out, and merges that stand for too
 * much.
 */
export function entriesOf(map: YAMLMap, yaml: ParsedYaml): YamlEntry[] {
  const found = new Map<string, YamlEntry>();
  for (const pair of map.items) {
    if (isMerge(pair.key)) {
      for (const entry of mergedEntries(pair.value, yaml)) {
        if (!found.has(entry.key)) found.set(entry.key, entry);
      }
      continue;
    }
    const key = keyOf(pair.key, yaml);
    if (key !== undefined) found.set(key, { key, pair });
  }
  return [...found.values()];
}

/** The node behind an alias; any other as it is. Undefined where the alias stands for nothing, or for too much. */
export function followed(node: unknown, yaml: ParsedYaml): unknown {
  if (!isAlias(node)) return node;
  const target = yaml.targets.get(node);
  return yaml.excessive.has(target) ? undefined : target;
}

/** The value as plain data; null where it stands for too much. */
export function plainYaml(node: unknown, yaml: ParsedYaml): unknown {
  return yaml.excessive.has(node) ? null : plain(node, yaml);
}

function plain(node: unknown, yaml: ParsedYaml): unknown {
  const value = followed(node, yaml);
  if (isScalar(value)) return typeof value.value === 'symbol' ? value.source : (value.value ?? null);
  if (isSeq(value)) return value.items.map((item) => plain(item, yaml));
  if (!isMap(value)) return null;
  return Object.fromEntries(entriesOf(value, yaml).map(({ key, pair }) => [key, plain(pair.value, yaml)]));
}

/** A plain `<<`; in quotes it is a key as any other. */
export function isMerge(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

/** The key's name: YAML takes an empty one, or null, for an empty text. */
export function keyOf(node: unknown, yaml: ParsedYaml): string | undefined {
  const key = followed(node, yaml);
  if (key === null) return '';
  if (!isScalar(key)) return undefined;
  const name = key.value ?? '';
  return typeof name === 'string' || typeof name === 'number' || typeof name === 'boolean'
    ? String(name)
    : undefined;
}

function mergedEntries(value: unknown, yaml: ParsedYaml): YamlEntry[] {
  if (yaml.excessive.has(value)) return [];
  const source = followed(value, yaml);
  const sources = isSeq(source) ? source.items.map((item) => followed(item, yaml)) : [source];
  return sources.filter((each) => isMap(each)).flatMap((each) => entriesOf(each, yaml));
}
