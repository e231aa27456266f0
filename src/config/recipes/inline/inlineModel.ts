import type { ConfigDocument } from '../../document';
import type { RecipeFramework, RecipeView } from '../recipeFramework';
import { RecipeReader } from '../recipeReader';
import { gptNeox } from '../training/gptNeox';
import { megatron, nemo } from '../training/megatron';
import { nanoGpt } from '../training/nanoGpt';
import { torchtune } from '../training/torchtune';
import { gptNeoxShape } from './gptNeoxShape';
import { megatronShape } from './megatronShape';
import { nanoGptShape } from './nanoGptShape';
import type { InlineModel } from './shapeDraft';
import { torchtuneShape } from './torchtuneShape';

interface InlineShape {
  readonly framework: RecipeFramework;
  readonly shape: (reader: RecipeReader) => InlineModel | undefined;
}

/** Frameworks whose files have the model's own shape. */
const shapes: readonly InlineShape[] = [
  { framework: nanoGpt, shape: nanoGptShape },
  { framework: torchtune, shape: torchtuneShape },
  { framework: gptNeox, shape: gptNeoxShape },
  { framework: nemo, shape: megatronShape },
  { framework: megatron, shape: megatronShape },
];

/**
 * The model whose shape a training config has in itself, as a config in Hugging Face's names that a family
 * reads. Undefined where the file is of no such framework or leaves out the sizes; throws nothing.
 */
export function inlineModel(document: ConfigDocument, file: string): InlineModel | undefined {
  const view: RecipeView = { fields: document.fields, format: document.format, file };
  const found = shapes.find(({ framework }) => framework.matches(view));
  return found?.shape(new RecipeReader(document.fields));
}
