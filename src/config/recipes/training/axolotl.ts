import * as l10n from '@vscode/l10n';
import type { LoraSpec, Parallelism, Recipe, WeightFormat } from '../../../model/recipe';
import { modelReference, type RecipeDraft, type RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent } from '../spelledField';
import { readBitsAndBytes, readLora } from './adapter';
import { readAttentionKernel, readFlagDType, readGradientCheckpointing, readLoadDType } from './hfTrainer';
import { readOptimizer } from './readOptimizer';
import { readDeepspeedReference, readFsdpConfig, readFsdpWords } from './zeroStage';

const own = [
  'sequence_len',
  'micro_batch_size',
  'num_epochs',
  'sample_packing',
  'val_set_size',
  'lora_r',
  'adapter',
  'datasets',
  'gradient_accumulation_steps',
  'dataset_prepared_path',
];

/** Keys of axolotl's config reference (docs.axolotl.ai). */
export const axolotl: RecipeFramework = {
  framework: 'axolotl',
  purpose: 'training',
  // One key of many tools, base_model, is not enough: mergekit and others have it too.
  matches: ({ fields }) => countPresent(fields, ['base_model']) > 0 && countPresent(fields, own) >= 2,
  read: readAxolotl,
};

function readAxolotl(reader: RecipeReader): RecipeDraft {
  return {
    model: modelReference(reader, ['base_model'], ['revision_of_model', 'base_model_revision']),
    sequenceLength: reader.take('sequenceLength', reader.tokens(['sequence_len'])),
    microBatch: reader.take('microBatch', reader.integer(['micro_batch_size'])),
    accumulation: reader.take('accumulation', reader.integer(['gradient_accumulation_steps'])),
    ...readPrecision(reader),
    optimizer: readOptimizer(reader, ['optimizer']),
    lora: readAdapter(reader),
    recomputation: readGradientCheckpointing(reader, ['gradient_checkpointing']),
    attention: readAttentionKernel(
      reader,
      ['attn_implementation'],
      ['flash_attention', 'sdp_attention', 'xformers_attention', 'flex_attention', 'sage_attention'],
    ),
    parallelism: {
      zeroStage: readStage(reader),
      tensor: reader.take('parallelism.tensor', reader.degree(['tensor_parallel_size'])),
      context: reader.take(
        'parallelism.context',
        reader.degree(['context_parallel_size', 'sequence_parallel_degree']),
      ),
    },
  };
}

/** The weights are loaded and trained in 16 bits; DeepSpeed keeps a float32 copy of them. */
function readPrecision(reader: RecipeReader): Pick<RecipeDraft, 'dtype' | 'masterWeights'> {
  const dtype = readDType(reader);
  if (dtype === undefined || dtype === 'float32') return { dtype };
  const keeps = reader.field('deepspeed') !== undefined;
  const rule = keeps
    ? l10n.t('DeepSpeed keeps a float32 copy of 16-bit weights.')
    : l10n.t('axolotl loads the weights in 16 bits and keeps no float32 copy.');
  return { dtype, masterWeights: reader.rule('masterWeights', keeps, rule) };
}

/** `bf16: auto` is bfloat16 on every device of the last years. */
function readDType(reader: RecipeReader): Recipe['dtype'] {
  const flagged = readFlagDType(reader, { bf16: 'bf16', fp16: 'fp16' });
  if (flagged !== undefined) return flagged;
  const named = reader.take('dtype', readLoadDType(reader, ['torch_dtype']));
  if (named !== undefined) return named;
  const automatic = ['bf16', 'bfloat16'].some((path) => reader.field(path)?.value() === 'auto');
  return automatic
    ? reader.assume('dtype', 'bfloat16', l10n.t('bf16 is auto: bfloat16, as on any device that has it.'))
    : undefined;
}

function readAdapter(reader: RecipeReader): LoraSpec | undefined {
  const adapter = reader.text(['adapter']);
  if (adapter === undefined) return undefined;
  const kind = adapter.value.toLowerCase();
  if (kind !== 'lora' && kind !== 'qlora') {
    reader.note(
      l10n.t(
        '"adapter" is "{0}", which is not counted: only lora and qlora are.',
        adapter.value.slice(0, 40),
      ),
    );
    return undefined;
  }
  const everyLinear = reader.boolean(['lora_target_linear']);
  const lora = readLora(
    reader,
    {
      rank: ['lora_r', 'peft.r'],
      defaultRank: 8,
      targets: ['lora_target_modules'],
      everyLinear: ['all-linear'],
      defaultTargets: everyLinear?.value === true ? 'all-linear' : ['q_proj', 'v_proj'],
    },
    baseFormat(reader),
  );
  if (everyLinear?.value !== true) return lora;
  return {
    ...lora,
    targets: reader.takeAs('lora.targets', everyLinear, () => 'all-linear' as const) ?? 'all-linear',
  };
}

/** Axolotl sets double quantisation for 4 bit. */
function baseFormat(reader: RecipeReader): WeightFormat {
  return readBitsAndBytes(reader, true);
}

function readStage(reader: RecipeReader): Parallelism['zeroStage'] | undefined {
  return (
    readDeepspeedReference(reader, 'deepspeed') ??
    readFsdpConfig(reader, 'fsdp_config') ??
    readFsdpWords(reader, 'fsdp')
  );
}
