import type { Recipe } from '../../model/recipe';
import type { ConfigDocument } from '../document';
import { completeRecipe, finishRecipe } from '../recipes/completeRecipe';
import type { RecipeView } from '../recipes/recipeFramework';
import { RecipeReader } from '../recipes/recipeReader';
import { recipeFrameworks } from '../recipes/registry';
import { commandConfig, flagFields } from './commandFields';
import { commandsOf, type Command } from './commandWords';
import type { LocatedField } from './locatedField';

/** A command that serves or trains a model. */
export interface ModelCommand {
  /** Its flags, as if they were a config. */
  readonly document: ConfigDocument;
  readonly recipe: Recipe;
  readonly fields: readonly LocatedField[];
}

/** Commands with flags that are looked at. */
const MAX_COMMANDS = 500;

const frameworks = recipeFrameworks.filter(({ purpose }) => purpose !== 'companion');

/**
 * The first command of a shell script, a Dockerfile or a unit of systemd that serves or trains a model with a length
 * among its flags; without a length, the first that names one. Undefined where there is none.
 */
export function readModelCommand(text: string, file: string): ModelCommand | undefined {
  let other: ModelCommand | undefined;
  let looked = 0;
  const commands = commandsOf(text);
  const image = commands.findLast(([first]) => first?.text === 'FROM')?.[1]?.text;
  for (const command of joined(commands)) {
    const isContainers = command[0]?.text === 'CMD' || command[0]?.text === 'ENTRYPOINT';
    const config = commandConfig(command, isContainers ? image : undefined);
    if (config === undefined) continue;
    if (++looked > MAX_COMMANDS) break;
    const view: RecipeView = { ...config, format: 'yaml', file };
    const framework = frameworks.find((each) => each.matches(view));
    if (framework === undefined) continue;
    const reader = new RecipeReader(view.fields);
    const recipe = finishRecipe(framework, completeRecipe(framework.read(reader, view), reader), reader);
    const fields = flagFields(command, recipe.framework === 'llama.cpp');
    const document: ConfigDocument = { format: 'yaml', fields: config.fields, duplicates: [] };
    if (fields.some(({ kind }) => kind === 'length')) return { document, recipe, fields };
    other ??= { document, recipe, fields };
  }
  return other;
}

/** In a Dockerfile the arguments of CMD follow those of ENTRYPOINT. */
function joined(commands: readonly Command[]): readonly Command[] {
  const entry = commands.findLast(([first]) => first?.text === 'ENTRYPOINT');
  const last = commands.findLast(([first]) => first?.text === 'CMD');
  if (entry === undefined || last === undefined) return commands;
  return [[...entry, ...last.slice(1)], ...commands.filter((each) => each !== entry && each !== last)];
}
