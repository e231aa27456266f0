import { seededInteger } from './seeded';

/** The size of BigBird's pattern, from which every count follows. */
export interface BlockSizes {
  readonly n: number;
  /** Tokens of a block; the last block may be shorter. */
  readonly size: number;
  readonly count: number;
  /** Tokens of the last block, 1 to `size`. */
  readonly tail: number;
  /** Random blocks that a block sees, where so many are left. */
  readonly random: number;
}

/** Which blocks of keys each block of queries sees, in BigBird's pattern. */
export interface BlockPattern extends BlockSizes {
  /** For each block of queries the blocks of keys that it sees, ascending. */
  readonly seen: readonly (readonly number[])[];
}

/** The random blocks of every run: the mechanism is one fixed pattern, as in a trained model. */
const SEED = 14_062;

export function blockSizes(n: number, size: number, random: number): BlockSizes {
  const count = Math.ceil(n / size);
  return { n, size, count, tail: n - (count - 1) * size, random };
}

/**
 * BigBird's pattern (Zaheer et al. 2020, section 2 and appendix D): a block sees its own and the two beside it,
 * the first and the last one, and `random` others drawn from the rest without repetition; the first and the last
 * see all. One pattern serves all heads. Where fewer than `random` blocks are left, all are seen: dense attention.
 */
export function bigBirdPattern(n: number, size: number, random: number): BlockPattern {
  const sizes = blockSizes(n, size, random);
  const { count } = sizes;
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
  return { ...sizes, seen };
}

/** The tokens that a block sees, in order. */
export function seenTokens({ seen, size, n }: BlockPattern, block: number): number[] {
  return (seen[block] ?? []).flatMap((key) =>
    Array.from({ length: Math.min(n, (key + 1) * size) - key * size }, (_, token) => key * size + token),
  );
}

/** Neighbouring blocks of queries that see equally many keys, so that one call serves them all. */
export interface BlockGroup {
  /** First block and number of blocks. */
  readonly first: number;
  readonly blocks: number;
  /** Keys that each of them sees. */
  readonly keys: number;
}

/**
 * The blocks between the first and the last in groups of at most `most`, in closed form: the random draw does not
 * change how many keys a block sees, and only the neighbours of the ends, whose local blocks are global ones too,
 * see fewer.
 */
export function blockGroups({ size, count, tail, random }: BlockSizes, most: number): BlockGroup[] {
  const keysOf = (blocks: number): number => (Math.min(count, blocks + random) - 1) * size + tail;
  const inner = count - 2;
  if (inner < 1) return [];
  // Three blocks: the one in the middle has both ends for neighbours.
  if (inner === 1) return [{ first: 1, blocks: 1, keys: keysOf(3) }];
  const groups: BlockGroup[] = [{ first: 1, blocks: 1, keys: keysOf(4) }];
  for (let first = 2; first < count - 2; first += most) {
    groups.push({ first, blocks: Math.min(most, count - 2 - first), keys: keysOf(5) });
  }
  return [...groups, { first: count - 2, blocks: 1, keys: keysOf(4) }];
}

/**
 * One group of each kind. The runtime plans its memory by size: a tensor of a kind lives in the place of the group
 * before it of the same kind, and every kind keeps its place to the end.
 */
export function groupKinds(groups: readonly BlockGroup[]): BlockGroup[] {
  return [
    ...new Map(groups.map((group) => [`${String(group.blocks)}x${String(group.keys)}`, group])).values(),
  ];
}

/** (query, key) pairs of the pattern, one head: the first and the last block see all. */
export function bigBirdPairs(sizes: BlockSizes): number {
  const { n, size, count, tail } = sizes;
  if (count <= 2) return n * n;
  // One group of all that see alike: the number of terms does not grow with the length.
  const inner = blockGroups(sizes, count).reduce((sum, { blocks, keys }) => sum + blocks * keys, 0);
  return (size + tail) * n + size * inner;
}
