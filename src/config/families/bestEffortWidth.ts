import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';

const MULTIPLE = 256;

/**
 * Width of a gated MLP where nothing says it: 8/3 of the model's, so that three matrices weigh as much as two of
 * four times the width (Shazeer 2020), up to a multiple of 256 (Touvron et al. 2023).
 */
export function usualFeedForwardWidth(reader: FieldReader, hiddenSize: number): number {
  const value = Math.ceil((8 * hiddenSize) / 3 / MULTIPLE) * MULTIPLE;
  return reader.assume('intermediateSize', {
    value,
    rule: l10n.t(
      'The width of the MLP is not given: {0}, 8/3 of the width of the model as is usual; parameters and FLOPs of the MLP are a guess.',
      String(value),
    ),
    assumed: true,
  });
}
