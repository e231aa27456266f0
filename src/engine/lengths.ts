/**
 * Lengths to measure, ascending: powers of two up to `maxLength` and `maxLength` itself. Starts low
 * enough for four points where the config is short, and at 256 where it is long: below that a run
 * measures the runtime's overhead.
 */
export function measuredLengths(maxLength: number): number[] {
  const start = Math.min(256, Math.max(16, 2 ** Math.floor(Math.log2(Math.max(1, maxLength) / 8))));
  const lengths: number[] = [];
  for (let n = start; n < maxLength; n *= 2) lengths.push(n);
  lengths.push(maxLength);
  return lengths;
}
