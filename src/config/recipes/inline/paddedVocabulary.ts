import * as l10n from '@vscode/l10n';
import { formatInteger } from '../../../model/units';
import type { Found, RecipeReader } from '../recipeReader';
import { roundUp, type ShapeDraft } from './shapeDraft';

export interface VocabularyRequest {
  /** Where the file may give the size that the weights have. */
  readonly paths: readonly string[];
  /** Entries of the tokenizer that the framework would use, and what to call it. */
  readonly entries: number;
  readonly tokenizer: string;
  /** Keys with the divisor, which is multiplied by the tensor-parallel degree. */
  readonly divisorPaths: readonly string[];
  readonly defaultDivisor: number;
  readonly tensorPaths: readonly string[];
}

/**
 * The rows of the embedding. Megatron and gpt-neox pad the tokenizer's vocabulary to a multiple of
 * `make_vocab_size_divisible_by` · tensor parallel (Megatron-LM, `vocab_size_with_padding`).
 */
export function setPaddedVocabulary(
  shape: ShapeDraft,
  reader: RecipeReader,
  request: VocabularyRequest,
): void {
  const written: Found<number> | undefined = reader.integer(request.paths);
  if (written !== undefined) {
    shape.set('vocab_size', written);
    return;
  }
  const divisor = reader.integer(request.divisorPaths, 1e6)?.value ?? request.defaultDivisor;
  const tensor = reader.integer(request.tensorPaths, 1e4)?.value ?? 1;
  const rows = roundUp(request.entries, divisor * tensor);
  const padding =
    rows === request.entries
      ? l10n.t('as {0} has', request.tokenizer)
      : l10n.t(
          'the {0} of {1} padded to a multiple of {2}',
          formatInteger(request.entries),
          request.tokenizer,
          String(divisor * tensor),
        );
  reader.note(l10n.t('The file has no vocab_size: {0}, {1}.', formatInteger(rows), padding));
  shape.setOr('vocab_size', undefined, rows);
}
