import * as l10n from '@vscode/l10n';
import { precisionNamed } from '../names/precisionNames';
import type { RecipeDraft } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';

/** Dtype and master weights by one key that names a precision, such as `bf16-mixed`. */
export function readPrecisionName(
  reader: RecipeReader,
  paths: readonly string[],
): Pick<RecipeDraft, 'dtype' | 'masterWeights'> {
  const found = reader.named(paths, precisionNamed, l10n.t('precision'));
  if (found === undefined) return {};
  const { dtype, kind, fp8 } = found.value;
  if (fp8 === true) {
    reader.note(
      l10n.t('"{0}": matrix products in FP8; weights and activations are counted in {1}.', found.path, dtype),
    );
  }
  return {
    dtype: reader.take('dtype', { ...found, value: dtype }),
    masterWeights:
      kind === undefined ? undefined : reader.take('masterWeights', { ...found, value: kind === 'mixed' }),
  };
}
