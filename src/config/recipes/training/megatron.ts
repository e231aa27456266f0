import * as l10n from '@vscode/l10n';
import type { LoraSpec, Recipe } from '../../../model/recipe';
import {
  modelReference,
  type ParallelismDraft,
  type RecipeDraft,
  type RecipeFramework,
} from '../recipeFramework';
import type { Found, RecipeReader } from '../recipeReader';
import { countPresent, hasAny } from '../spelledField';
import { readLora } from './adapter';
import { prefixed } from './megatronPrefixes';
import { readOptimizer } from './readOptimizer';
import { readPrecisionName } from './readPrecisionName';

const nemoKeys = [
  'model.micro_batch_size',
  'model.global_batch_size',
  'model.encoder_seq_length',
  'model.tensor_model_parallel_size',
  'model.pipeline_model_parallel_size',
  'model.megatron_amp_O2',
];

/** NeMo's YAML: Megatron's arguments below `model`, Lightning's below `trainer`. */
export const nemo: RecipeFramework = {
  framework: 'nemo',
  purpose: 'training',
  matches: ({ fields }) => countPresent(fields, nemoKeys) >= 2,
  read: (reader) => readMegatron(reader),
};

const megatronKeys = [
  'micro_batch_size',
  'global_batch_size',
  'tensor_model_parallel_size',
  'pipeline_model_parallel_size',
  'num_attention_heads',
  'num_layers',
];

/** Megatron-LM's arguments in YAML, flat or in the groups of its own YAML form. */
export const megatron: RecipeFramework = {
  framework: 'megatron',
  purpose: 'training',
  matches: ({ fields }) =>
    hasAny(fields, prefixed(['seq_length', 'encoder_seq_length'])) &&
    megatronKeys.filter((key) => hasAny(fields, prefixed([key]))).length >= 3,
  read: (reader) => readMegatron(reader),
};

function readMegatron(reader: RecipeReader): RecipeDraft {
  return {
    model: modelReference(reader, ['model.restore_from_path', 'pretrained_model_name_or_path']),
    sequenceLength: reader.take(
      'sequenceLength',
      reader.tokens([
        ...prefixed(['encoder_seq_length', 'seq_length']),
        'model.data.seq_length',
        'data.seq_length',
      ]),
    ),
    microBatch: reader.take('microBatch', reader.integer(prefixed(['micro_batch_size']))),
    globalBatch: reader.take('globalBatch', reader.integer(prefixed(['global_batch_size']))),
    ...readPrecision(reader),
    optimizer: readOptimizer(reader, ['model.optim.name', 'optim.name', ...prefixed(['optimizer'])]),
    lora: readPeft(reader),
    recomputation: readRecomputation(reader),
    attention: readAttention(reader),
    devices: readDevices(reader),
    parallelism: readDegrees(reader),
  };
}

/** Mixed precision of Megatron: 16-bit weights, float32 master weights; bfloat16 gradients are summed in float32. */
function readPrecision(
  reader: RecipeReader,
): Pick<RecipeDraft, 'dtype' | 'masterWeights' | 'float32Gradients'> {
  const dtype = readFlag(reader) ?? readPrecisionName(reader, ['trainer.precision']).dtype;
  if (dtype === undefined || dtype === 'float32') return { dtype };
  const gradients = reader.boolean(prefixed(['accumulate_allreduce_grads_in_fp32', 'grad_reduce_in_fp32']));
  return {
    dtype,
    masterWeights: reader.rule(
      'masterWeights',
      true,
      l10n.t('Megatron keeps float32 weights beside 16-bit ones.'),
    ),
    float32Gradients:
      reader.take('float32Gradients', gradients) ??
      reader.rule(
        'float32Gradients',
        dtype === 'bfloat16',
        l10n.t('Megatron sums gradients in float32 with bfloat16.'),
      ),
  };
}

function readFlag(reader: RecipeReader): Recipe['dtype'] {
  const brain = reader.boolean(prefixed(['bf16']));
  const half = reader.boolean(prefixed(['fp16']));
  if (brain?.value === true) return reader.takeAs('dtype', brain, () => 'bfloat16');
  if (half?.value === true) return reader.takeAs('dtype', half, () => 'float16');
  return undefined;
}

/** Null turns recomputation off. */
function readRecomputation(reader: RecipeReader): Recipe['recomputation'] {
  const paths = prefixed(['activations_checkpoint_granularity', 'recompute_granularity']);
  const granularity = reader.text(paths);
  if (granularity === undefined) {
    const field = paths.map((path) => reader.field(path)).find((each) => each?.value() === null);
    const off = field && { value: 'none' as const, written: null, path: field.path, range: field.range };
    return reader.take('recomputation', off);
  }
  if (granularity.value !== 'full' && granularity.value !== 'selective') {
    reader.note(l10n.t('"{0}" is neither selective nor full: left aside.', granularity.path));
    return undefined;
  }
  const method = reader.text(prefixed(['activations_checkpoint_method', 'recompute_method']))?.value;
  if (granularity.value === 'full' && method === 'block') {
    reader.note(l10n.t('The method is block: some layers are recomputed, but all are counted so.'));
  }
  return reader.take('recomputation', { ...granularity, value: granularity.value });
}

function readAttention(reader: RecipeReader): Recipe['attention'] {
  const flash = reader.boolean(prefixed(['use_flash_attention', 'use_flash_attn']));
  if (flash?.value === true) return reader.takeAs('attention', flash, () => 'fused');
  const engine = reader.boolean(prefixed(['transformer_engine']));
  if (engine?.value === true) return reader.takeAs('attention', engine, () => 'fused');
  return reader.takeAs('attention', flash, () => 'naive');
}

function readDevices(reader: RecipeReader): number | undefined {
  const devices = reader.degree(['trainer.devices', 'world_size']);
  const nodes = reader.degree(['trainer.num_nodes']);
  if (devices === undefined) return undefined;
  if (nodes === undefined) return reader.take('devices', devices);
  const rule = `trainer.devices · trainer.num_nodes = ${String(devices.value)} · ${String(nodes.value)}.`;
  return reader.rule('devices', devices.value * nodes.value, rule);
}

function readDegrees(reader: RecipeReader): ParallelismDraft {
  const degree = (...names: string[]): Found<number> | undefined => reader.degree(prefixed(names));
  const context = degree('context_parallel_size');
  const kind = reader.text(prefixed(['cp_comm_type']));
  return {
    zeroStage: readStage(reader),
    tensor: reader.take('parallelism.tensor', degree('tensor_model_parallel_size')),
    sequence: reader.take('parallelism.sequence', reader.boolean(prefixed(['sequence_parallel']))),
    pipeline: reader.take('parallelism.pipeline', degree('pipeline_model_parallel_size')),
    context: reader.take('parallelism.context', context),
    contextKind:
      reader.takeAs('parallelism.contextKind', kind, (name) =>
        name.startsWith('a2a') ? 'ulysses' : 'ring',
      ) ?? reader.takeAs('parallelism.contextKind', context, () => 'ring'),
    expert: reader.take('parallelism.expert', degree('expert_model_parallel_size')),
  };
}

/** Megatron's distributed optimizer shards the optimizer's state, as the first stage of ZeRO does. */
function readStage(reader: RecipeReader): ParallelismDraft['zeroStage'] {
  const flag = reader.boolean(prefixed(['use_distributed_optimizer']));
  if (flag !== undefined) return reader.takeAs('parallelism.zeroStage', flag, (on) => (on ? 1 : 0));
  const name = reader.text(['model.optim.name', 'optim.name']);
  if (name === undefined) return undefined;
  const sharded = name.value === 'mcore_distributed_optim' || name.value === 'distributed_fused_adam';
  return reader.takeAs('parallelism.zeroStage', name, () => (sharded ? 1 : 0));
}

/** NeMo's adapters on Megatron's fused linear layers, by the names of what they hold. */
const targetNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['attention_qkv', ['q_proj', 'k_proj', 'v_proj']],
  ['linear_qkv', ['q_proj', 'k_proj', 'v_proj']],
  ['attention_dense', ['o_proj']],
  ['linear_proj', ['o_proj']],
  ['mlp_fc1', ['gate_proj', 'up_proj']],
  ['linear_fc1', ['gate_proj', 'up_proj']],
  ['mlp_fc2', ['down_proj']],
  ['linear_fc2', ['down_proj']],
]);

function readPeft(reader: RecipeReader): LoraSpec | undefined {
  const scheme = reader.text(['model.peft.peft_scheme']);
  if (scheme?.value !== 'lora' && scheme?.value !== 'qlora') return undefined;
  const lora = readLora(
    reader,
    {
      rank: ['model.peft.lora_tuning.adapter_dim'],
      defaultRank: 32,
      targets: ['model.peft.lora_tuning.target_modules'],
      everyLinear: ['all'],
      defaultTargets: ['attention_qkv'],
    },
    scheme.value === 'qlora' ? 'nf4-double' : 'none',
  );
  if (lora.targets === 'all-linear') return lora;
  return { ...lora, targets: lora.targets.flatMap((name) => targetNames.get(name) ?? [name]) };
}
