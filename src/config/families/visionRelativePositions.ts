import { factor } from '../../model/factor';
import type { AttentionSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { PatchGrid } from './visionPatches';
import { table } from './weights/vectors';

/** (2·rows − 1)·(2·columns − 1) distances and three for the class token, of each head (Bao et al. 2022). */
export function relativeTable(
  name: string,
  { heads }: AttentionSpec,
  { rows, columns }: PatchGrid,
): WeightSpec {
  const distances = (2 * rows - 1) * (2 * columns - 1) + 3;
  const tableName = `${name}.relative_position_bias_table`;
  return table(tableName, 'positionEmbedding', factor('distances', distances), factor('a', heads));
}
