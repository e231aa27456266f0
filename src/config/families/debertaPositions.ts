import * as l10n from '@vscode/l10n';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { flag, size } from './originalFields';
import { hidden, linear, matrix } from './weights/vectors';

/** Rows of the table of relative positions, of both directions; 0 where `relative_attention` is off. */
export function relativeRows(reader: FieldReader, version: 'v1' | 'v2'): number {
  if (!flag(reader, 'relativeAttention', 'relative_attention', false)) return 0;
  const buckets = reader.raw('position_buckets')?.value;
  if (version === 'v2' && typeof buckets === 'number' && buckets > 0) {
    return 2 * size(reader, 'buckets', ['position_buckets']);
  }
  const written = reader.raw('max_relative_positions')?.value;
  // -1 means as many as there are positions.
  const key =
    typeof written === 'number' && written < 1 ? 'max_position_embeddings' : 'max_relative_positions';
  return 2 * size(reader, 'buckets', [key, 'max_position_embeddings']);
}

/**
 * The projections of relative positions in one layer (He et al. 2020 §3.1): of keys for content-to-position and
 * of queries for position-to-content. They are applied to the table's rows, once a layer and pass. With
 * `share_att_key` they are those of the tokens.
 */
export function debertaPositions(
  reader: FieldReader,
  hiddenSize: number,
  version: 'v1' | 'v2',
): WeightSpec[] {
  const rows = relativeRows(reader, version);
  if (rows === 0) return [];
  const kinds = readKinds(reader);
  reader.assumptions.push(
    l10n.t(
      'The products of queries and keys with relative positions, at most 2 · n · rows · hidden_size a layer and kind, are not in the FLOPs.',
    ),
  );
  const toPosition = kinds.includes('c2p');
  const toContent = kinds.includes('p2c');
  const width = [hidden(hiddenSize)];
  const applied = (weights: readonly WeightSpec[]): WeightSpec[] =>
    weights.map((weight) =>
      weight.use === 'matmul' ? { ...weight, per: 'sequence', applications: rows } : weight,
    );
  const own = (name: string, bias: boolean): WeightSpec[] =>
    applied(linear(`attention.self.${name}`, 'attention', width, width, bias));
  if (version === 'v1') {
    return [...(toPosition ? own('pos_proj', false) : []), ...(toContent ? own('pos_q_proj', true) : [])];
  }
  if (!flag(reader, 'sharedPositions', 'share_att_key', false)) {
    return [
      ...(toPosition ? own('pos_key_proj', true) : []),
      ...(toContent ? own('pos_query_proj', true) : []),
    ];
  }
  const again = (name: string): WeightSpec[] =>
    applied([
      matrix(`attention.self.${name}.weight (positions)`, 'attention', width, width, {
        sharedWith: `attention.self.${name}.weight`,
      }),
    ]);
  return [...(toPosition ? again('key_proj') : []), ...(toContent ? again('query_proj') : [])];
}

/** `pos_att_type`: a list, or a text with bars between its entries. */
function readKinds(reader: FieldReader): readonly string[] {
  const value = reader.raw('pos_att_type')?.value;
  if (typeof value === 'string')
    return value
      .toLowerCase()
      .split('|')
      .map((kind) => kind.trim());
  return reader.texts('pos_att_type') ?? [];
}
