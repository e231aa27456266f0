/** Groups of tokens at one level: `size` tokens each, the last one fewer. */
export interface Level {
  readonly size: number;
  readonly count: number;
}

/** Groups that make up a group of the next level. */
export const BRANCHES = 16;

/**
 * Levels of summaries over blocks of `block` tokens: the blocks, groups of 16 blocks, groups of 16 of those, up to
 * the level at which no more than 16 groups are left. None where one block holds everything.
 */
export function levelsOf(n: number, block: number): Level[] {
  const levels: Level[] = [];
  for (let size = block; size < n; size *= BRANCHES) levels.push({ size, count: Math.ceil(n / size) });
  return levels;
}

/** Tokens of group `index` of a level. */
export function groupTokens(n: number, { size }: Level, index: number): number {
  return Math.min(size, n - index * size);
}

/** The groups of a level that a token sees instead of their tokens: the siblings of its own, earlier ones if causal. */
export function siblings(level: Level, token: number, causal: boolean): number[] {
  const own = Math.floor(token / level.size);
  const first = Math.floor(own / BRANCHES) * BRANCHES;
  const last = causal ? own : Math.min(level.count, first + BRANCHES);
  return Array.from({ length: last - first }, (_, index) => first + index).filter((group) => group !== own);
}

/** (Query, summary) pairs of one level, in closed form. */
export function siblingPairs(n: number, { size }: Level, causal: boolean): number {
  const span = size * BRANCHES;
  const whole = Math.floor(n / span) * (causal ? 0.5 : 1) * span * (BRANCHES - 1);
  const rest = n % span;
  const groups = Math.ceil(rest / size);
  if (!causal) return whole + (groups === 0 ? 0 : rest * (groups - 1));
  const full = Math.floor(rest / size);
  return whole + (size * full * (full - 1)) / 2 + (rest - full * size) * full;
}
