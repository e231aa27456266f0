import type { ConfigField } from '../document';

/** A field without fields of its own, whose key begins at `offset` and whose value is written at `valueOffset`. */
export function plainField(
  key: string,
  prefix: string,
  offset: number,
  valueOffset: number,
  written: string,
  value: unknown,
): ConfigField {
  return {
    key,
    path: prefix + key,
    range: { offset, length: valueOffset + written.length - offset },
    valueRange: { offset: valueOffset, length: written.length },
    value: () => value,
    children: () => new Map(),
  };
}
