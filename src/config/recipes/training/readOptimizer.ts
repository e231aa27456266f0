import * as l10n from '@vscode/l10n';
import type { Optimizer } from '../../../model/recipe';
import { optimizerNamed } from '../names/optimizerNames';
import type { RecipeReader } from '../recipeReader';

/** The optimizer that the first of `paths` names; with `momentumPaths`, SGD with momentum is told apart. */
export function readOptimizer(
  reader: RecipeReader,
  paths: readonly string[],
  momentumPaths: readonly string[] = [],
): Optimizer | undefined {
  const found = reader.named(paths, optimizerNamed, l10n.t('optimizer'));
  if (found === undefined) return undefined;
  const { optimizer, difference } = found.value;
  if (difference !== undefined) {
    reader.note(l10n.t('"{0}" is counted as {1}, the nearest: {2}.', found.path, optimizer, difference));
  }
  const momentum = reader.number(momentumPaths, 0, 1)?.value ?? 0;
  const exact = optimizer === 'sgd' && momentum > 0 ? 'sgdMomentum' : optimizer;
  return reader.take('optimizer', { ...found, value: exact });
}
