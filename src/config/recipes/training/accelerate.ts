import type { Parallelism, Recipe } from '../../../model/recipe';
import type { ParallelismDraft, RecipeDraft, RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny } from '../spelledField';
import { readPrecisionName } from './readPrecisionName';
import { readDeepspeedReference, readFsdpConfig, readZeroStage } from './zeroStage';

/** What `accelerate config` writes. It names no model and no sequence length. */
export const accelerate: RecipeFramework = {
  framework: 'accelerate',
  purpose: 'training',
  matches: ({ fields }) =>
    hasAny(fields, ['distributed_type', 'fsdp_config', 'deepspeed_config', 'compute_environment']) &&
    countPresent(fields, [
      'mixed_precision',
      'num_processes',
      'num_machines',
      'machine_rank',
      'main_training_function',
    ]) >= 2,
  read: readAccelerate,
};

function readAccelerate(reader: RecipeReader): RecipeDraft {
  const type = reader.text(['distributed_type'])?.value.toUpperCase();
  return {
    devices: reader.take('devices', reader.degree(['num_processes'])),
    accumulation: reader.take(
      'accumulation',
      reader.integer(['deepspeed_config.gradient_accumulation_steps', 'gradient_accumulation_steps']),
    ),
    ...readPrecisionName(reader, ['mixed_precision']),
    recomputation: readRecomputation(reader),
    parallelism: { ...readDegrees(reader), zeroStage: readStage(reader, type) },
  };
}

function readRecomputation(reader: RecipeReader): Recipe['recomputation'] {
  const selective = reader.boolean(['megatron_lm_config.megatron_lm_recompute_activations']);
  if (selective?.value === true) return reader.takeAs('recomputation', selective, () => 'selective');
  const full = reader.boolean([
    'fsdp_config.fsdp_activation_checkpointing',
    'fsdp_config.activation_checkpointing',
  ]);
  return reader.takeAs('recomputation', full, (on) => (on ? 'full' : 'none'));
}

function readStage(reader: RecipeReader, type: string | undefined): Parallelism['zeroStage'] | undefined {
  if (type === 'MULTI_GPU' || type === 'NO') {
    return reader.takeAs('parallelism.zeroStage', reader.text(['distributed_type']), () => 0 as const);
  }
  return (
    readZeroStage(reader, ['deepspeed_config.zero_stage']) ??
    (reader.has('deepspeed_config.deepspeed_config_file')
      ? readDeepspeedReference(reader, 'deepspeed_config.deepspeed_config_file')
      : readFsdpConfig(reader, 'fsdp_config'))
  );
}

/** `parallelism_config`, whose keys carry its name in front in the file; and the older Megatron plugin. */
function readDegrees(reader: RecipeReader): ParallelismDraft {
  const degree = (name: string): ReturnType<RecipeReader['degree']> =>
    reader.degree([`parallelism_config.parallelism_config_${name}`, `parallelism_config.${name}`]);
  const replicate = degree('dp_replicate_size')?.value ?? 1;
  const shard = degree('dp_shard_size');
  const ring = degree('cp_size');
  const ulysses = degree('sp_size');
  const context = [ulysses, ring].find((found) => found !== undefined && found.value > 1) ?? ring;
  const sequence = reader.boolean(['megatron_lm_config.megatron_lm_sequence_parallelism']);
  return {
    data: reader.takeAs('parallelism.data', shard, (value) => value * replicate),
    tensor: reader.take(
      'parallelism.tensor',
      degree('tp_size') ?? reader.degree(['megatron_lm_config.megatron_lm_tp_degree', 'tp_config.tp_size']),
    ),
    pipeline: reader.take(
      'parallelism.pipeline',
      reader.degree(['megatron_lm_config.megatron_lm_pp_degree']),
    ),
    sequence: reader.take('parallelism.sequence', sequence),
    context: reader.take('parallelism.context', context),
    contextKind: reader.takeAs('parallelism.contextKind', context, () =>
      context === ulysses ? 'ulysses' : 'ring',
    ),
  };
}
