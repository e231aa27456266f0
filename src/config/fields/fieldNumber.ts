import { isMapping } from '../../model/isMapping';
import { normalKey } from './fieldKinds';
import type { FieldKind, LocatedField } from './locatedField';

/** What the value of a field stands for. */
export type FieldNumber = Pick<LocatedField, 'state' | 'value'>;

const NUMBER = /^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?$/i;
const UNSET = /^(?:|none|null|nil|~|auto|default|false|off)$/i;

/** A number or a word in its place, in quotes or not: another number can be written over it. */
const LITERAL =
  /^(["']?)(?:[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?[kKmM]?|none|null|~|auto|false)\1$/i;

/** Longest text that may be a number. */
const MAX_NUMBER = 40;

/** vLLM reads `32k` (thousands) and `32K` (times 1024). */
const SUFFIXED = /^(\d{1,9}(?:\.\d{1,6})?)([kKmM])$/;
const factors: Readonly<Record<string, number>> = { k: 1e3, K: 1024, m: 1e6, M: 1024 * 1024 };

const unset: FieldNumber = { state: 'unset' };
const unreadable: FieldNumber = { state: 'unreadable' };

/**
 * The number that a value stands for: one, a text of one, or a list or mapping of equal ones, such as the two sides
 * of an image. Lengths and windows of 0 or less, null, `auto` and the like leave the field unset.
 */
export function fieldNumber(kind: FieldKind, key: string, value: unknown): FieldNumber {
  if (value === null || value === undefined || value === false) return unset;
  if (typeof value === 'number') return checked(kind, value);
  if (typeof value === 'string') return textNumber(kind, key, value.trim());
  const parts: readonly unknown[] = Array.isArray(value)
    ? value
    : isMapping(value)
      ? Object.values(value)
      : [];
  const [first] = parts;
  const isOne = typeof first === 'number' && parts.every((part) => part === first);
  return isOne ? checked(kind, first) : unreadable;
}

function textNumber(kind: FieldKind, key: string, text: string): FieldNumber {
  if (UNSET.test(text)) return unset;
  if (text.length > MAX_NUMBER) return unreadable;
  if (NUMBER.test(text)) return checked(kind, Number(text.replaceAll('_', '')));
  const [, digits, unit = ''] = SUFFIXED.exec(text) ?? [];
  if (digits === undefined || normalKey(key) !== 'max_model_len') return unreadable;
  return checked(kind, Math.floor(Number(digits) * (factors[unit] ?? 1)));
}

function checked(kind: FieldKind, value: number): FieldNumber {
  if (Number.isFinite(value) && value > 0 && (kind === 'ropeFactor' || Number.isInteger(value))) {
    return { state: 'number', value };
  }
  const mayBeUnset = kind === 'length' || kind === 'window';
  return mayBeUnset && (value === 0 || value === -1) ? unset : unreadable;
}

/** Whether the text of a value is one literal. */
export function isLiteralText(text: string): boolean {
  return text.length <= MAX_NUMBER && LITERAL.test(text);
}
