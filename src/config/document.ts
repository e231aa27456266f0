import type { TextRange } from '../model/modelSpec';

/** One key of a mapping, wherever it stands in the file. */
export interface ConfigField {
  readonly key: string;
  /** From the document's root, joined by dots: `text_config.hidden_size`. */
  readonly path: string;
  /** From the start of the key to the end of its value. */
  readonly range: TextRange;
  readonly valueRange: TextRange;
  /** The value as plain data; a list or a mapping is built when asked for. */
  readonly value: () => unknown;
  /** The keys of the value where it is a mapping; empty for everything else. Found when asked for. */
  readonly children: () => ConfigFields;
}

export type ConfigFields = ReadonlyMap<string, ConfigField>;

export type ConfigFormat = 'json' | 'yaml' | 'toml' | 'modelfile' | 'python';

/** A config text, read without knowing what it means. */
export interface ConfigDocument {
  readonly format: ConfigFormat;
  /** The keys of the outermost mapping. */
  readonly fields: ConfigFields;
  /** Paths that are written more than once; the last one counts. */
  readonly duplicates: readonly string[];
}

/** The field at a path of keys, such as `model.encoder_seq_length`, or undefined. */
export function fieldAt(document: Pick<ConfigDocument, 'fields'>, path: string): ConfigField | undefined {
  let fields: ConfigFields | undefined = document.fields;
  let field: ConfigField | undefined;
  for (const key of path.split('.')) {
    field = fields?.get(key);
    fields = field?.children();
  }
  return field;
}
