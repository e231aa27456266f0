import { isConfigError } from '../configError';
import type { ConfigDocument } from '../document';
import { readPython } from '../formats/python';
import { readRecipeModel, type ConfigReading } from '../readConfig';
import type { ReadContext } from '../readContext';
import { readModelDocument } from '../readModel';
import { readRecipe } from '../recipes/registry';
import type { Inspection } from './inspection';
import { failedInspection, readInspection } from './inspectionOf';
import { modelSigns } from './modelSigns';
import { pythonFields } from './pythonFields';
import { pythonRecipe } from './pythonModel';

/** Classes whose fields may be the sizes of a model. */
const MAX_CLASSES = 100;

/**
 * What a Python text says of a model: nanoGPT's settings, a class of sizes, or a script that names a model which is
 * found. Undefined for any other. Throws ConfigError for a text that is none.
 */
export async function inspectPython(
  text: string,
  name: string,
  context: ReadContext,
): Promise<Inspection | undefined> {
  const fields = pythonFields(text);
  if (fields.length === 0) return undefined;
  const document = readPython(text, name);
  const recipe = readRecipe(document, name);
  try {
    const reading =
      recipe === undefined
        ? (classReading(document, name) ?? (await scriptReading()))
        : await readRecipeModel(document, recipe, name, context);
    return reading && readInspection(fields, reading);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    return recipe === undefined ? undefined : failedInspection(fields, recipe, error, name);
  }

  async function scriptReading(): Promise<ConfigReading | undefined> {
    const script = pythonRecipe(text, document, fields, name);
    return script && (await readRecipeModel(document, script, name, context));
  }
}

/** The model whose sizes are the fields of a class, such as `GPTConfig`. */
function classReading(document: ConfigDocument, name: string): ConfigReading | undefined {
  let looked = 0;
  for (const { children } of document.fields.values()) {
    const fields = children();
    if (fields.size === 0 || ++looked > MAX_CLASSES || modelSigns(fields) === undefined) continue;
    return { document, model: readModelDocument({ fields, duplicates: [] }, name) };
  }
  return undefined;
}
