import * as l10n from '@vscode/l10n';
import type { LoraSpec, Recipe, WeightFormat } from '../../../model/recipe';
import { modelReference, type RecipeDraft, type RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny } from '../spelledField';
import { everyLinearWords, readLora } from './adapter';
import { readAttentionKernel, readFlagDType } from './hfTrainer';
import { readTrainerArguments } from './transformers';

/** LLaMA-Factory: the Trainer's arguments and its own. */
export const llamaFactory: RecipeFramework = {
  framework: 'llama-factory',
  purpose: 'training',
  matches: ({ fields }) =>
    hasAny(fields, ['finetuning_type', 'cutoff_len']) &&
    countPresent(fields, [
      'model_name_or_path',
      'stage',
      'template',
      'dataset',
      'do_train',
      'per_device_train_batch_size',
    ]) >= 2,
  read: readLlamaFactory,
};

function readLlamaFactory(reader: RecipeReader): RecipeDraft {
  return {
    model: modelReference(reader, ['model_name_or_path'], ['model_revision']),
    ...readTrainerArguments(reader),
    sequenceLength: reader.take('sequenceLength', reader.tokens(['cutoff_len'])),
    ...readPrecision(reader),
    lora: readAdapter(reader),
    recomputation: readRecomputation(reader),
    attention: readAttentionKernel(reader, ['flash_attn'], ['use_unsloth']),
  };
}

/** Trained weights are kept in float32 beside 16-bit computation unless `pure_bf16` is set. */
function readPrecision(reader: RecipeReader): Pick<RecipeDraft, 'dtype' | 'masterWeights'> {
  const pure = reader.boolean(['pure_bf16']);
  if (pure?.value === true) {
    return {
      dtype: reader.takeAs('dtype', pure, () => 'bfloat16' as const),
      masterWeights: reader.takeAs('masterWeights', pure, () => false),
    };
  }
  const dtype = readFlagDType(reader, { bf16: 'bf16', fp16: 'fp16' });
  if (dtype === undefined || dtype === 'float32') return { dtype };
  const rule = l10n.t('LLaMA-Factory keeps trained weights in float32 unless pure_bf16 is set.');
  return { dtype, masterWeights: reader.rule('masterWeights', true, rule) };
}

function readRecomputation(reader: RecipeReader): Recipe['recomputation'] {
  const off = reader.boolean(['disable_gradient_checkpointing']);
  if (off !== undefined) return reader.takeAs('recomputation', off, (value) => (value ? 'none' : 'full'));
  return reader.rule(
    'recomputation',
    'full',
    l10n.t('LLaMA-Factory recomputes every layer unless told otherwise.'),
  );
}

function readAdapter(reader: RecipeReader): LoraSpec | undefined {
  const type = reader.text(['finetuning_type']);
  const kind = type?.value.toLowerCase() ?? 'lora';
  if (type === undefined) reader.note(l10n.t('finetuning_type is not set: lora, the default.'));
  if (kind === 'full') return undefined;
  if (kind !== 'lora') {
    reader.note(l10n.t('"finetuning_type" is "{0}": counted as full training.', kind.slice(0, 40)));
    return undefined;
  }
  return readLora(
    reader,
    {
      rank: ['lora_rank'],
      defaultRank: 8,
      targets: ['lora_target'],
      everyLinear: everyLinearWords,
      defaultTargets: 'all-linear',
    },
    baseFormat(reader),
  );
}

/** Quantised on loading by bitsandbytes, with double quantisation unless it is turned off. */
function baseFormat(reader: RecipeReader): WeightFormat {
  const bits = reader.integer(['quantization_bit', 'bnb_4bit_quantization_bit'], 8);
  if (bits === undefined) return 'none';
  const nested = reader.boolean(['double_quantization'])?.value ?? true;
  const four = nested ? ('nf4-double' as const) : ('nf4' as const);
  if (bits.value !== 4 && bits.value !== 8) {
    reader.note(l10n.t('"{0}" is {1}: counted as 4 bit.', bits.path, String(bits.value)));
  }
  return (
    reader.take('lora.baseFormat', { ...bits, value: bits.value === 8 ? ('int8' as const) : four }) ?? 'none'
  );
}
