import { joinPhrases } from '../model/phrases';
import { formatInteger } from '../model/units';
import type { MechanismResult } from './report';

/** The title with the parameters it was run with: `Sliding window (window 512)`. */
export function mechanismName({ title, parameters }: Pick<MechanismResult, 'title' | 'parameters'>): string {
  const named = Object.entries(parameters).map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? formatInteger(value) : String(value)}`,
  );
  return named.length === 0 ? title : `${title} (${joinPhrases(named)})`;
}
