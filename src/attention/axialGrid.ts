/** Tokens laid out row after row; the last row may be shorter. */
export interface AxialGrid {
  readonly rows: number;
  readonly columns: number;
  /** Tokens of the last row, 1 to `columns`. */
  readonly tail: number;
}

/**
 * The grid of n tokens: the squarest that they fill where one is at most twice as wide as high, as at powers of
 * two; else ⌈√n⌉ columns, the last row shorter.
 */
export function axialGrid(n: number): AxialGrid {
  const side = Math.ceil(Math.sqrt(n));
  for (let columns = side; columns * columns <= 2 * n; columns++) {
    if (n % columns === 0) return { rows: n / columns, columns, tail: columns };
  }
  const rows = Math.ceil(n / side);
  return { rows, columns: side, tail: n - (rows - 1) * side };
}

/** (query, key) pairs of the pass along the rows and of the pass along the columns, one head. */
export function axialPairs(
  { rows, columns, tail }: AxialGrid,
  causal: boolean,
): { row: number; column: number } {
  const visible = (length: number): number => (causal ? (length * (length + 1)) / 2 : length * length);
  return {
    row: (rows - 1) * visible(columns) + visible(tail),
    column: tail * visible(rows) + (columns - tail) * visible(rows - 1),
  };
}
