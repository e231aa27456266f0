import * as l10n from '@vscode/l10n';
import { bytesOf, type DType } from '../model/dtype';
import type { ModelSpec } from '../model/modelSpec';
import { weightFormats, type WeightFormat } from '../model/recipe';
import { storedWeightBytes } from './inferenceMemory';
import { modelWeights } from './modelWeights';
import { formatNote, isStoredIn } from './weightFormats';

/** All weights of a model in one format. */
export interface FormattedWeights {
  readonly format: WeightFormat;
  readonly bytes: number;
  /** What an element takes and who says so. */
  readonly note: string;
}

/**
 * Bytes of a model's weights in `dtype` and in every format that stores some of its matrices otherwise; what a format
 * leaves alone stays in `dtype`. A format of experts is left out where there are none.
 */
export function weightsByFormat(model: Pick<ModelSpec, 'stacks'>, dtype: DType): FormattedWeights[] {
  const bytes = (format: WeightFormat): number => storedWeightBytes(model, { weightFormat: format, dtype });
  const plain: FormattedWeights = {
    format: 'none',
    bytes: bytes('none'),
    note: l10n.t('{0} bits, {1}', String(8 * bytesOf(dtype)), dtype),
  };
  const weights = modelWeights(model).map(({ weight }) => weight);
  const stored = weightFormats.flatMap((format) =>
    format !== 'none' && weights.some((weight) => isStoredIn(format, weight))
      ? [{ format, bytes: bytes(format), note: formatNote(format) }]
      : [],
  );
  return [plain, ...stored];
}
