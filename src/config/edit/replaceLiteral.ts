import type { LocatedField } from '../fields/locatedField';
import { numberLike } from './literalText';
import type { TextEdit } from './textEdit';

/**
 * The edit that writes `value` in place of the literal of `field`, in its quotes where it has them: in any format,
 * command lines among them. Throws RangeError where the value is no single literal.
 */
export function replaceLiteral(text: string, field: LocatedField, value: number): TextEdit {
  const { offset, length } = field.valueRange;
  if (!field.isLiteral || length === 0) throw new RangeError(`${field.path} is not one literal`);
  const old = text.slice(offset, offset + length);
  const quote = /^(["'])[^"']*\1$/.exec(old)?.[1] ?? '';
  const inner = quote === '' ? old : old.slice(1, -1);
  return { offset, length, content: `${quote}${numberLike(inner, value)}${quote}` };
}
