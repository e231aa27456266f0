import * as l10n from '@vscode/l10n';
import type { ConfigPlace } from '../model/configPlace';
import { fieldAt } from './document';
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

/** A reading; without a document that of a file of weights. */
type Reading = Omit<ConfigReading, 'document'> & Partial<Pick<ConfigReading, 'document'>>;

/**
 * Where what `reading` was read from takes the keys of `transformers`. Undefined where the file is the model's own
 * config.json.
 */
export function configPlaceOf(reading: Reading): ConfigPlace | undefined {
  const { model, recipe, modelSource, stored } = reading;
  const keys = modelKeys(reading);
  const isEditable =
    modelSource === undefined ? reading.document?.format === 'json' : modelSource.location !== undefined;
  if (recipe === undefined) {
    const type = model.fields['modelType'];
    const isOwn = stored === undefined && type?.kind === 'key' && type.path === 'model_type';
    return isOwn ? undefined : { keys, isEditable };
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

/** The keys that gave the model's figures and stand in the file itself; none in a file of weights. */
function modelKeys({ document, model, modelSource, stored }: Reading): string[] {
  if (document === undefined || modelSource !== undefined || stored !== undefined) return [];
  return Object.values(model.fields).flatMap((source) =>
    source.kind === 'key' && fieldAt(document, source.path) !== undefined ? [source.path] : [],
  );
}
