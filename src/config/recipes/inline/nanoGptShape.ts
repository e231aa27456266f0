import * as l10n from '@vscode/l10n';
import type { RecipeReader } from '../recipeReader';
import { ShapeDraft, type InlineModel } from './shapeDraft';

/** nanoGPT's variables as a config of GPT-2; its defaults are those of the smallest GPT-2. */
export function nanoGptShape(reader: RecipeReader): InlineModel | undefined {
  if (reader.text(['init_from'])?.value.startsWith('gpt2') === true) return undefined;
  const dropout = reader.number(['dropout'], 0, 1);
  const vocabulary = reader.integer(['vocab_size']);
  if (vocabulary === undefined) {
    reader.note(
      l10n.t(
        'The file has no vocab_size: 50,304, the 50,257 of the GPT-2 tokenizer padded to a multiple of 64.',
      ),
    );
  }
  if (reader.boolean(['bias'])?.value !== true) {
    reader.note(l10n.t('nanoGPT leaves biases out unless bias is True; they are counted as GPT-2 has them.'));
  }
  return new ShapeDraft('gpt2', reader)
    .setOr('n_layer', reader.integer(['n_layer']), 12)
    .setOr('n_head', reader.integer(['n_head']), 12)
    .setOr('n_embd', reader.integer(['n_embd']), 768)
    .setOr('n_positions', reader.tokens(['block_size']), 1024)
    .setOr('vocab_size', vocabulary, 50_304)
    .setOr('resid_pdrop', dropout, 0)
    .setOr('embd_pdrop', dropout, 0)
    .setOr('attn_pdrop', dropout, 0)
    .setOr('tie_word_embeddings', undefined, true)
    .finish();
}
