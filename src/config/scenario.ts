import type { EstimateOptions, TrainingOptions } from '../cost/estimate';
import type { ModelSpec } from '../model/modelSpec';
import type { Parallelism, Recipe } from '../model/recipe';

/** Servers that keep one pool of pages for all layers, windowed or not. */
const pagedServers: ReadonlySet<string> = new Set(['vllm', 'sglang', 'tgi']);

/**
 * The conditions that a config itself names: the length and batch of its recipe, its precision, optimizer,
 * adapters, recomputation and parallel degrees. What it does not say: the model's declared length and dtype, one
 * sequence, and the defaults of the cost model.
 */
export function declaredScenario(model: ModelSpec, recipe: Recipe | undefined): EstimateOptions {
  const parallelism = declaredParallelism(recipe);
  const training = declaredTraining(recipe);
  const weightFormat = recipe?.weightFormat ?? model.weightFormat;
  return {
    sequenceLength: recipe?.sequenceLength ?? model.maxSequenceLength,
    batch: recipe?.microBatch ?? 1,
    dtype: recipe?.dtype ?? model.dtype,
    ...(recipe?.cacheDType && { cacheDType: recipe.cacheDType }),
    ...(recipe && pagedServers.has(recipe.framework) && { cacheLayout: 'pages' as const }),
    ...(recipe?.cachePageTokens !== undefined && { cachePageTokens: recipe.cachePageTokens }),
    ...(weightFormat !== undefined && weightFormat !== 'none' && { weightFormat }),
    ...(training && { training }),
    ...(parallelism && { parallelism }),
  };
}

/**
 * The declared conditions with those of `asked` in place of what they say. A dtype that is asked for is the
 * weights' too, unless a format is asked for beside it.
 */
export function withConditions(declared: EstimateOptions, asked: Partial<EstimateOptions>): EstimateOptions {
  const { weightFormat, ...plain } = declared;
  const kept = asked.dtype === undefined && weightFormat !== undefined ? { ...plain, weightFormat } : plain;
  const training = { ...declared.training, ...asked.training };
  const parallelism = { ...declared.parallelism, ...asked.parallelism };
  return {
    ...kept,
    ...asked,
    ...(Object.keys(training).length > 0 && { training }),
    ...(Object.keys(parallelism).length > 0 && { parallelism }),
  };
}

function declaredTraining(recipe: Recipe | undefined): Partial<TrainingOptions> | undefined {
  if (recipe?.purpose !== 'training') return undefined;
  const { optimizer, masterWeights, float32Gradients, recomputation, attention, lora } = recipe;
  return {
    ...(optimizer && { optimizer }),
    ...(masterWeights !== undefined && { masterWeights }),
    ...(float32Gradients !== undefined && { float32Gradients }),
    ...(recomputation && { recomputation }),
    ...(attention && { attention }),
    ...(lora && { lora }),
  };
}

/** Devices that no other degree takes are data-parallel. */
function declaredParallelism(recipe: Recipe | undefined): Partial<Parallelism> | undefined {
  const { parallelism, devices } = recipe ?? {};
  if (parallelism === undefined && devices === undefined) return undefined;
  const { tensor = 1, pipeline = 1, context = 1 } = parallelism ?? {};
  const rest = devices === undefined ? undefined : Math.floor(devices / (tensor * pipeline * context));
  return {
    ...(rest !== undefined && rest >= 1 && recipe?.purpose === 'training' && { data: rest }),
    ...parallelism,
  };
}
