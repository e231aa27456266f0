import type { Recipe } from '../../model/recipe';
import type { TextRange } from '../../model/modelSpec';
import { isConfigError, type ConfigError } from '../configError';
import type { ConfigDocument } from '../document';
import { readDocument } from '../formats/readDocument';
import { MAX_CONFIG_SIZE } from '../formats/textGuard';
import { readRecipeModel, type ConfigReading } from '../readConfig';
import type { ReadContext } from '../readContext';
import { readModelDocument } from '../readModel';
import { readRecipe } from '../recipes/registry';
import type { Inspection } from './inspection';
import { failedInspection, readInspection } from './inspectionOf';
import { lineFields } from './lineFields';
import { inTextOrder, locateFields } from './locateFields';
import type { LocatedField } from './locatedField';
import { meantFields } from './meantFields';
import { modelSigns } from './modelSigns';
import { textFlags } from './textFlags';

/** Words by which a text is a config although no parser takes it. */
const BROKEN_SIGN =
  /["']?\b(?:model_type|architectures|base_model|model_name_or_path|hf_assets_path|per_device_train_batch_size|micro_batch_size|gpu[-_]memory[-_]utilization|mem[-_]fraction[-_]static)["']?[ \t]*[:=]/;

/** Different kinds of fields that make a config of a text without such a word. */
const ENOUGH_KINDS = 3;

/** Keys at fault where a model is of no kind that is supported, which is nothing for its author to mend. */
const UNSUPPORTED_KEYS: ReadonlySet<string> = new Set(['model_type', 'block_configs', 'attn_config']);

/** Inspects JSON, YAML, TOML or a Modelfile. Undefined for what is no config. */
export async function inspectDocument(
  text: string,
  name: string,
  context: ReadContext,
): Promise<Inspection | undefined> {
  if (text.length > MAX_CONFIG_SIZE) return undefined;
  try {
    const document = readDocument(text, name);
    return await inspectParsed(document, text, name, context);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    return inspectBroken(text, error);
  }
}

/** The text cannot be read, or an entry of it that tells what it is: its fields are those that its lines show. */
function inspectBroken(text: string, error: ConfigError): Inspection | undefined {
  const fields = meantFields(lineFields(text));
  const isConfig =
    BROKEN_SIGN.test(text.slice(0, 200_000)) || new Set(fields.map(({ kind }) => kind)).size >= ENOUGH_KINDS;
  return fields.length > 0 && isConfig ? { fields, error } : undefined;
}

async function inspectParsed(
  document: ConfigDocument,
  text: string,
  name: string,
  context: ReadContext,
): Promise<Inspection | undefined> {
  const recipe = readRecipe(document, name);
  if (recipe === undefined && modelSigns(document.fields) === undefined) return undefined;
  const located = locateFields(document, text);
  const fields = recipe === undefined ? located : withHiddenFields(located, recipe, text);
  try {
    const reading: ConfigReading =
      recipe === undefined
        ? { document, model: readModelDocument(document, name) }
        : await readRecipeModel(document, recipe, name, context);
    return readInspection(fields, reading);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    if (isOfNobody(error, recipe, fields)) return undefined;
    return failedInspection(fields, recipe, error, name);
  }
}

/** A model of another kind, a companion without a model beside it, or a training config without a length. */
function isOfNobody(
  error: ConfigError,
  recipe: Recipe | undefined,
  fields: readonly LocatedField[],
): boolean {
  if (recipe === undefined) return error.key === undefined || UNSUPPORTED_KEYS.has(error.key);
  return recipe.model === undefined && (recipe.purpose === 'companion' || fields.length === 0);
}

/** With those of a server's flags, or of its arguments inside a list, where the length is one of them. */
function withHiddenFields(
  located: readonly LocatedField[],
  recipe: Recipe,
  text: string,
): readonly LocatedField[] {
  const range = hiddenRange(located, recipe);
  if (range === undefined) return located;
  const flags = textFlags(text, range, recipe.framework === 'llama.cpp');
  const hidden = flags.length > 0 ? flags : lineFields(text, range);
  return inTextOrder([...located, ...hidden]);
}

/** Where the length, or else the model, of a recipe is written that is no field of the document. */
function hiddenRange(located: readonly LocatedField[], recipe: Recipe): TextRange | undefined {
  const source = recipe.fields['sequenceLength'] ?? recipe.fields['model'];
  if (recipe.purpose !== 'serving' || source?.kind !== 'key' || !/--|\.\d+\./.test(source.path))
    return undefined;
  const { offset, length } = source.range;
  return located.some(({ range }) => range.offset === offset) ? undefined : { offset, length };
}
