import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { BertRules } from './bertRules';
import { classDefault, flag, size } from './originalFields';
import { linear, table } from './weights/vectors';

/** Rows of the table of positions, 0 for none, and the tokens that they hold. */
export interface Positions {
  readonly rows: number;
  readonly usable: number;
}

/** The positions by `max_position_embeddings`. Throws ConfigError where none is left for tokens. */
export function readPositions(reader: FieldReader, { reserved, positionsKey }: BertRules): Positions {
  const positions = size(reader, 'maxSequenceLength', ['max_position_embeddings']);
  if (positionsKey && !flag(reader, 'learnedPositions', positionsKey.key, positionsKey.byDefault)) {
    return { rows: 0, usable: positions };
  }
  if (reserved === 'none') return { rows: positions, usable: positions };
  if (reserved === 'added') return { rows: positions + 2, usable: positions };
  return { rows: positions, usable: withoutPadding(reader, positions) };
}

/** RoBERTa counts positions from pad_token_id + 1, so that many rows of its table hold no token. */
function withoutPadding(reader: FieldReader, positions: number): number {
  const padding = reader.raw('pad_token_id')?.value ?? 1;
  const offset = typeof padding === 'number' && Number.isInteger(padding) && padding >= 0 ? padding + 1 : 2;
  if (positions <= offset) {
    return reader.fail(
      'max_position_embeddings',
      l10n.t(
        '"max_position_embeddings" is {0}, but this model type reserves {1} rows for padding.',
        String(positions),
        String(offset),
      ),
      l10n.t('Give more than {0}, such as 514.', String(offset)),
    );
  }
  const usable = positions - offset;
  reader.assumptions.push(
    l10n.t(
      'This model type reserves {0} of its {1} positions for padding: {2} tokens are usable.',
      String(offset),
      String(positions),
      String(usable),
    ),
  );
  return usable;
}

/** The width of the embeddings, and the matrix that widens them where it differs from the model's. */
export function readEmbedding(
  reader: FieldReader,
  { embedding }: BertRules,
  width: Factor,
): { width: Factor; projection: readonly WeightSpec[] } {
  if (embedding === undefined) return { width, projection: [] };
  const value = size(reader, 'embeddingSize', ['embedding_size'], classDefault('embedding_size', 128));
  const narrow = value === width.value ? width : factor('hₑ', value);
  const needed = embedding.always || value !== width.value;
  return {
    width: narrow,
    projection: needed ? linear(embedding.projection, 'projector', [width], [narrow], true) : [],
  };
}

/** Relative positions within attention (Shaw et al. 2018; Huang et al. 2020): a table of distances a layer. */
export function readRelativeTable(reader: FieldReader, { headDim }: AttentionSpec): WeightSpec[] {
  const kind = reader.raw('position_embedding_type')?.value;
  if (kind !== 'relative_key' && kind !== 'relative_key_query') return [];
  reader.recordKey('positionKind', 'position_embedding_type');
  reader.assumptions.push(
    l10n.t(
      'position_embedding_type is {0}: the products of queries or keys with distances are not in the FLOPs.',
      kind,
    ),
  );
  const distances = 2 * size(reader, 'maxSequenceLength', ['max_position_embeddings']) - 1;
  const name = 'attention.self.distance_embedding.weight';
  return [table(name, 'positionEmbedding', factor('2·positions − 1', distances), factor('d', headDim))];
}

/** Rows of the table of token types; 0 for no table. */
export function readTokenTypes(reader: FieldReader, { tokenTypes }: BertRules): number {
  if (tokenTypes === 'none') return 0;
  return reader.count(
    {
      property: 'tokenTypes',
      keys: ['type_vocab_size'],
      meaning: l10n.t('number of token types'),
      limit: limits.size,
      example: 2,
    },
    {
      value: tokenTypes,
      rule: l10n.t('type_vocab_size is absent: {0}, the default of this model type.', String(tokenTypes)),
    },
  );
}
