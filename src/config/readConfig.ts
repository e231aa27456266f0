import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import { joinSentences } from '../model/phrases';
import type { Recipe } from '../model/recipe';
import { ConfigError } from './configError';
import type { ConfigDocument } from './document';
import { readDocument } from './formats/readDocument';
import { readJson } from './formats/json';
import { readGgufModel } from './ggufReading';
import { objectDocument } from './objectDocument';
import { readModelDocument } from './readModel';
import type { ReadContext } from './readContext';
import { inlineModel, readRecipe } from './recipes/registry';
import { lookedIn } from './resolve/lookedIn';
import type { FoundModel } from './resolve/resolution';
import { resolveModel } from './resolve/resolveModel';
import type { StoredWeights } from './storedWeights';

/** What a config file says: a model, or how a model that it names is trained or served. */
export interface ConfigReading {
  readonly document: ConfigDocument;
  readonly model: ModelSpec;
  /** How it is trained or served, where the file says so. */
  readonly recipe?: Recipe;
  /** Where the model's shape came from, where it is not in the file itself. */
  readonly modelSource?: ModelSource;
  /** What the weight file holds that the model was read from, by its header. */
  readonly stored?: StoredWeights;
}

export type ModelSource = Pick<FoundModel, 'name' | 'location' | 'how' | 'note'>;

/**
 * Reads any config: a model's own, or a training, serving or companion file, whose model is in it, beside it, or
 * found on this computer by its name. `name` is what the file is called in messages. Nothing is fetched.
 *
 * Throws ConfigError, and nothing else, for a text that describes no model and names none that is found.
 */
export async function readConfig(text: string, name: string, context: ReadContext): Promise<ConfigReading> {
  const document = readDocument(text, name);
  const recipe = readRecipe(document, name);
  if (recipe === undefined) {
    return { document, model: readModelDocument(document, name) };
  }
  return readRecipeModel(document, recipe, name, context);
}

/**
 * The model that `recipe`, which was read from `document`, is about. Throws ConfigError, and nothing else, where there
 * is none or it is not found.
 */
export async function readRecipeModel(
  document: ConfigDocument,
  recipe: Recipe,
  name: string,
  context: ReadContext,
): Promise<ConfigReading> {
  const inline = inlineModel(document, name);
  if (inline !== undefined) {
    const model = readModelDocument(objectDocument(inline.config, document, inline.sources), name);
    return { document, model: withAssumptions(model, inline.assumptions), recipe };
  }
  return { document, recipe, ...(await findModel(recipe, name, context)) };
}

interface FoundSpec {
  readonly model: ModelSpec;
  readonly modelSource: ModelSource;
  readonly stored?: StoredWeights;
}

async function findModel(recipe: Recipe, name: string, context: ReadContext): Promise<FoundSpec> {
  if (recipe.model === undefined) return modelBeside(recipe, name, context);
  const found = await resolveModel(recipe.model, context);
  const gguf = found.ggufPath === undefined ? undefined : await modelOfGguf(found.ggufPath, context);
  if (gguf !== undefined) return gguf;
  if (found.kind === 'missing') {
    const range = recipe.fields['model'];
    throw new ConfigError({
      file: name,
      key: recipe.model.path,
      problem: joinSentences([found.problem, lookedIn(found.tried)]),
      mend: found.mend,
      isModelMissing: true,
      ...(found.repository !== undefined && { missingModel: found.repository }),
      ...(range?.kind === 'key' && { range: range.range }),
    });
  }
  const model = readModelDocument(readJson(found.text, found.name), found.name);
  return {
    model,
    modelSource: { name: found.name, location: found.location, how: found.how, note: found.note },
  };
}

/** The model of a file that names none: the config beside it. */
async function modelBeside(recipe: Recipe, name: string, context: ReadContext): Promise<FoundSpec> {
  const location =
    context.folder === undefined ? undefined : context.files.join(context.folder, 'config.json');
  const text = location === undefined ? undefined : await context.files.readText(location);
  if (text === undefined || location === undefined) {
    throw new ConfigError({
      file: name,
      problem: namesNoModel[recipe.purpose](recipe.framework),
      isModelMissing: true,
      mend: l10n.t("Put it beside the model's config.json, or open the config that names the model."),
    });
  }
  const model = readModelDocument(readJson(text, 'config.json'), 'config.json');
  return {
    model,
    modelSource: {
      name: 'config.json',
      location,
      how: 'beside',
      note: l10n.t('The model is that of the config.json beside it.'),
    },
  };
}

const namesNoModel: Readonly<Record<Recipe['purpose'], (framework: string) => string>> = {
  training: (framework) =>
    l10n.t(
      'The file says how a model is trained ({0}), but names none, and no config.json lies beside it.',
      framework,
    ),
  serving: (framework) =>
    l10n.t(
      'The file says how a model is served ({0}), but names none, and no config.json lies beside it.',
      framework,
    ),
  companion: (framework) =>
    l10n.t(
      'The file says how a model is used ({0}), but names none, and no config.json lies beside it.',
      framework,
    ),
};

/** The model of a GGUF file by its header; undefined where files cannot be opened here. */
async function modelOfGguf(path: string, context: ReadContext): Promise<FoundSpec | undefined> {
  const source = await context.openBytes?.(path);
  if (source === undefined) return undefined;
  try {
    const { model, stored } = await readGgufModel(source, path);
    const note = l10n.t('Its shape is from the header of {0}.', path);
    return { model, stored, modelSource: { name: path, location: path, how: 'ollama', note } };
  } finally {
    await source.close();
  }
}

function withAssumptions(model: ModelSpec, more: readonly string[]): ModelSpec {
  return more.length === 0 ? model : { ...model, assumptions: [...model.assumptions, ...more] };
}
