import { attentionPairs } from '../cost/attentionPairs';
import { compulsoryBytes, elementBytes, pairFlops, queryElements } from './attentionCost';
import { hashFlops, hashPlan, type HashPlan } from './lshHash';
import { groupSize } from './layout';
import type { AttentionCost, AttentionShape, RunDType } from './mechanism';
import type { Operators } from './turnedProduct';

/** Elements of a group's tensors: few enough to stay in a core's caches. */
const CACHED_ELEMENTS = 2 ** 20;

/** Above this many groups a session takes longer to create than larger ones cost in cache misses. */
const MOST_GROUPS = 512;

/** Chunks of tokens in the order of their buckets. */
export interface LshPlan {
  /** Tokens of a chunk: all of them where there is one chunk. */
  readonly chunk: number;
  readonly chunks: number;
  /** Keys of a query in a round: its own chunk and the one before it. */
  readonly keys: number;
  readonly rounds: number;
  /** Absent where one chunk holds all tokens: nothing is sorted. */
  readonly hash?: HashPlan;
}

export interface LshParameters {
  readonly chunk: number;
  readonly rounds: number;
}

export function lshPlan({ n, headDim }: AttentionShape, { chunk, rounds }: LshParameters): LshPlan {
  if (n <= chunk) return { chunk: n, chunks: 1, keys: n, rounds: 1 };
  const chunks = Math.ceil(n / chunk);
  return { chunk, chunks, keys: 2 * chunk, rounds, hash: hashPlan(n, headDim, chunk, rounds) };
}

/**
 * Added to the score of a token with itself: it counts only where the token sees no other, as queries and keys are
 * the same vectors and it would win over all others (section 2 of the paper). What is masked lies far below.
 */
export function selfScore(dtype: RunDType): number {
  return dtype === 'float16' ? -1e3 : -1e5;
}

/** Keeps the length of a query that is zero from being divided by. */
export const LENGTH_EPSILON = 1e-6;

/** FLOPs that the published algorithm needs: which pairs of two chunks are masked is known after sorting only. */
export function lshFlops(shape: AttentionShape, { chunk, rounds }: LshParameters): number {
  const { batch, heads, n, causal } = shape;
  const pairs = attentionPairs({ causal, pattern: { kind: 'lsh', chunk, before: 1, after: 0, rounds } }, n);
  const { hash } = lshPlan(shape, { chunk, rounds });
  return pairFlops(shape, pairs) + (hash === undefined ? 0 : batch * heads * n * hashFlops(hash));
}

/** Of how many heads of a batch entry a graph makes its nodes, and of which operators. */
export interface LshStyle {
  /** Divides the heads, and holds whole groups or heads of one. */
  readonly units: number;
  readonly operators: Operators;
}

/** On a CPU so many heads at a time as stay in its caches: short sequences would else be thousands of nodes. */
export function cachedStyle(shape: AttentionShape, parameters: LshParameters): LshStyle {
  const { heads } = shape;
  const g = groupSize(shape);
  const { chunk, chunks, keys, rounds } = lshPlan(shape, parameters);
  const fitting = Array.from({ length: heads }, (_, index) => index + 1).filter(
    (units) =>
      heads % units === 0 &&
      // Whole groups, or heads of one group.
      (units % g === 0 || g % units === 0) &&
      units * rounds * chunks * chunk * keys <= CACHED_ELEMENTS,
  );
  return { units: fitting.at(-1) ?? 1, operators: 'runtime' };
}

/** Chunks of each group that one node takes, of all rounds of `units` heads: what stays in cache, or all on a GPU. */
export function chunkGroups(
  { batch, heads, headDim }: AttentionShape,
  { chunk, chunks, keys, rounds }: LshPlan,
  { units, operators }: LshStyle,
): readonly number[] {
  const calls = units * rounds * chunks;
  if (operators === 'standard') return [calls];
  // Scores and what is gathered.
  const elements = chunk * keys + (chunk + 2 * keys) * headDim;
  const cached = Math.floor(CACHED_ELEMENTS / elements);
  const most = Math.ceil((batch * heads * rounds * chunks) / MOST_GROUPS);
  const largest = Math.min(calls, Math.max(1, cached, most));
  const each = evenSize(calls, largest);
  const groups = Math.ceil(calls / each);
  return Array.from({ length: groups }, (_, group) => Math.min(each, calls - group * each));
}

/** At most `largest`, and where one is near that divides `count`: buffers of one size serve all groups. */
function evenSize(count: number, largest: number): number {
  for (let size = largest; size > largest / 4; size--) if (count % size === 0) return size;
  return largest;
}

/** Cost of `lshGraph`. */
export function lshCost(shape: AttentionShape, parameters: LshParameters, style: LshStyle): AttentionCost {
  const { batch, heads, n } = shape;
  const plan = lshPlan(shape, parameters);
  const { chunk, chunks, keys, rounds, hash } = plan;
  const executed = rounds * chunks * chunk * keys;
  // Both signs of a rotation are multiplied.
  const hashing = hash === undefined ? 0 : 2 * batch * heads * n * hashFlops(hash);
  return {
    flops: lshFlops(shape, parameters),
    executedFlops: pairFlops(shape, executed) + hashing,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: lshElements(shape, plan, style) * elementBytes(shape),
  };
}

/**
 * Elements held at once beside q, k, v and o. The runtime keeps a buffer for the next tensor of its size, so that
 * where several calls follow each other the buffers of all sizes add up.
 */
function lshElements(shape: AttentionShape, plan: LshPlan, style: LshStyle): number {
  const { batch, n, heads, headDim, causal } = shape;
  const { chunk, chunks, keys, rounds, hash } = plan;
  const { units } = style;
  const sizes = chunkGroups(shape, plan, style);
  const columns = rounds === 1 ? headDim : headDim + 1;
  // Gathered queries and keys (the values take the keys' place), scores before and after the mask, and a causal mask.
  const chunkElements = (chunk + keys) * headDim + chunk * keys * (causal ? 3.5 : 2);
  const groups = [...new Set(sizes)].reduce((sum, size) => sum + size * chunkElements, 0);
  // Queries, keys and values of the heads, the hash, and positions in 64 bits.
  const tokens = units * n * (3 * headDim + rounds * ((hash?.digits.at(0) ?? 0) + INDEX_ELEMENTS));
  const chunkOutputs = units * rounds * chunks * chunk * columns * (sizes.length === 1 ? 1 : 2);
  const outputs = chunkOutputs + units * n * (rounds * columns + 2 * headDim);
  if (batch * heads === units) return tokens + Math.max(groups, outputs);
  // The outputs of all heads wait for the last one.
  return tokens + groups + outputs + queryElements(shape);
}

/** Positions, chunks, what they see and places, as elements of 32 bits for a token and a round. */
const INDEX_ELEMENTS = 20;
