import * as l10n from '@vscode/l10n';
import type { Recipe } from '../../../model/recipe';
import { dtypeNamed } from '../../dtypeNames';
import type { RecipeDraft, RecipeFramework, RecipeView } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent, hasAny } from '../spelledField';
import { float32Beside, readDeepspeed } from './deepspeed';

const own = [
  'pipe_parallel_size',
  'model_parallel_size',
  'no_weight_tying',
  'gpt_j_residual',
  'gpt_j_tied',
  'attention_config',
  'checkpoint_activations',
  'output_layer_parallelism',
  'pos_emb',
  'train_micro_batch_size_per_gpu',
];

/** EleutherAI's gpt-neox: the model's shape, DeepSpeed's keys and its own, with hyphens or underscores. */
export const gptNeox: RecipeFramework = {
  framework: 'gpt-neox',
  purpose: 'training',
  matches: isGptNeox,
  read: readGptNeox,
};

function isGptNeox({ fields }: Pick<RecipeView, 'fields'>): boolean {
  return hasAny(fields, ['num_layers']) && hasAny(fields, ['seq_length']) && countPresent(fields, own) >= 2;
}

function readGptNeox(reader: RecipeReader): RecipeDraft {
  const shared = readDeepspeed(reader);
  const sequence = reader.boolean(['sequence_parallel']);
  return {
    ...shared,
    sequenceLength: reader.take('sequenceLength', reader.tokens(['seq_length'])),
    microBatch: shared.microBatch ?? reader.take('microBatch', reader.integer(['batch_size'])),
    ...(shared.dtype === undefined ? readPlainPrecision(reader) : {}),
    recomputation: readRecomputation(reader),
    attention: readAttention(reader),
    parallelism: {
      ...shared.parallelism,
      tensor: reader.take('parallelism.tensor', reader.degree(['model_parallel_size'])),
      pipeline: readPipeline(reader),
      sequence: reader.take('parallelism.sequence', sequence),
    },
  };
}

/** 0 and 1 both mean that layers are not spread over devices. */
function readPipeline(reader: RecipeReader): number | undefined {
  const written = reader.any(['pipe_parallel_size']);
  if (written?.value === 0) return reader.takeAs('parallelism.pipeline', written, () => 1);
  return reader.take('parallelism.pipeline', reader.degree(['pipe_parallel_size']));
}

/** The newer key in place of DeepSpeed's `fp16` and `bf16`. */
function readPlainPrecision(reader: RecipeReader): Pick<RecipeDraft, 'dtype' | 'masterWeights'> {
  const dtype = reader.take('dtype', reader.named(['precision'], dtypeNamed, l10n.t('precision')));
  if (dtype === undefined || dtype === 'float32') return { dtype };
  return { dtype, masterWeights: reader.rule('masterWeights', true, float32Beside()) };
}

function readRecomputation(reader: RecipeReader): Recipe['recomputation'] {
  const on = reader.boolean(['checkpoint_activations']);
  const every = reader.integer(['checkpoint_num_layers'])?.value ?? 1;
  if (on?.value === true && every > 1) {
    reader.note(
      l10n.t('checkpoint_num_layers is {0}: counted as if every layer kept its input.', String(every)),
    );
  }
  return reader.takeAs('recomputation', on, (value) => (value ? 'full' : 'none'));
}

/** `attention_config`: `[[["flash"], 12]]`, kinds in turn and for how many layers. */
function readAttention(reader: RecipeReader): Recipe['attention'] {
  const found = reader.any(['attention_config']);
  if (!Array.isArray(found?.value)) return undefined;
  const kinds = found.value.flat(3).filter((each): each is string => typeof each === 'string');
  if (kinds.length === 0) return undefined;
  const fused = kinds.filter((kind) => kind === 'flash').length;
  if (fused > 0 && fused < kinds.length) {
    reader.note(l10n.t('attention_config mixes kinds of attention: counted as fused in all layers.'));
  }
  return reader.takeAs('attention', found, () => (fused > 0 ? 'fused' : 'naive'));
}
