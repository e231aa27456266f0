import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { flag, size } from './originalFields';
import { positionEmbedding } from './weights/outside';
import { table } from './weights/vectors';

export interface ReformerPositions {
  /** Tokens for which there are positions. */
  readonly length: number;
  readonly weights: readonly WeightSpec[];
}

/**
 * Axial positions (Kitaev et al. 2020 §4): one table an axis, whose rows are put side by side; or one learned
 * table where `axial_pos_embds` is false. Throws ConfigError where the axes do not fill the width.
 */
export function readReformerPositions(reader: FieldReader, width: Factor): ReformerPositions {
  const length = size(reader, 'maxSequenceLength', ['max_position_embeddings']);
  if (!flag(reader, 'axialPositions', 'axial_pos_embds', true)) {
    return { length, weights: [positionEmbedding('embeddings.position_embeddings.weight', length, width)] };
  }
  const shape = axes(reader, 'axial_pos_shape', limits.tokens, [64, 64]);
  const widths = axes(reader, 'axial_pos_embds_dim', limits.size, [64, 192]);
  const sum = widths.reduce((total, each) => total + each, 0);
  if (widths.length !== shape.length || sum !== width.value) {
    return reader.fail(
      'axial_pos_embds_dim',
      l10n.t(
        '"axial_pos_embds_dim" adds up to {0} over {1} axes, but "hidden_size" is {2} and "axial_pos_shape" has {3} axes.',
        String(sum),
        String(widths.length),
        String(width.value),
        String(shape.length),
      ),
      l10n.t('Give one width an axis, hidden_size together.'),
    );
  }
  const places = shape.reduce((product, each) => product * each, 1);
  if (places < length) {
    reader.assumptions.push(
      l10n.t(
        'axial_pos_shape has places for {0} tokens, fewer than max_position_embeddings.',
        String(places),
      ),
    );
  }
  const weights = widths.map((each, axis) =>
    table(
      `embeddings.position_embeddings.weights.${String(axis)}`,
      'positionEmbedding',
      factor('axis', shape[axis] ?? 1),
      factor('hₐ', each),
    ),
  );
  return { length: Math.min(places, length), weights };
}

function axes(
  reader: FieldReader,
  key: string,
  limit: number,
  byDefault: readonly number[],
): readonly number[] {
  const value = reader.integers(key, key, limit);
  if (value === undefined) {
    return reader.assume(key, {
      value: byDefault,
      rule: l10n.t('{0} is absent: [{1}], the default of this model type.', key, byDefault.join(', ')),
      assumed: true,
    });
  }
  if (value.length > 0 && value.every((each) => each > 0)) return value;
  return reader.fail(
    key,
    l10n.t('"{0}" must have an entry above 0 for each axis.', key),
    l10n.t('Give one an axis.'),
  );
}
