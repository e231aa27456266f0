import type { Recipe } from '../../model/recipe';
import { ConfigError } from '../configError';

/**
 * `error` as one of the file called `name`. What is wrong in the config of the model that `recipe` names has its place
 * in that other file: here it stands where the model is named.
 */
export function errorInFile(error: ConfigError, name: string, recipe: Recipe | undefined): ConfigError {
  if (error.file === name) return error;
  const source = recipe?.fields['model'];
  const { file, problem, mend } = error;
  return new ConfigError({
    file: name,
    ...(recipe?.model !== undefined && { key: recipe.model.path }),
    problem: `${file}: ${problem}`,
    mend,
    ...(source?.kind === 'key' && { range: source.range }),
  });
}
