import * as l10n from '@vscode/l10n';
import type { Recipe } from '../../../model/recipe';
import type { RecipeDraft, RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny, hasMapping } from '../spelledField';
import { readOptimizer } from './readOptimizer';
import { readZeroStage } from './zeroStage';

/** The rule of its 16-bit training (Rajbhandari et al. 2020 §3.1). */
export const float32Beside = (): string => l10n.t('DeepSpeed keeps float32 weights beside 16-bit ones.');

/** DeepSpeed's JSON (deepspeed.ai/docs/config-json). It names no model and no sequence length. */
export const deepspeed: RecipeFramework = {
  framework: 'deepspeed',
  purpose: 'training',
  matches: ({ fields }) =>
    hasMapping(fields, 'zero_optimization') ||
    (hasAny(fields, ['train_micro_batch_size_per_gpu', 'train_batch_size']) &&
      countPresent(fields, [
        'optimizer.type',
        'fp16.enabled',
        'bf16.enabled',
        'gradient_clipping',
        'steps_per_print',
      ]) >= 1),
  read: readDeepspeed,
};

/** Also what gpt-neox reads under the same names. */
export function readDeepspeed(reader: RecipeReader): RecipeDraft {
  const context = reader.degree(['sequence_parallel_size']);
  return {
    microBatch: reader.take('microBatch', reader.integer(['train_micro_batch_size_per_gpu'])),
    accumulation: reader.take('accumulation', reader.integer(['gradient_accumulation_steps'])),
    globalBatch: reader.take('globalBatch', reader.integer(['train_batch_size'])),
    ...readPrecision(reader),
    optimizer: readOptimizer(reader, ['optimizer.type'], ['optimizer.params.momentum']),
    parallelism: {
      zeroStage: readZeroStage(reader, ['zero_optimization.stage']),
      tensor: reader.take('parallelism.tensor', reader.degree(['tensor_parallel.autotp_size'])),
      context: reader.take('parallelism.context', context),
      contextKind: reader.takeAs('parallelism.contextKind', context, () => 'ulysses' as const),
    },
  };
}

/** 16-bit training keeps float32 weights, as ZeRO does (Rajbhandari et al. 2020 §3.1). */
function readPrecision(
  reader: RecipeReader,
): Pick<RecipeDraft, 'dtype' | 'masterWeights' | 'float32Gradients'> {
  const dtype = readEnabled(reader);
  const width = reader.text(['data_types.grad_accum_dtype']);
  return {
    dtype,
    masterWeights:
      dtype === undefined || dtype === 'float32'
        ? undefined
        : reader.rule('masterWeights', true, float32Beside()),
    float32Gradients: reader.takeAs('float32Gradients', width, (name) => /^(?:fp32|float32)$/i.test(name)),
  };
}

function readEnabled(reader: RecipeReader): Recipe['dtype'] {
  const brain = reader.boolean(['bf16.enabled', 'bfloat16.enabled']);
  const half = reader.boolean(['fp16.enabled']);
  if (brain?.value === true) return reader.takeAs('dtype', brain, () => 'bfloat16' as const);
  if (half?.value === true) return reader.takeAs('dtype', half, () => 'float16' as const);
  // One that is off says nothing where the other is left to the training arguments.
  if (brain?.value === false && half?.value === false)
    return reader.takeAs('dtype', half, () => 'float32' as const);
  return undefined;
}
