/** One factor of a product: what formulas call it, and its value. */
export interface Factor {
  /** As the table of symbols in `src/cost/README.md` has it (`h`, `a·d`, `V`), or a plain number. */
  readonly symbol: string;
  readonly value: number;
  /** How the value comes about, where it is no figure of the config: `n·(n + 1)/2`. */
  readonly formula?: string;
}

export function factor(symbol: string, value: number, formula?: string): Factor {
  return formula === undefined ? { symbol, value } : { symbol, value, formula };
}

/** Product of the factors' values; 1 for none. */
export function productOf(factors: readonly Factor[]): number {
  return factors.reduce((product, { value }) => product * value, 1);
}
