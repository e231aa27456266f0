import * as l10n from '@vscode/l10n';
import { ggufFormatIn } from '../names/weightFormatNames';
import { modelReference, type RecipeDraft, type RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';

/** Ollama's Modelfile: FROM names the model, PARAMETER num_ctx the length. */
export const ollama: RecipeFramework = {
  framework: 'ollama',
  purpose: 'serving',
  matches: ({ format }) => format === 'modelfile',
  read: readOllama,
};

function readOllama(reader: RecipeReader): RecipeDraft {
  const model = modelReference(reader, ['FROM', 'from']);
  const format = model === undefined ? undefined : ggufFormatIn(model.name);
  return {
    model,
    sequenceLength: reader.take(
      'sequenceLength',
      reader.tokens(['num_ctx', 'PARAMETER.num_ctx', 'parameters.num_ctx']),
    ),
    weightFormat: model === undefined ? undefined : weightFormat(reader, model.name, format),
  };
}

function weightFormat(
  reader: RecipeReader,
  name: string,
  format: RecipeDraft['weightFormat'],
): RecipeDraft['weightFormat'] {
  if (format !== undefined) {
    return reader.rule(
      'weightFormat',
      format,
      l10n.t('The name of the model says how its weights are stored.'),
    );
  }
  // A path may be of any file; a tag of Ollama's library is 4 bit unless it says otherwise.
  if (/[\\]|^[./~]|\.gguf$|\.safetensors$/i.test(name)) return undefined;
  return reader.assume(
    'weightFormat',
    'q4_k',
    l10n.t('The tag names no quantisation: Q4_K_M, as in Ollama’s library.'),
  );
}
