import type { ModelSpec } from '../model/modelSpec';
import { readDocument } from './formats/readDocument';
import { objectDocument } from './objectDocument';
import { readModelDocument } from './readModel';
import { inlineModel, readRecipe } from './recipes/registry';

/**
 * The model that a text describes itself: a model's own config in any format, or a training config with the model's
 * sizes. `name` is what the file is called in messages, and tells its format.
 *
 * Throws ConfigError, and nothing else, for a text that describes no model, or only names one.
 */
export function readOwnModel(text: string, name: string): ModelSpec {
  const document = readDocument(text, name);
  const inline = readRecipe(document, name) && inlineModel(document, name);
  if (inline === undefined) return readModelDocument(document, name);
  return readModelDocument(objectDocument(inline.config, document, inline.sources), name);
}
