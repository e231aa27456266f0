import { attentionSinks } from './attentionSinks';
import { axial } from './axial';
import { bigBird } from './bigBird';
import { coarserPatches } from './coarserPatches';
import { dense } from './dense';
import { dilatedWindow } from './dilatedWindow';
import { gatedDelta } from './gatedDelta';
import { gatedLinear } from './gatedLinear';
import { globalWindow } from './globalWindow';
import { groupedQuery } from './groupedQuery';
import { hierarchical } from './hierarchical';
import { latentKeyValue } from './latentKeyValue';
import { linear } from './linear';
import { linformer } from './linformer';
import { lsh } from './lsh';
import type { AttentionMechanism } from './mechanism';
import { performer } from './performer';
import { pooledKeyValue } from './pooledKeyValue';
import { queryPooling } from './queryPooling';
import { slidingWindow } from './slidingWindow';
import { stridedSparse } from './stridedSparse';

/** The replacements for dense attention, in no particular order: the ranking is measured. */
export const replacements: readonly AttentionMechanism[] = [
  slidingWindow,
  dilatedWindow,
  globalWindow,
  attentionSinks,
  bigBird,
  stridedSparse,
  lsh,
  axial,
  linear,
  performer,
  gatedLinear,
  gatedDelta,
  linformer,
  hierarchical,
  pooledKeyValue,
  queryPooling,
  coarserPatches,
  groupedQuery,
  latentKeyValue,
];

/** Throws RangeError for an id that no mechanism has. */
export function mechanismById(id: string): AttentionMechanism {
  const found = [dense, ...replacements].find((mechanism) => mechanism.id === id);
  if (found === undefined) throw new RangeError(`no attention mechanism is called '${id}'`);
  return found;
}
