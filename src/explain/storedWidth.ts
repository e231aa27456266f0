import { formatNote, isStoredIn, storedBytesPerElement } from '../cost/weightFormats';
import type { WeightFormat } from '../model/recipe';
import type { WeightSpec } from '../model/weightSpec';
import type { LineFactor } from './line';
import type { Subject } from './subject';

/** Bytes of an element of a weight as it is stored, with the note on its format where one stores it. */
export function storedWidth(
  { options }: Subject,
  weight: WeightSpec,
  format: WeightFormat = options.weightFormat ?? 'none',
): LineFactor {
  const value = storedBytesPerElement(weight, format, options.dtype);
  return format !== 'none' && isStoredIn(format, weight)
    ? { symbol: 'e', value, formula: `${format}: ${formatNote(format)}` }
    : { symbol: 'e', value };
}
