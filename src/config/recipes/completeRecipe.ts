import * as l10n from '@vscode/l10n';
import type { Parallelism, Recipe } from '../../model/recipe';
import type { ParallelismDraft, RecipeDraft } from './recipeFramework';
import type { RecipeReader } from './recipeReader';

/** What follows from the figures that were read: the data-parallel degree, the accumulation, the batch. */
export function completeRecipe(draft: RecipeDraft, reader: RecipeReader): RecipeDraft {
  const parallelism = completeParallelism(draft, reader);
  const withDegrees: RecipeDraft = { ...draft, parallelism };
  return { ...withDegrees, accumulation: draft.accumulation ?? accumulation(withDegrees, reader) };
}

/** Devices = data · tensor · pipeline · context. */
function completeParallelism(draft: RecipeDraft, reader: RecipeReader): ParallelismDraft | undefined {
  const { parallelism, devices } = draft;
  if (devices === undefined || parallelism?.data !== undefined) return parallelism;
  const { tensor = 1, pipeline = 1, context = 1 } = parallelism ?? {};
  const data = devices / (tensor * pipeline * context);
  if (!Number.isInteger(data)) return parallelism;
  const rule = l10n.t('Data parallel = devices / (tensor · pipeline · context parallel).');
  return { ...parallelism, data: reader.rule('parallelism.data', data, rule) };
}

/** Global batch = micro-batch · accumulation · data parallel. */
function accumulation(draft: RecipeDraft, reader: RecipeReader): number | undefined {
  const { globalBatch, microBatch, parallelism } = draft;
  if (globalBatch === undefined || microBatch === undefined || parallelism?.data === undefined)
    return undefined;
  const steps = globalBatch / (microBatch * parallelism.data);
  if (!Number.isInteger(steps)) return undefined;
  return reader.rule(
    'accumulation',
    steps,
    l10n.t('Accumulation = global batch / (micro-batch · data parallel).'),
  );
}

/** The draft as a recipe, without the properties that it leaves undefined. */
export function finishRecipe(
  framework: Pick<Recipe, 'framework' | 'purpose'>,
  draft: RecipeDraft,
  reader: RecipeReader,
): Recipe {
  const parallelism: Partial<Parallelism> = withoutUndefined(draft.parallelism ?? {});
  const rest: Partial<Recipe> = withoutUndefined({ ...draft, parallelism: undefined });
  return {
    framework: framework.framework,
    purpose: framework.purpose,
    ...rest,
    ...(Object.keys(parallelism).length > 0 ? { parallelism } : {}),
    fields: reader.fields,
    assumptions: reader.assumptions,
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Partial<Defined<T>> {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  // Object.fromEntries forgets the keys' types; these are the entries of a T.
  return Object.fromEntries(entries) as Partial<Defined<T>>;
}
