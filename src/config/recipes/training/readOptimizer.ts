import type { Optimizer } from '../../../model/recipe';
import { optimizerNamed } from '../names/optimizerNames';
import type { RecipeReader } from '../recipeReader';

/** The optimizer that the first of `paths` names; with `momentumPaths`, SGD with momentum is told apart. */
export function readOptimizer(
  reader: RecipeReader,
  paths: readonly string[],
  momentumPaths: readonly string[] = [],
): Optimizer | undefined {
  const found = reader.named(paths, optimizerNamed, 'optimizer');
  if (found === undefined) return undefined;
  const { optimizer, difference } = found.value;
  if (difference !== undefined) {
    reader.note(`"${found.path}" is counted as ${optimizer}, the nearest: ${difference}.`);
  }
  const momentum = reader.number(momentumPaths, 0, 1)?.value ?? 0;
  const exact = optimizer === 'sgd' && momentum > 0 ? 'sgdMomentum' : optimizer;
  return reader.take('optimizer', { ...found, value: exact });
}
