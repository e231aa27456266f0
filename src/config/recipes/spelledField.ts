import type { ConfigField, ConfigFields } from '../document';

/**
 * The field at a path of keys written with underscores, however the file spells them: `max_model_len`,
 * `max-model-len` or `--max-model-len`.
 */
export function spelledField(fields: ConfigFields, path: string): ConfigField | undefined {
  let inner = fields;
  let field: ConfigField | undefined;
  for (const key of path.split('.')) {
    const hyphenated = key.replaceAll('_', '-');
    field = inner.get(key) ?? inner.get(hyphenated) ?? inner.get(`--${hyphenated}`);
    if (field === undefined) return undefined;
    inner = field.children();
  }
  return field;
}

/** How many of the paths the file has. */
export function countPresent(fields: ConfigFields, paths: readonly string[]): number {
  return paths.filter((path) => spelledField(fields, path) !== undefined).length;
}

/** Whether the file has one of the paths. */
export function hasAny(fields: ConfigFields, paths: readonly string[]): boolean {
  return paths.some((path) => spelledField(fields, path) !== undefined);
}

/** The text at a path; undefined where there is none or something else. */
export function textAt(fields: ConfigFields, path: string): string | undefined {
  const value = spelledField(fields, path)?.value();
  return typeof value === 'string' ? value : undefined;
}

/** Whether the value at a path is a mapping with keys. */
export function hasMapping(fields: ConfigFields, path: string): boolean {
  return (spelledField(fields, path)?.children().size ?? 0) > 0;
}
