import * as l10n from '@vscode/l10n';
import { dtypeNamed } from '../../dtypeNames';
import type { RecipeDraft, RecipeFramework, RecipeView } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';
import { countPresent } from '../spelledField';

const own = [
  'n_layer',
  'n_head',
  'n_embd',
  'block_size',
  'batch_size',
  'gradient_accumulation_steps',
  'max_iters',
  'eval_iters',
  'lr_decay_iters',
  'init_from',
  'out_dir',
  'wandb_project',
];

/** nanoGPT: a Python file of plain assignments. */
export const nanoGpt: RecipeFramework = {
  framework: 'nanogpt',
  purpose: 'training',
  matches: isNanoGpt,
  read: readNanoGpt,
};

function isNanoGpt({ fields, format }: Pick<RecipeView, 'fields' | 'format'>): boolean {
  return (
    format === 'python' &&
    countPresent(fields, ['n_layer', 'n_embd', 'block_size', 'init_from', 'lr_decay_iters', 'max_iters']) >=
      1 &&
    countPresent(fields, own) >= 3
  );
}

function readNanoGpt(reader: RecipeReader): RecipeDraft {
  const accumulation = reader.integer(['gradient_accumulation_steps']);
  if (accumulation !== undefined) {
    reader.note(
      l10n.t('nanoGPT divides gradient_accumulation_steps by the number of devices: counted as on one.'),
    );
  }
  const dtype =
    reader.take('dtype', reader.named(['dtype'], dtypeNamed, 'dtype')) ??
    reader.rule('dtype', 'bfloat16' as const, l10n.t('nanoGPT computes in bfloat16 where the device can.'));
  return {
    model: readPretrained(reader),
    sequenceLength: reader.take('sequenceLength', reader.tokens(['block_size'])),
    microBatch: reader.take('microBatch', reader.integer(['batch_size'])),
    accumulation: reader.take('accumulation', accumulation),
    dtype,
    ...(dtype === 'float32' ? {} : autocast(reader)),
    optimizer: reader.rule('optimizer', 'adamw', l10n.t('nanoGPT trains with AdamW.')),
    recomputation: reader.rule('recomputation', 'none', l10n.t('nanoGPT recomputes nothing.')),
    attention: reader.rule('attention', 'fused', l10n.t('nanoGPT uses PyTorch’s fused attention.')),
  };
}

function autocast(reader: RecipeReader): Pick<RecipeDraft, 'masterWeights' | 'float32Gradients'> {
  const rule = l10n.t('nanoGPT keeps weights and gradients in float32 beside 16-bit computation.');
  return {
    masterWeights: reader.rule('masterWeights', true, rule),
    float32Gradients: reader.rule('float32Gradients', true, rule),
  };
}

/** `init_from = 'gpt2-xl'` starts from a published model; `scratch` and `resume` do not name one. */
function readPretrained(reader: RecipeReader): RecipeDraft['model'] {
  const from = reader.text(['init_from']);
  if (from?.value.startsWith('gpt2') !== true) return undefined;
  reader.take('model', from);
  return { name: from.value, path: from.path };
}
