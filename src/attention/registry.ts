import { dense } from './dense';
import type { AttentionMechanism } from './mechanism';
import { slidingWindow } from './slidingWindow';

/** The replacements for dense attention, in no particular order: the ranking is measured. */
export const replacements: readonly AttentionMechanism[] = [slidingWindow];

/** Throws RangeError for an id that no mechanism has. */
export function mechanismById(id: string): AttentionMechanism {
  const found = [dense, ...replacements].find((mechanism) => mechanism.id === id);
  if (found === undefined) throw new RangeError(`no attention mechanism is called '${id}'`);
  return found;
}
