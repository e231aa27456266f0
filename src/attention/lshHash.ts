import * as l10n from '@vscode/l10n';
import { formatInteger } from '../model/units';
import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { addScaled } from './referenceVectors';
import { seededNormal } from './seeded';
import type { Operators } from './turnedProduct';

/** Tokens, heads and rounds of hashing of a call, and the buckets of a round. */
export interface HashPlan {
  readonly n: number;
  readonly headDim: number;
  readonly rounds: number;
  /** A bucket is a number in mixed radix: one digit by each of these, each digit from rotations of its own. */
  readonly digits: readonly number[];
}

const SEED = 20_200_1445;

/** Queries are hashed in steps of 1/128 up to ±16: eleven bits, which TF32 holds too. */
const STEPS = 128;
const MOST_STEPS = 2047;

/** Whole numbers up to here are exact in float32, and so are their sums in whatever order they are added. */
export const EXACT = 2 ** 24;

/** The power of two that `n` places need: to multiply by it is exact, and to divide by it. */
export function placesOfPowerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(n));
}

/**
 * About 2·n/chunk buckets, half a chunk of tokens each, as a product of powers of two: hashing to b buckets takes b/2
 * rotations, to b₁·b₂ buckets (b₁ + b₂)/2 (the factors of `num_buckets` in the published code). Two digits, or as many
 * as it takes for a digit and a position together to be exact in float32. Throws RangeError for sequences that no
 * number of digits is enough for.
 */
export function hashPlan(n: number, headDim: number, chunk: number, rounds: number): HashPlan {
  if (2 * placesOfPowerOfTwo(n) > EXACT) {
    throw new RangeError(l10n.t('LSH: {0} tokens are more than its sort takes.', formatInteger(n)));
  }
  const bits = Math.max(2, Math.floor(Math.log2((2 * n) / chunk)));
  const most = Math.log2(EXACT / placesOfPowerOfTwo(n));
  const count = Math.max(2, Math.ceil(bits / most));
  const digits = Array.from({ length: count }, (_, digit) => 2 ** Math.floor((bits + digit) / count));
  return { n, headDim, rounds, digits };
}

/** FLOPs of hashing one token of one head. */
export function hashFlops({ headDim, rounds, digits }: HashPlan): number {
  return headDim * rounds * digits.reduce((sum, size) => sum + size, 0);
}

/**
 * Adds the digits of the buckets of a graph's queries, the highest first: [units, n, headDim] in float32 → [units,
 * rounds, n] each, whole numbers in float32, since not every device has integers of 64 bits.
 */
export type BucketOperator = (units: number, queries: Value) => readonly Value[];

/**
 * The hash of Andoni et al. 2015 (arXiv 1509.02897) as Reformer has it: the largest of [xR; −xR] for a random R. In
 * whole numbers: queries in steps of 1/128 and whole-numbered rotations, so that no sum is rounded and every device,
 * and the reference, puts a token into the same bucket.
 */
export function bucketOperator(graph: GraphBuilder, plan: HashPlan, operators: Operators): BucketOperator {
  const { n, rounds, digits } = plan;
  const made = digits.map((size, digit) => ({
    size,
    rotations: addRotations(graph, plan, digit),
    columns: graph.constant(
      `columns_${String(digit)}`,
      'float32',
      [size],
      Array.from({ length: size }, (_, column) => column),
    ),
  }));
  const number = (value: number): Value => graph.scalar('float32', value);
  return (units, queries) => {
    const halves = graph.node('Add', [graph.node('Mul', [queries, number(STEPS)]), number(0.5)]);
    const steps = graph.node('Clip', [
      graph.node('Floor', [halves]),
      number(-MOST_STEPS),
      number(MOST_STEPS),
    ]);
    return made.map(({ size, rotations, columns }) => {
      const rotated = graph.node('MatMul', [steps, rotations]);
      const byRound = graph.node('Reshape', [rotated, graph.ints([units, n, rounds, size])]);
      const largest =
        operators === 'runtime'
          ? graph.node('Cast', [graph.node('ArgMax', [byRound], { attributes: { axis: 3, keepdims: 0 } })], {
              attributes: { to: 1 },
            })
          : firstLargest(graph, byRound, columns, size);
      return graph.node('Transpose', [largest], { attributes: { perm: [0, 2, 1] } });
    });
  };
}

/** Index of the first largest entry of rows of `size`: WebGPU's ArgMax has no kernel. */
function firstLargest(graph: GraphBuilder, rows: Value, columns: Value, size: number): Value {
  const reduce = (op: string, value: Value, keepdims: number): Value =>
    graph.node(op, [value, graph.ints([-1])], { attributes: { keepdims } });
  const isLargest = graph.node('Equal', [rows, reduce('ReduceMax', rows, 1)]);
  return reduce('ReduceMin', graph.node('Where', [isLargest, columns, graph.scalar('float32', size)]), 0);
}

/** [R, −R] of all rounds for a digit: [headDim, rounds·size]; the same for all heads. */
function addRotations(graph: GraphBuilder, plan: HashPlan, digit: number): Value {
  const { headDim, rounds, digits } = plan;
  const size = digits[digit] ?? NaN;
  const values = new Float32Array(headDim * rounds * size);
  for (let round = 0; round < rounds; round++) {
    const rotation = drawRotation(plan, digit, round);
    for (let row = 0; row < headDim; row++) {
      for (let column = 0; column < size / 2; column++) {
        const value = rotation[row * (size / 2) + column] ?? NaN;
        const at = row * rounds * size + round * size + column;
        values[at] = value;
        values[at + size / 2] = -value;
      }
    }
  }
  return graph.constant(`rotations_${String(digit)}`, 'float32', [headDim, rounds * size], values);
}

/** Random whole numbers, normally distributed, as large as sums of `headDim` products stay exact: [headDim, size/2] */
function drawRotation({ headDim, rounds, digits }: HashPlan, digit: number, round: number): Float32Array {
  const most = Math.max(1, Math.min(127, Math.floor(EXACT / (MOST_STEPS * headDim))));
  const count = headDim * ((digits[digit] ?? NaN) / 2);
  return seededNormal(SEED + digit * rounds + round, count).map((value) =>
    Math.max(-most, Math.min(most, Math.round((value * most) / 3))),
  );
}

/** The buckets of one head's tokens in each round: [n, headDim] → [rounds][n] */
export type BucketsOf = (queries: Float64Array) => Int32Array[];

/** The same buckets as the graph's, by plain loops in float64. */
export function bucketsBy(plan: HashPlan): BucketsOf {
  const { headDim, rounds, digits } = plan;
  const rotations = Array.from({ length: rounds }, (_, round) =>
    digits.map((__, digit) => Float64Array.from(drawRotation(plan, digit, round))),
  );
  return (queries) => {
    // In float32, as the graph has it: the sum is rounded.
    const steps = queries.map((value) =>
      Math.max(-MOST_STEPS, Math.min(MOST_STEPS, Math.floor(Math.fround(value * STEPS + 0.5)))),
    );
    return rotations.map((ofDigits) =>
      Int32Array.from({ length: queries.length / headDim }, (_, token) => {
        const query = steps.subarray(token * headDim, (token + 1) * headDim);
        return ofDigits.reduce(
          (bucket, rotation, digit) => bucket * (digits[digit] ?? NaN) + largestColumn(query, rotation),
          0,
        );
      }),
    );
  };
}

/** The first largest entry of [xR; −xR]. */
function largestColumn(query: Float64Array, rotation: Float64Array): number {
  const columns = rotation.length / query.length;
  const sums = new Float64Array(columns);
  query.forEach((x, row) => {
    addScaled(sums, x, rotation, row * columns);
  });
  let best = 0;
  let largest = -Infinity;
  for (let column = 0; column < 2 * columns; column++) {
    const value = column < columns ? (sums[column] ?? NaN) : -(sums[column - columns] ?? NaN);
    if (value > largest) {
      largest = value;
      best = column;
    }
  }
  return best;
}

/** Tokens of one head in the order of their buckets, and in a bucket of their positions. `buckets`: [n] */
export function sortedTokens(buckets: Int32Array): Int32Array {
  const order = Int32Array.from(buckets, (_, token) => token);
  return order.sort((a, b) => (buckets[a] ?? 0) - (buckets[b] ?? 0) || a - b);
}
