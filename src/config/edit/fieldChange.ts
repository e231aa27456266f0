import type { ConfigValue } from '../../model/configValue';

/** A value that stands alone in a config. */
export type Literal = string | number | boolean;

/** Values of a list that is set as a whole. */
export type Entries = readonly (number | string)[];

/** A key to set. */
export interface FieldChange {
  /** Keys from the document's root as the file spells them; an entry of a list by its index. */
  readonly path: readonly string[];
  readonly value: ConfigValue;
  /** A key of the same mapping, after which a missing one is written. */
  readonly near?: readonly string[];
}

/** The key of `near` where it stands in the mapping at `prefix`. */
export function siblingIn(prefix: readonly string[], near: FieldChange['near']): string | undefined {
  const isBeside = near?.length === prefix.length + 1 && prefix.every((key, index) => near[index] === key);
  return isBeside ? near.at(-1) : undefined;
}
