import { isMapping } from '../../model/isMapping';
import type { ConfigField, ConfigFields } from '../document';

/**
 * Fields of a mapping that stands inside a list, where a document keeps no places: each has the place of
 * `holder`, the field with the list. `path` leads the paths.
 */
export function plainFields(
  mapping: object,
  path: string,
  holder: Pick<ConfigField, 'range' | 'valueRange'>,
): ConfigFields {
  const fields = new Map<string, ConfigField>();
  for (const [key, value] of Object.entries(mapping)) {
    const inner = path === '' ? key : `${path}.${key}`;
    const nested: unknown = value;
    fields.set(key, {
      key,
      path: inner,
      range: holder.range,
      valueRange: holder.valueRange,
      value: () => nested,
      children: () =>
        isMapping(nested) ? plainFields(nested, inner, holder) : new Map<string, ConfigField>(),
    });
  }
  return fields;
}
