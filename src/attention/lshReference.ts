import { groupSize } from './layout';
import { bucketsBy, sortedTokens, type BucketsOf } from './lshHash';
import { LENGTH_EPSILON, lshPlan, selfScore, type LshParameters, type LshPlan } from './lshPlan';
import type { AttentionInputs, AttentionShape, OutputRow } from './mechanism';
import { headRows } from './referenceHead';
import { softmaxOver } from './referenceSoftmax';

/** What a head's rows have in common. */
interface HashedHead {
  /** [n, headDim] */
  readonly queries: Float64Array;
  readonly keys: Float64Array;
  readonly values: Float64Array;
  /** Positions in the order of the buckets, and each position's place in it; by round. */
  readonly orders: readonly Int32Array[];
  readonly places: readonly Int32Array[];
}

/**
 * LSH attention of single rows in float64, as Kitaev et al. 2020 define it (section 2, with chunks in place of
 * buckets): in every round a softmax over the own chunk and the one before it, the rounds weighed by the sums of their
 * exponentials. Returns rows.length × headDim numbers, row-major.
 */
export function lshRows(
  shape: AttentionShape,
  parameters: LshParameters,
  inputs: AttentionInputs,
  rows: readonly OutputRow[],
): Float64Array {
  const plan = lshPlan(shape, parameters);
  const { heads, headDim } = shape;
  const bucketsOf = plan.hash === undefined ? undefined : bucketsBy(plan.hash);
  const hashed = new Map<number, HashedHead>();
  const result = new Float64Array(rows.length * headDim);
  rows.forEach(({ batch, head, row }, index) => {
    const key = batch * heads + head;
    const known = hashed.get(key) ?? hashHead(shape, plan.rounds, bucketsOf, inputs, batch, head);
    hashed.set(key, known);
    result.set(attendRow(shape, plan, known, row), index * headDim);
  });
  return result;
}

function hashHead(
  shape: AttentionShape,
  rounds: number,
  bucketsOf: BucketsOf | undefined,
  inputs: AttentionInputs,
  batch: number,
  head: number,
): HashedHead {
  const { heads, kvHeads } = shape;
  const queries = headRows(inputs.q, shape, batch, heads, head);
  const values = headRows(inputs.v, shape, batch, kvHeads, Math.floor(head / groupSize(shape)));
  const inOrder = Int32Array.from({ length: shape.n }, (_, token) => token);
  const orders =
    bucketsOf === undefined
      ? Array.from({ length: rounds }, () => inOrder)
      : bucketsOf(queries).map(sortedTokens);
  const places = orders.map((order) => {
    const placeOf = new Int32Array(order.length);
    order.forEach((token, place) => {
      placeOf[token] = place;
    });
    return placeOf;
  });
  return { queries, keys: unitRows(queries, shape.headDim), values, orders, places };
}

/** Rows of unit length. */
export function unitRows(rows: Float64Array, headDim: number): Float64Array {
  const result = new Float64Array(rows.length);
  for (let offset = 0; offset < rows.length; offset += headDim) {
    const row = rows.subarray(offset, offset + headDim);
    const squares = row.reduce((sum, value) => sum + value * value, headDim * LENGTH_EPSILON);
    result.set(
      row.map((value) => value / Math.sqrt(squares)),
      offset,
    );
  }
  return result;
}

/** Positions that a token sees in a round: its own chunk, and the one before it (of the first, the last). */
export function seenTokens({ chunk, chunks }: LshPlan, order: ArrayLike<number>, place: number): number[] {
  const own = Math.floor(place / chunk);
  const both = new Set([(own + chunks - 1) % chunks, own]);
  return [...both].flatMap((index) =>
    Array.from({ length: Math.min(chunk, order.length - index * chunk) }, (_, at) => {
      return order[index * chunk + at] ?? NaN;
    }),
  );
}

function attendRow(
  { headDim, causal, dtype }: AttentionShape,
  plan: LshPlan,
  { queries, keys, values, orders, places }: HashedHead,
  row: number,
): Float64Array {
  const seen = orders.flatMap((order, round) =>
    seenTokens(plan, order, places[round]?.[row] ?? NaN).filter((token) => !causal || token <= row),
  );
  // Scores are q·k with keys of unit length, not divided by √d as `softmaxOver` does.
  const scale = Math.sqrt(headDim);
  const query = queries.subarray(row * headDim, (row + 1) * headDim).map((value) => value * scale);
  // The rounds weighed by their sums are one softmax over the keys of all rounds.
  return softmaxOver(
    query,
    { keys, values },
    seen.map((token) => ({ offset: token * headDim, bias: token === row ? selfScore(dtype) : 0 })),
  );
}
