import { isMapping } from '../model/isMapping';
import type { TextRange } from '../model/modelSpec';
import { fieldAt, type ConfigDocument, type ConfigField, type ConfigFields } from './document';

const nowhere: TextRange = { offset: 0, length: 0 };

/**
 * A document over plain data, so that a config that was put together from other fields is read by the same rules.
 * `origins` says for each key at which path of `from` its value was written; errors and sources then lead there.
 */
export function objectDocument(
  config: Readonly<Record<string, unknown>>,
  from?: ConfigDocument,
  origins: Readonly<Record<string, string>> = {},
): ConfigDocument {
  return { format: from?.format ?? 'json', fields: fieldsOf(config, '', from, origins), duplicates: [] };
}

function fieldsOf(
  config: Readonly<Record<string, unknown>>,
  prefix: string,
  from: ConfigDocument | undefined,
  origins: Readonly<Record<string, string>>,
): ConfigFields {
  return new Map(
    Object.entries(config).map(([key, value]): [string, ConfigField] => {
      const origin = origins[prefix + key];
      const written = from && origin !== undefined ? fieldAt(from, origin) : undefined;
      return [
        key,
        {
          key,
          path: written?.path ?? prefix + key,
          range: written?.range ?? nowhere,
          valueRange: written?.valueRange ?? nowhere,
          value: () => value,
          children: () => (isMapping(value) ? fieldsOf(value, `${prefix}${key}.`, from, origins) : new Map()),
        },
      ];
    }),
  );
}
