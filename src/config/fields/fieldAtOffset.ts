import type { TextRange } from '../../model/modelSpec';
import type { LocatedField } from './locatedField';

/**
 * The field whose key or value is at `offset`, ends included; of several the shortest. The value may stand elsewhere: a
 * shell variable's where it is set.
 */
export function fieldAtOffset(fields: readonly LocatedField[], offset: number): LocatedField | undefined {
  let nearest: LocatedField | undefined;
  for (const field of fields) {
    if (!covers(field.range, offset) && !covers(field.valueRange, offset)) continue;
    if (nearest === undefined || field.range.length < nearest.range.length) nearest = field;
  }
  return nearest;
}

function covers({ offset: start, length }: TextRange, offset: number): boolean {
  return offset >= start && offset <= start + length;
}
