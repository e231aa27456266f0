import { seededInteger } from './seeded';

/** Which blocks of keys each block of queries sees, in BigBird's pattern. */
export interface BlockPattern {
  /** Tokens of a block; the last block may be shorter. */
  readonly size: number;
  readonly count: number;
  /** For each block of queries the blocks of keys that it sees, ascending. */
  readonly seen: readonly (readonly number[])[];
}

/** The random blocks of every run: the mechanism is one fixed pattern, as in a trained model. */
const SEED = 14_062;

/**
 * BigBird's pattern (Zaheer et al. 2020, section 2 and appendix D): a block sees its own and the two beside it,
 * the first and the last one, and `random` others drawn from the rest without repetition; the first and the last
 * see all. One pattern serves all heads. Where fewer than `random` blocks are left, all are seen: dense attention.
 */
export function bigBirdPattern(n: number, size: number, random: number): BlockPattern {
  const count = Math.ceil(n / size);
  const draw = seededInteger(SEED);
  const seen = Array.from({ length: count }, (_, block) => {
    if (block === 0 || block === count - 1) return Array.from({ length: count }, (_unused, key) => key);
    const keys = new Set([0, block - 1, block, block + 1, count - 1]);
    const wanted = Math.min(count, keys.size + random);
    // With little left to draw from, drawing until one fits would take long.
    if (count - keys.size <= 2 * random) {
      const rest = Array.from({ length: count }, (_unused, key) => key).filter((key) => !keys.has(key));
      while (keys.size < wanted) {
        for (const key of rest.splice(draw(rest.length), 1)) keys.add(key);
      }
    }
    while (keys.size < wanted) keys.add(draw(count));
    return [...keys].sort((a, b) => a - b);
  });
  return { size, count, seen };
}

/** (query, key) pairs of the pattern over n tokens, in closed form: the random draw does not change the number. */
export function bigBirdPairs(n: number, size: number, random: number): number {
  const count = Math.ceil(n / size);
  if (count <= 2) return n * n;
  const last = n - (count - 1) * size;
  // The last block is seen by all; the others are whole. The neighbours of the ends see one block fewer.
  const keysOf = (blocks: number): number => (Math.min(count, blocks + random) - 1) * size + last;
  const ends = size + last;
  const inner = count - 2;
  const nextToEnds = Math.min(inner, 2);
  // Three blocks: the one in the middle has both ends for neighbours.
  const near = inner === 1 ? 3 : 4;
  return ends * n + nextToEnds * size * keysOf(near) + (inner - nextToEnds) * size * keysOf(5);
}
