import type { LoraSpec, Parallelism } from '../../../model/recipe';
import { modelReference, type RecipeDraft, type RecipeFramework } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny } from '../spelledField';
import { everyLinearWords, readBitsAndBytes, readLora } from './adapter';
import { readAttentionKernel, readGradientCheckpointing, readTrainerPrecision } from './hfTrainer';
import { readOptimizer } from './readOptimizer';
import { readDeepspeedReference, readFsdpConfig, readFsdpWords } from './zeroStage';

/** Fields of Transformers' TrainingArguments that no other kind of file has. */
const own = [
  'per_device_train_batch_size',
  'gradient_accumulation_steps',
  'num_train_epochs',
  'gradient_checkpointing',
  'lr_scheduler_type',
  'logging_steps',
  'save_strategy',
  'max_seq_length',
  'warmup_ratio',
  'output_dir',
  'use_peft',
  'max_steps',
];

/** TRL's and Transformers' scripts read their arguments from YAML or JSON: TrainingArguments, SFTConfig, … */
export const transformers: RecipeFramework = {
  framework: 'transformers',
  purpose: 'training',
  matches: ({ fields }) =>
    hasAny(fields, ['model_name_or_path', 'per_device_train_batch_size']) && countPresent(fields, own) >= 2,
  read: readTrainer,
};

function readTrainer(reader: RecipeReader): RecipeDraft {
  return {
    model: modelReference(reader, ['model_name_or_path'], ['model_revision']),
    ...readTrainerArguments(reader),
    sequenceLength: readSequenceLength(reader),
    ...readTrainerPrecision(reader, ['torch_dtype', 'dtype']),
    lora: readPeft(reader),
    recomputation: readGradientCheckpointing(reader, ['gradient_checkpointing']),
    attention: readAttentionKernel(reader, ['attn_implementation'], ['use_flash_attention_2']),
  };
}

/** What every program built on Transformers' Trainer reads under the same names. */
export function readTrainerArguments(reader: RecipeReader): RecipeDraft {
  return {
    microBatch: reader.take(
      'microBatch',
      reader.integer(['per_device_train_batch_size', 'per_gpu_train_batch_size']),
    ),
    accumulation: reader.take('accumulation', reader.integer(['gradient_accumulation_steps'])),
    optimizer: readOptimizer(reader, ['optim']),
    parallelism: { zeroStage: readStage(reader) },
  };
}

function readStage(reader: RecipeReader): Parallelism['zeroStage'] | undefined {
  return (
    readDeepspeedReference(reader, 'deepspeed') ??
    readFsdpWords(reader, 'fsdp') ??
    readFsdpConfig(reader, 'fsdp_config')
  );
}

/** In training from prompts (GRPO, …) the prompt and what is generated follow each other. */
function readSequenceLength(reader: RecipeReader): number | undefined {
  const whole = reader.tokens(['max_seq_length', 'max_length', 'model_max_length', 'block_size']);
  if (whole !== undefined) return reader.take('sequenceLength', whole);
  const prompt = reader.tokens(['max_prompt_length']);
  const completion = reader.tokens(['max_completion_length']);
  if (prompt === undefined || completion === undefined) return undefined;
  return reader.rule(
    'sequenceLength',
    prompt.value + completion.value,
    'max_prompt_length + max_completion_length.',
  );
}

function readPeft(reader: RecipeReader): LoraSpec | undefined {
  if (reader.boolean(['use_peft'])?.value !== true) return undefined;
  const nested = reader.boolean(['use_bnb_nested_quant'])?.value ?? false;
  return readLora(
    reader,
    {
      rank: ['lora_r'],
      defaultRank: 16,
      targets: ['lora_target_modules'],
      everyLinear: everyLinearWords,
      defaultTargets: ['q_proj', 'v_proj'],
    },
    readBitsAndBytes(reader, nested),
  );
}
