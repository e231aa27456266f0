import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { elementBytes, keyElements, pairFlops, queryElements } from './attentionCost';
import { addDecodeOutput } from './denseDecode';
import { asIndex, groupSize, joinRows, maskedScore } from './layout';
import { bucketOperator, bucketsBy, hashFlops, sortedTokens } from './lshHash';
import { lshPlan, selfScore, type LshParameters, type LshPlan } from './lshPlan';
import { unitRows } from './lshReference';
import type { AttentionInputs, AttentionShape, DecodeStep, StateTensor } from './mechanism';
import { headRows } from './referenceHead';

/** Order and buckets of a token in a round, as 32-bit numbers. */
const SORTED_BYTES = 2 * 4;

/**
 * One token of LSH attention. Between tokens stay the keys (queries of unit length, one for each query head) and the
 * values of all tokens, and of every round their positions in the order of the buckets with the buckets in that order:
 * the step hashes its query, counts how many come before it, and reads the two chunks of each round, all in one
 * softmax.
 */
export function lshDecode(shape: AttentionShape, parameters: LshParameters): DecodeStep {
  const { batch, heads, headDim } = shape;
  const plan = lshPlan(shape, parameters);
  const pairs = plan.rounds * plan.keys;
  const hashing = plan.hash === undefined ? 0 : batch * heads * hashFlops(plan.hash);
  const one = { ...shape, n: 1 };
  const bytes = elementBytes(shape);
  const cached = (queryElements(shape) + keyElements(shape)) * bytes;
  const sorted = batch * heads * plan.rounds * shape.n * SORTED_BYTES;
  const read = 2 * batch * heads * pairs * headDim * bytes;
  return {
    graph: decodeGraph(shape, plan),
    cost: {
      flops: pairFlops(one, pairs) + hashing,
      executedFlops: pairFlops(one, pairs) + 2 * hashing,
      // The caches are read in parts, the orders from end to end.
      compulsoryBytes: 2 * queryElements(one) * bytes + Math.min(read, cached) + sorted,
      workspaceBytes: read + 2 * sorted,
    },
    stateBytes: cached + (plan.hash === undefined ? 0 : sorted),
    state: (inputs) => stateOf(shape, plan, inputs),
  };
}

function decodeGraph(shape: AttentionShape, plan: LshPlan): ReturnType<GraphBuilder['build']> {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const units = batch * heads;
  const graph = new GraphBuilder('lsh_decode');
  const q = graph.input('q', dtype, [batch, 1, heads * headDim]);
  const keys = graph.input('key_cache', dtype, [units * n, headDim]);
  const values = graph.input('value_cache', dtype, [batch * kvHeads * n, headDim]);
  const queries = graph.node('Reshape', [q, graph.ints([units, 1, headDim])]);
  const seen = seenPlaces(graph, shape, plan, queries);
  const rows = (cache: Value, first: readonly number[]): Value =>
    graph.node('Gather', [cache, graph.node('Add', [seen.positions, graph.int32s(first, [units, 1])])]);
  const unitsInOrder = Array.from({ length: units }, (_, unit) => unit);
  const seenKeys = rows(
    keys,
    unitsInOrder.map((unit) => unit * n),
  );
  const seenValues = rows(
    values,
    unitsInOrder.map((unit) => Math.floor(unit / groupSize(shape)) * n),
  );
  const turned = graph.node('Transpose', [seenKeys], { attributes: { perm: [0, 2, 1] } });
  const scores = graph.node('MatMul', [queries, turned], { name: 'layer/all/qk' });
  const weights = graph.node('Softmax', [graph.node('Add', [scores, seen.mask])], {
    name: 'layer/all/softmax',
    attributes: { axis: -1 },
  });
  addDecodeOutput(graph, shape, graph.node('MatMul', [weights, seenValues], { name: 'layer/all/pv' }));
  return graph.build();
}

/** Positions of the keys of all rounds, [units, rounds·keys], and what is added to their scores, [units, 1, ·]. */
function seenPlaces(
  graph: GraphBuilder,
  { n, dtype, batch, heads }: AttentionShape,
  { chunk, chunks, keys, rounds, hash }: LshPlan,
  queries: Value,
): { readonly positions: Value; readonly mask: Value } {
  const units = batch * heads;
  const self = graph.scalar(dtype, selfScore(dtype));
  const nothing = graph.scalar(dtype, 0);
  if (hash === undefined) {
    const every = Array.from({ length: n }, (_, token) => token);
    const mask = every.map((token) => (token === n - 1 ? selfScore(dtype) : 0));
    return {
      positions: graph.int32s(every, [1, n]),
      mask: graph.constant('mask', dtype, [1, 1, n], mask),
    };
  }
  const order = graph.input('order', 'float32', [units, rounds, n]);
  const sorted = graph.input('buckets', 'float32', [units, rounds, n]);
  const number = (value: number): Value => graph.scalar('float32', value);
  const whole = dtype === 'float32' ? queries : graph.node('Cast', [queries], { attributes: { to: 1 } });
  // The hash of one token a unit: [units, rounds, 1]
  const own = bucketOperator(
    graph,
    { ...hash, n: 1 },
    'standard',
  )(units, whole).reduce((sum, digit, index) =>
    graph.node('Add', [graph.node('Mul', [sum, number(hash.digits[index] ?? NaN)]), digit]),
  );
  const notAfter = graph.node('Where', [graph.node('LessOrEqual', [sorted, own]), number(1), number(0)]);
  // The newest token is the last of its bucket. A half keeps the quotient from whole numbers, where it could be rounded.
  const count = graph.node('ReduceSum', [notAfter, graph.ints([2])], { attributes: { keepdims: 1 } });
  const ownChunk = graph.node('Floor', [
    graph.node('Div', [graph.node('Sub', [count, number(0.5)]), number(chunk)]),
  ]);
  const before = graph.node('Where', [
    graph.node('Less', [ownChunk, number(0.5)]),
    number(chunks - 1),
    graph.node('Sub', [ownChunk, number(1)]),
  ]);
  const within = graph.constant(
    'within_chunk',
    'float32',
    [1, 1, chunk],
    Array.from({ length: chunk }, (_, token) => token),
  );
  const placesOf = (index: Value): Value =>
    graph.node('Add', [graph.node('Mul', [index, number(chunk)]), within]);
  const places = joinRows(graph, [placesOf(before), placesOf(ownChunk)], 2);
  const last = number(n - 1);
  const inside = asIndex(graph, graph.node('Min', [places, last]));
  const found = graph.node('GatherElements', [order, inside], { attributes: { axis: 2 } });
  const forSelf = graph.node('Where', [graph.node('Equal', [found, last]), self, nothing]);
  const filler = graph.node('Greater', [places, last]);
  const mask = graph.node('Where', [filler, graph.scalar(dtype, maskedScore(dtype)), forSelf]);
  return {
    positions: graph.node('Reshape', [asIndex(graph, found), graph.ints([units, rounds * keys])]),
    mask: graph.node('Reshape', [mask, graph.ints([units, 1, rounds * keys])]),
  };
}

function stateOf(
  shape: AttentionShape,
  { rounds, hash }: LshPlan,
  inputs: AttentionInputs,
): Record<string, StateTensor> {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const units = batch * heads;
  const bucketsOf = hash === undefined ? undefined : bucketsBy(hash);
  const keys = new Float32Array(units * n * headDim);
  const values = new Float32Array(batch * kvHeads * n * headDim);
  const order = new Float32Array(units * rounds * n);
  const sorted = new Float32Array(units * rounds * n);
  for (let unit = 0; unit < units; unit++) {
    const queries = headRows(inputs.q, shape, Math.floor(unit / heads), heads, unit % heads);
    keys.set(unitRows(queries, headDim), unit * n * headDim);
    bucketsOf?.(queries).forEach((buckets, round) => {
      const tokens = sortedTokens(buckets);
      const at = (unit * rounds + round) * n;
      order.set(tokens, at);
      sorted.set(
        tokens.map((token) => buckets[token] ?? NaN),
        at,
      );
    });
  }
  for (let unit = 0; unit < batch * kvHeads; unit++) {
    const rows = headRows(inputs.v, shape, Math.floor(unit / kvHeads), kvHeads, unit % kvHeads);
    values.set(rows, unit * n * headDim);
  }
  return {
    key_cache: { dims: [units * n, headDim], values: keys },
    value_cache: { dims: [batch * kvHeads * n, headDim], values },
    ...(hash === undefined
      ? {}
      : {
          order: { dims: [units, rounds, n], values: order },
          buckets: { dims: [units, rounds, n], values: sorted },
        }),
  };
}
