import * as l10n from '@vscode/l10n';
import type { Recipe } from '../../model/recipe';
import type { ConfigDocument } from '../document';
import { generationConfig, sentenceBert, tokenizerConfig } from './companions';
import { completeRecipe, finishRecipe } from './completeRecipe';
import type { RecipeFramework, RecipeView } from './recipeFramework';
import { RecipeReader } from './recipeReader';
import { nestedViews } from './recipeViews';
import { llamaCpp } from './serving/llamaCpp';
import { ollama } from './serving/ollama';
import { sglang } from './serving/sglang';
import { tgi } from './serving/tgi';
import { vllm } from './serving/vllm';
import { accelerate } from './training/accelerate';
import { axolotl } from './training/axolotl';
import { deepspeed } from './training/deepspeed';
import { gptNeox } from './training/gptNeox';
import { llamaFactory } from './training/llamaFactory';
import { megatron, nemo } from './training/megatron';
import { nanoGpt } from './training/nanoGpt';
import { peft } from './training/peft';
import { torchtitan } from './training/torchtitan';
import { torchtune } from './training/torchtune';
import { transformers } from './training/transformers';

export { inlineModel } from './inline/inlineModel';

/**
 * Every framework whose configs are read. The first that matches a file reads it, so those that others build
 * on come later: DeepSpeed's keys are also in gpt-neox's files, the Trainer's in LLaMA-Factory's.
 */
export const recipeFrameworks: readonly RecipeFramework[] = [
  tokenizerConfig,
  sentenceBert,
  generationConfig,
  peft,
  ollama,
  nanoGpt,
  torchtitan,
  torchtune,
  axolotl,
  llamaFactory,
  transformers,
  gptNeox,
  nemo,
  megatron,
  deepspeed,
  accelerate,
  sglang,
  tgi,
  llamaCpp,
  vllm,
];

/**
 * Reads a training or serving config, or a companion of a model's config. Undefined where the document is none
 * of them. Values that cannot be used are left aside and named in the recipe's assumptions; throws nothing.
 */
export function readRecipe(document: ConfigDocument, file: string): Recipe | undefined {
  const whole: RecipeView = { fields: document.fields, format: document.format, file };
  const framework = recipeFrameworks.find((each) => each.matches(whole));
  if (framework !== undefined) return recipeOf(framework, whole, document);
  const servers = recipeFrameworks.filter(({ purpose }) => purpose === 'serving');
  for (const view of nestedViews(document, file)) {
    const server = servers.find((each) => each.matches(view));
    if (server !== undefined) return recipeOf(server, view, document);
  }
  return undefined;
}

function recipeOf(framework: RecipeFramework, view: RecipeView, document: ConfigDocument): Recipe {
  const reader = new RecipeReader(view.fields, document.fields);
  for (const path of new Set(document.duplicates.slice(0, 5))) {
    reader.note(l10n.t('"{0}" is written more than once: the last one counts.', path.slice(0, 60)));
  }
  return finishRecipe(framework, completeRecipe(framework.read(reader, view), reader), reader);
}
