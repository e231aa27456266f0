import * as l10n from '@vscode/l10n';
import type { ConfigPlace } from '../model/configPlace';
import { fieldAt, type ConfigFormat } from './document';
import type { ConfigReading } from './readConfig';

/** Frameworks that make the model from its config.json, and the key of theirs that changes it on the way. */
const overrides = new Map<string, string | undefined>([
  ['axolotl', 'overrides_of_model_config'],
  ['vllm', 'hf-overrides'],
  ['sglang', 'json-model-override-args'],
  ['tgi', undefined],
  ['llama-factory', undefined],
  ['transformers', undefined],
  ['deepspeed', undefined],
  ['accelerate', undefined],
  ['peft', undefined],
  ['tokenizer', undefined],
  ['sentence-transformers', undefined],
  ['generation', undefined],
]);

/** Formats that the editor writes a missing key into. */
const editable: ReadonlySet<ConfigFormat> = new Set(['json', 'yaml', 'toml']);

/** A reading; without a document that of a file of weights. */
type Reading = Omit<ConfigReading, 'document'> & Partial<Pick<ConfigReading, 'document'>>;

/**
 * Where what `reading` was read from takes the keys of `transformers`. Undefined where the file is the model's own
 * config, in any format that can be edited, with such keys at its top.
 */
export function configPlaceOf(reading: Reading): ConfigPlace | undefined {
  const { document, recipe, modelSource, stored } = reading;
  const keys = modelKeys(reading);
  const isEditable =
    modelSource === undefined
      ? document !== undefined && editable.has(document.format)
      : modelSource.location !== undefined;
  if (recipe === undefined) {
    const under = stored === undefined ? ownMapping(reading) : undefined;
    if (under?.length === 0 && isEditable) return undefined;
    return { ...(under && { under }), keys, isEditable };
  }
  const { framework } = recipe;
  if (modelSource === undefined || stored !== undefined || !overrides.has(framework)) {
    return { framework, keys, isEditable };
  }
  const override = overrides.get(framework);
  const { name } = modelSource;
  return {
    framework,
    file: name.endsWith('.json') ? name : l10n.t('config.json of {0}', name),
    ...(override !== undefined && { override }),
    keys,
    isEditable,
  };
}

/** The keys that lead to the mapping with the `model_type` that the model was read by; undefined without one. */
function ownMapping({ document, model }: Reading): string[] | undefined {
  const type = model.fields['modelType'];
  if (document === undefined || type?.kind !== 'key') return undefined;
  const path = type.path.split('.');
  return path.pop() === 'model_type' ? path : undefined;
}

/** The keys that gave the model's figures and stand in the file itself; none in a file of weights. */
function modelKeys({ document, model, modelSource, stored }: Reading): string[] {
  if (document === undefined || modelSource !== undefined || stored !== undefined) return [];
  return Object.values(model.fields).flatMap((source) =>
    source.kind === 'key' && fieldAt(document, source.path) !== undefined ? [source.path] : [],
  );
}
