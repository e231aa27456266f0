const UINT32 = 2 ** 32;

/**
 * mulberry32, a 32-bit generator: a whole period of 2³² numbers, quick, and the same on every machine.
 * Returns a function that gives the next number in [0, 1).
 */
function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
  };
}

/**
 * `count` independent numbers of the standard normal distribution (Box and Muller 1958): the same ones for
 * the same seed, so that a mechanism's reference sees the constants of its graphs.
 */
export function seededNormal(seed: number, count: number): Float32Array {
  const uniform = seededUniform(seed);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 2) {
    // 1 − u is in (0, 1]: its logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    values[index] = radius * Math.cos(angle);
    if (index + 1 < count) values[index + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** A generator of whole numbers in [0, limit), uniform, the same sequence for the same seed. */
export function seededInteger(seed: number): (limit: number) => number {
  const uniform = seededUniform(seed);
  return (limit) => Math.floor(uniform() * limit);
}
