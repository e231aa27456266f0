/*
 * The two loops that every float64 reference consists of. One kind of array and one place, so that the engine's
 * compiler makes them quick: a run spends more on references than on what it measures.
 */

/** Σ aᵢbᵢ over `width` numbers of `a` from `aFrom` and of `b` from `bFrom` on; NaN where one ends before. */
export function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, width: number): number {
  // Four sums side by side: one alone waits for each addition before the next.
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let i = 0;
  for (; i + 3 < width; i += 4) {
    first += (a[aFrom + i] ?? NaN) * (b[bFrom + i] ?? NaN);
    second += (a[aFrom + i + 1] ?? NaN) * (b[bFrom + i + 1] ?? NaN);
    third += (a[aFrom + i + 2] ?? NaN) * (b[bFrom + i + 2] ?? NaN);
    fourth += (a[aFrom + i + 3] ?? NaN) * (b[bFrom + i + 3] ?? NaN);
  }
  for (; i < width; i++) first += (a[aFrom + i] ?? NaN) * (b[bFrom + i] ?? NaN);
  return first + second + (third + fourth);
}

/** Adds `weight` times the numbers of `source` from `from` on to all of `target`. */
export function addScaled(target: Float64Array, weight: number, source: Float64Array, from: number): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = (target[i] ?? NaN) + weight * (source[from + i] ?? NaN);
  }
}
