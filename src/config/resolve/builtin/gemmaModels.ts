import * as l10n from '@vscode/l10n';
import { everyNthFull, model, type BuiltinModel } from './builtinModel';

const gemma2 = {
  model_type: 'gemma2',
  torch_dtype: 'bfloat16',
  vocab_size: 256000,
  max_position_embeddings: 8192,
  sliding_window: 4096,
  tie_word_embeddings: true,
};
const gemma3 = {
  model_type: 'gemma3_text',
  torch_dtype: 'bfloat16',
  // 64 more than the tokenizer has: the models that see images reserve them.
  vocab_size: 262208,
  max_position_embeddings: 131072,
  sliding_window: 1024,
  tie_word_embeddings: true,
};
const languageModelAlone = (): string =>
  l10n.t('It is the language model alone: the vision tower and its projector are left out.');

/** Gemma 2, where every second layer is windowed, and Gemma 3, where five of six are. */
export const gemmaModels: readonly BuiltinModel[] = [
  model('google/gemma-2-2b', [2304, 26, 8, 4, 9216], {
    ...gemma2,
    head_dim: 256,
    layer_types: everyNthFull(26, 2),
  }),
  model('google/gemma-2-9b', [3584, 42, 16, 8, 14336], {
    ...gemma2,
    head_dim: 256,
    layer_types: everyNthFull(42, 2),
  }),
  model('google/gemma-2-27b', [4608, 46, 32, 16, 36864], {
    ...gemma2,
    head_dim: 128,
    layer_types: everyNthFull(46, 2),
  }),
  model('google/gemma-3-1b-pt', [1152, 26, 4, 1, 6912], {
    ...gemma3,
    head_dim: 256,
    vocab_size: 262144,
    max_position_embeddings: 32768,
    sliding_window: 512,
    layer_types: everyNthFull(26, 6),
  }),
  {
    ...model('google/gemma-3-4b-pt', [2560, 34, 8, 4, 10240], {
      ...gemma3,
      head_dim: 256,
      layer_types: everyNthFull(34, 6),
    }),
    get remark() {
      return languageModelAlone();
    },
  },
  {
    ...model('google/gemma-3-12b-pt', [3840, 48, 16, 8, 15360], {
      ...gemma3,
      head_dim: 256,
      layer_types: everyNthFull(48, 6),
    }),
    get remark() {
      return languageModelAlone();
    },
  },
  {
    ...model('google/gemma-3-27b-pt', [5376, 62, 32, 16, 21504], {
      ...gemma3,
      head_dim: 128,
      layer_types: everyNthFull(62, 6),
    }),
    get remark() {
      return languageModelAlone();
    },
  },
];
