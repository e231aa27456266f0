import { productOf, type Factor } from '../model/factor';
import type { AttentionSpec, LayerKind, Stack } from '../model/modelSpec';
import type { WeightSpec } from '../model/weightSpec';

/** Where in the model a term stands: what its symbols are looked up in. */
export interface Place {
  readonly stack: Stack;
  /** Absent outside the layers. */
  readonly kind?: LayerKind;
  /** The attention that the term belongs to. */
  readonly attention?: AttentionSpec;
  readonly weight?: WeightSpec;
}

/** One addend of a figure: a product of named factors, so that the figure can be derived before the user's eyes. */
export interface Term {
  /** What it is, for people: `full_attention: keys and values`. */
  readonly label: string;
  readonly factors: readonly Factor[];
  /** Product of the factors. */
  readonly value: number;
  readonly at?: Place;
}

export function term(label: string, factors: readonly Factor[], at?: Place): Term {
  return { label, factors, value: productOf(factors), ...(at && { at }) };
}

export function sumOf(terms: readonly { readonly value: number }[]): number {
  return terms.reduce((sum, { value }) => sum + value, 0);
}

/** The terms of the greatest sum, as of alternatives of which one counts; none of none. */
export function greatest<T extends { readonly value: number }>(alternatives: readonly (readonly T[])[]): T[] {
  const [first = [], ...others] = alternatives;
  let most = first;
  for (const each of others) if (sumOf(each) > sumOf(most)) most = each;
  return [...most];
}
