import * as l10n from '@vscode/l10n';
import type { LoraSpec, Recipe } from '../../../model/recipe';
import { dtypeNamed } from '../../dtypeNames';
import { modelReference, type RecipeDraft, type RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { textAt } from '../spelledField';
import { readOptimizer } from './readOptimizer';
import { parseTorchtuneBuilder, torchtuneModelName, type TorchtuneBuilder } from './torchtuneBuilder';

const components = ['model', 'tokenizer', 'checkpointer', 'dataset', 'loss'];

/** torchtune: YAML in which `_component_` names the function that builds a part. */
export const torchtune: RecipeFramework = {
  framework: 'torchtune',
  purpose: 'training',
  matches: ({ fields }) =>
    components.some((part) => textAt(fields, `${part}._component_`)?.startsWith('torchtune.') === true),
  read: readTorchtune,
};

function readTorchtune(reader: RecipeReader): RecipeDraft {
  const component = reader.text(['model._component_'])?.value;
  const builder = component === undefined ? undefined : parseTorchtuneBuilder(component);
  const dtype = reader.named(['dtype'], dtypeNamed, 'dtype');
  if (reader.boolean(['optimizer_in_bwd'])?.value === true) {
    reader.note(
      l10n.t(
        'optimizer_in_bwd frees each gradient once it is used: gradients are counted as if all were kept.',
      ),
    );
  }
  const low = dtype === undefined || dtype.value === 'float32' ? undefined : dtype;
  return {
    model: readModelReference(reader, builder),
    sequenceLength: reader.take(
      'sequenceLength',
      reader.tokens(['tokenizer.max_seq_len', 'max_seq_len', 'dataset.max_seq_len', 'model.max_seq_len']),
    ),
    microBatch: reader.take('microBatch', reader.integer(['batch_size'])),
    accumulation: reader.take('accumulation', reader.integer(['gradient_accumulation_steps'])),
    dtype: reader.take('dtype', dtype),
    // torchtune keeps all in the dtype: weights, gradients, moments.
    masterWeights: reader.takeAs('masterWeights', low, () => false),
    float32Gradients: reader.takeAs('float32Gradients', low, () => false),
    optimizer: readOptimizer(reader, ['optimizer._component_'], ['optimizer.momentum']),
    lora: builder === undefined ? undefined : readAdapter(reader, builder),
    recomputation: readRecomputation(reader),
    attention: reader.rule('attention', 'fused', l10n.t('torchtune uses PyTorch’s fused attention.')),
    parallelism: {
      tensor: reader.take('parallelism.tensor', reader.degree(['tensor_parallel_dim'])),
      context: reader.take('parallelism.context', reader.degree(['context_parallel_dim'])),
      ...readShards(reader),
    },
  };
}

/** The builder says which model; the checkpoint's folder may, unless the sizes are in the file. */
function readModelReference(reader: RecipeReader, builder: TorchtuneBuilder | undefined): Recipe['model'] {
  const name = builder === undefined ? undefined : torchtuneModelName(builder);
  const found = reader.text(['model._component_']);
  if (name === undefined || found === undefined)
    return modelReference(reader, ['checkpointer.checkpoint_dir']);
  reader.take('model', found);
  return { name, path: found.path };
}

function readRecomputation(reader: RecipeReader): Recipe['recomputation'] {
  const full = reader.boolean(['enable_activation_checkpointing']);
  const selective = reader.any(['ac_mode']);
  if (selective?.value === 'selective') {
    reader.note(
      l10n.t('ac_mode recomputes some layers or operations of torchtune’s choice: counted as selective.'),
    );
    return reader.takeAs('recomputation', selective, () => 'selective');
  }
  return reader.takeAs('recomputation', full, (on) => (on ? 'full' : 'none'));
}

function readShards(
  reader: RecipeReader,
): Pick<NonNullable<RecipeDraft['parallelism']>, 'data' | 'zeroStage'> {
  const shard = reader.degree(['data_parallel_shard_dim']);
  if (shard === undefined) return {};
  const replicate = reader.degree(['data_parallel_replicate_dim'])?.value ?? 1;
  return {
    data: reader.takeAs('parallelism.data', shard, (value) => value * replicate),
    zeroStage: reader.takeAs('parallelism.zeroStage', shard, (value) => (value > 1 ? 3 : 0)),
  };
}

/** Names in Hugging Face's checkpoints of the modules that torchtune calls otherwise. */
const moduleNames: ReadonlyMap<string, string> = new Map([['output_proj', 'o_proj']]);

function readAdapter(reader: RecipeReader, builder: TorchtuneBuilder): LoraSpec | undefined {
  if (builder.adapter === 'none') return undefined;
  const targets: string[] = [];
  const attention = reader.texts(['model.lora_attn_modules']);
  reader.take('lora.targets', attention);
  targets.push(...(attention?.value ?? []).map((name) => moduleNames.get(name) ?? name));
  if (reader.boolean(['model.apply_lora_to_mlp'])?.value === true)
    targets.push('gate_proj', 'up_proj', 'down_proj');
  if (reader.boolean(['model.apply_lora_to_output'])?.value === true) targets.push('lm_head');
  const rank =
    reader.take('lora.rank', reader.integer(['model.lora_rank'], 65_536)) ??
    reader.assume('lora.rank', 8, l10n.t('model.lora_rank is not set: rank 8, the default.'));
  const quantised = builder.adapter === 'qlora' || reader.boolean(['model.quantize_base'])?.value === true;
  if (targets.length === 0) {
    reader.assume(
      'lora.targets',
      [],
      l10n.t('model.lora_attn_modules is not set: q_proj and v_proj are assumed.'),
    );
    targets.push('q_proj', 'v_proj');
  }
  if (!quantised) return { rank, targets, baseFormat: 'none' };
  // torchao's NF4 tensors quantise their scales too.
  reader.rule(
    'lora.baseFormat',
    'nf4-double',
    l10n.t('The builder stores frozen weights as NF4 with quantised scales.'),
  );
  return { rank, targets, baseFormat: 'nf4-double' };
}
