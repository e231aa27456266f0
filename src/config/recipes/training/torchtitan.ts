import * as l10n from '@vscode/l10n';
import type { Recipe } from '../../../model/recipe';
import { dtypeNamed } from '../../dtypeNames';
import type { ParallelismDraft, RecipeDraft, RecipeFramework } from '../recipeFramework';
import type { Found, RecipeReader } from '../recipeReader';
import { hasAny } from '../spelledField';
import { readOptimizer } from './readOptimizer';

/** PyTorch's torchtitan: TOML in tables. Older files have the degrees in `training` and `experimental`. */
export const torchtitan: RecipeFramework = {
  framework: 'torchtitan',
  purpose: 'training',
  matches: ({ fields, format }) =>
    format === 'toml' &&
    hasAny(fields, ['model.flavor', 'model.name']) &&
    hasAny(fields, ['training.seq_len']),
  read: readTorchtitan,
};

function readTorchtitan(reader: RecipeReader): RecipeDraft {
  const parallelism = readDegrees(reader);
  const sharded = (parallelism.zeroStage ?? 0) > 0;
  return {
    model: readModelReference(reader),
    sequenceLength: reader.take('sequenceLength', reader.tokens(['training.seq_len'])),
    microBatch: reader.take(
      'microBatch',
      reader.integer(['training.local_batch_size', 'training.batch_size']),
    ),
    globalBatch: reader.take('globalBatch', readGlobalBatch(reader)),
    ...readPrecision(reader, sharded),
    optimizer: readOptimizer(reader, ['optimizer.name']),
    recomputation: readRecomputation(reader),
    attention: reader.rule('attention', 'fused', l10n.t('torchtitan uses PyTorch’s fused attention.')),
    parallelism,
  };
}

/** -1 means one micro-batch a device. */
function readGlobalBatch(reader: RecipeReader): Found<number> | undefined {
  const found = reader.any(['training.global_batch_size']);
  return found?.value === -1 ? undefined : reader.integer(['training.global_batch_size']);
}

const published: ReadonlyMap<string, string> = new Map([
  ['deepseek_v3 671B', 'deepseek-ai/DeepSeek-V3'],
  ['llama3 405B', 'meta-llama/Llama-3.1-405B'],
  ['llama4 17bx16e', 'meta-llama/Llama-4-Scout-17B-16E'],
  ['llama4 17bx128e', 'meta-llama/Llama-4-Maverick-17B-128E'],
]);

/** The folder of the assets where its name has the flavour in it, as it may be that of another model's tokenizer. */
function readModelReference(reader: RecipeReader): Recipe['model'] {
  const flavor = reader.text(['model.flavor']);
  const assets = reader.text(['model.hf_assets_path']);
  if (flavor?.value.startsWith('debug') === true) {
    reader.note(
      l10n.t(
        '"model.flavor" is {0}, a small model for tests whose sizes are in torchtitan\'s code.',
        flavor.value.slice(0, 40),
      ),
    );
    return undefined;
  }
  if (assets !== undefined && (flavor === undefined || hasFlavor(assets.value, flavor.value))) {
    reader.take('model', assets);
    return { name: assets.value, path: assets.path };
  }
  const name = reader.text(['model.name']);
  if (name === undefined || flavor === undefined) return undefined;
  reader.take('model', flavor);
  const written = `${name.value} ${flavor.value}`;
  return { name: published.get(written) ?? written, path: flavor.path };
}

function hasFlavor(path: string, flavor: string): boolean {
  const last =
    path
      .replace(/[\\/]{1,8}$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  return last.toLowerCase().includes(flavor.toLowerCase());
}

/** With FSDP, weights and gradients are sharded in `training.dtype`, and computed with in another. */
function readPrecision(
  reader: RecipeReader,
  sharded: boolean,
): Pick<RecipeDraft, 'dtype' | 'masterWeights' | 'float32Gradients'> {
  const kept = reader.named(['training.dtype'], dtypeNamed, 'dtype');
  const mixed = reader.named(['training.mixed_precision_param'], dtypeNamed, 'dtype');
  if (kept !== undefined && kept.value !== 'float32') {
    return {
      dtype: reader.take('dtype', kept),
      masterWeights: reader.takeAs('masterWeights', kept, () => false),
      float32Gradients: reader.takeAs('float32Gradients', kept, () => false),
    };
  }
  const dtype =
    reader.take('dtype', mixed) ??
    (sharded
      ? reader.rule('dtype', 'bfloat16', l10n.t('torchtitan computes in bfloat16 unless told otherwise.'))
      : undefined);
  if (dtype === undefined || dtype === 'float32') return { dtype };
  const rule = l10n.t('torchtitan keeps weights and gradients in float32 beside 16-bit computation.');
  return {
    dtype,
    masterWeights: reader.rule('masterWeights', true, rule),
    float32Gradients: reader.rule('float32Gradients', true, rule),
  };
}

function readRecomputation(reader: RecipeReader): Recipe['recomputation'] {
  const mode = reader.text(['activation_checkpoint.mode']);
  if (mode === undefined) return undefined;
  if (mode.value === 'none' || mode.value === 'full')
    return reader.take('recomputation', { ...mode, value: mode.value });
  reader.note(
    l10n.t(
      '"activation_checkpoint.mode" is {0}: torchtitan keeps every second matrix product; counted as selective recomputation of attention only.',
      mode.value.slice(0, 40),
    ),
  );
  return reader.takeAs('recomputation', mode, () => 'selective');
}

/** Without any degree all devices are one FSDP group. */
function readDegrees(reader: RecipeReader): ParallelismDraft {
  const degree = (name: string): Found<number> | undefined =>
    reader.degree([`parallelism.${name}`, `training.${name}`, `experimental.${name}`]);
  const shard = degree('data_parallel_shard_degree') ?? degree('data_parallel_degree');
  const replicate = degree('data_parallel_replicate_degree')?.value ?? 1;
  const tensor = degree('tensor_parallel_degree');
  const context = degree('context_parallel_degree');
  if (replicate > 1) {
    reader.note(
      l10n.t('Weights are sharded within a replica only: counted as if over all data-parallel devices.'),
    );
  }
  return {
    data: reader.takeAs('parallelism.data', shard, (value) => value * replicate),
    zeroStage: readStage(reader, shard),
    tensor: reader.take('parallelism.tensor', tensor),
    // Its tensor-parallel plan always splits the norms too.
    sequence: reader.takeAs('parallelism.sequence', tensor, (value) => value > 1),
    pipeline: reader.take('parallelism.pipeline', degree('pipeline_parallel_degree')),
    context: reader.take('parallelism.context', context),
    contextKind: reader.takeAs('parallelism.contextKind', context, () => 'ring'),
    expert: reader.take('parallelism.expert', degree('expert_parallel_degree')),
  };
}

function readStage(reader: RecipeReader, shard: Found<number> | undefined): ParallelismDraft['zeroStage'] {
  if (shard?.value === 1) return reader.takeAs('parallelism.zeroStage', shard, () => 0);
  const again = reader.text(['parallelism.fsdp_reshard_after_forward']);
  if (again?.value === 'never') return reader.takeAs('parallelism.zeroStage', again, () => 2);
  return reader.rule(
    'parallelism.zeroStage',
    3,
    l10n.t('torchtitan shards with FSDP over the devices that are left.'),
  );
}
