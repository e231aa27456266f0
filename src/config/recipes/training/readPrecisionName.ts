import { precisionNamed } from '../names/precisionNames';
import type { RecipeDraft } from '../recipeFramework';
import type { RecipeReader } from '../recipeReader';

/** Dtype and master weights by one key that names a precision, such as `bf16-mixed`. */
export function readPrecisionName(
  reader: RecipeReader,
  paths: readonly string[],
): Pick<RecipeDraft, 'dtype' | 'masterWeights'> {
  const found = reader.named(paths, precisionNamed, 'precision');
  if (found === undefined) return {};
  const { dtype, kind, fp8 } = found.value;
  if (fp8 === true) {
    reader.note(`"${found.path}": matrix products in FP8; weights and activations are counted in ${dtype}.`);
  }
  return {
    dtype: reader.take('dtype', { ...found, value: dtype }),
    masterWeights:
      kind === undefined ? undefined : reader.take('masterWeights', { ...found, value: kind === 'mixed' }),
  };
}
