import * as l10n from '@vscode/l10n';
import type { RecipeFramework, RecipeView } from './recipeFramework';
import { countPresent } from './spelledField';

/**
 * Transformers writes int(1e30) where a tokenizer has no limit; anything beyond this is such a value, not a
 * length.
 */
const LARGEST_LENGTH = 1e8;

/** tokenizer_config.json: the length that the tokenizer cuts texts to. */
export const tokenizerConfig: RecipeFramework = {
  framework: 'tokenizer',
  purpose: 'companion',
  matches: (view) =>
    endsWith(view, 'tokenizer_config.json') ||
    (countPresent(view.fields, ['tokenizer_class', 'model_max_length']) === 2 &&
      !view.fields.has('architectures')),
  read(reader) {
    const found = reader.any(['model_max_length']);
    if (typeof found?.value === 'number' && found.value > LARGEST_LENGTH) return {};
    return { sequenceLength: reader.take('sequenceLength', reader.tokens(['model_max_length'])) };
  },
};

/** sentence_bert_config.json: the length that texts are embedded at. */
export const sentenceBert: RecipeFramework = {
  framework: 'sentence-transformers',
  purpose: 'companion',
  matches: (view) =>
    /sentence_\w{1,20}_config\.json$/i.test(view.file.slice(-80)) && view.fields.has('max_seq_length'),
  read: (reader) => ({ sequenceLength: reader.take('sequenceLength', reader.tokens(['max_seq_length'])) }),
};

/** generation_config.json: how far a text is generated. */
export const generationConfig: RecipeFramework = {
  framework: 'generation',
  purpose: 'companion',
  matches: (view) => endsWith(view, 'generation_config.json'),
  read(reader) {
    const whole = reader.tokens(['max_length']);
    if (whole !== undefined) return { sequenceLength: reader.take('sequenceLength', whole) };
    const added = reader.tokens(['max_new_tokens']);
    if (added !== undefined) {
      reader.note(
        l10n.t(
          'max_new_tokens is {0}, which adds to the prompt: no length follows from it.',
          String(added.value),
        ),
      );
    }
    return {};
  },
};

function endsWith({ file }: Pick<RecipeView, 'file'>, name: string): boolean {
  return file.toLowerCase().endsWith(name);
}
