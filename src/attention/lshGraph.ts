import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { declareInputs, declareOutput, groupSize, joinRows, splitRows } from './layout';
import { LshMasks } from './lshMasks';
import { LshOrder } from './lshOrder';
import { LENGTH_EPSILON, chunkGroups, lshPlan, type LshParameters, type LshStyle } from './lshPlan';
import type { AttentionShape } from './mechanism';
import { runInOrder } from './runInOrder';
import { productTurnedRight } from './turnedProduct';

/**
 * LSH attention, `units` heads at a time: hash, sort, attention within each chunk and to the one before it, and back
 * into the order of the positions. Queries are the keys as well: k is not read.
 */
export function lshGraph(
  shape: AttentionShape,
  parameters: LshParameters,
  style: LshStyle,
): GraphDescription {
  const { batch, n, heads, headDim } = shape;
  const { units } = style;
  const graph = new GraphBuilder('lsh_attention');
  const { q, v } = declareInputs(graph, shape);
  const plan = lshPlan(shape, parameters);
  const order = new LshOrder(graph, shape, plan, units, style.operators);
  const masks = new LshMasks(graph, shape, plan, order, units);
  const sizes = chunkGroups(shape, plan, style);
  const entries = Array.from({ length: batch }, (_, entry) => {
    const parts: Value[] = [];
    for (let head = 0; head < heads; head += units) {
      const queries = headsOf(graph, shape, q, { entry, head, count: units });
      const values = valuesOf(graph, shape, v, { entry, head, count: units });
      const tokens = order.of(queries);
      const name = `layer/entry${String(entry)}head${String(head)}`;
      const context = chunkAttention(graph, shape, style, {
        queries,
        keys: unitLength(graph, shape, queries),
        values,
        own: order.rowsOf(tokens.own),
        seen: order.rowsOf(tokens.seen),
        masks: masks.of(tokens, sizes),
        sizes,
        withSums: plan.rounds > 1,
        name,
      });
      const output = order.bringBack(tokens, context);
      const byToken =
        units === 1 ? output : graph.node('Transpose', [output], { attributes: { perm: [1, 0, 2] } });
      parts.push(graph.node('Reshape', [byToken, graph.ints([1, n, units * headDim])]));
    }
    return joinRows(graph, parts, 2);
  });
  declareOutput(graph, shape, joinRows(graph, entries, 0));
  return runInOrder(graph.build());
}

interface Heads {
  readonly entry: number;
  readonly head: number;
  readonly count: number;
}

/** Some heads of a batch entry, head-major: [count, n, headDim] */
function headsOf(
  graph: GraphBuilder,
  { n, headDim }: AttentionShape,
  value: Value,
  { entry, head, count }: Heads,
): Value {
  const columns = graph.node('Slice', [
    value,
    graph.ints([entry, head * headDim]),
    graph.ints([entry + 1, (head + count) * headDim]),
    graph.ints([0, 2]),
  ]);
  if (count === 1) return columns;
  const split = graph.node('Reshape', [columns, graph.ints([n, count, headDim])]);
  return graph.node('Transpose', [split], { attributes: { perm: [1, 0, 2] } });
}

/** The values of some query heads, those of a group repeated: [count, n, headDim] */
function valuesOf(graph: GraphBuilder, shape: AttentionShape, v: Value, heads: Heads): Value {
  const { n, headDim } = shape;
  const { entry, head, count } = heads;
  const g = groupSize(shape);
  const kvHeads = Math.max(1, count / g);
  const values = headsOf(graph, shape, v, { entry, head: Math.floor(head / g), count: kvHeads });
  if (kvHeads === count) return values;
  const grouped = graph.node('Expand', [
    graph.node('Reshape', [values, graph.ints([kvHeads, 1, n, headDim])]),
    graph.ints([kvHeads, count / kvHeads, n, headDim]),
  ]);
  return graph.node('Reshape', [grouped, graph.ints([count, n, headDim])]);
}

/** Queries of unit length, which are the keys. */
function unitLength(graph: GraphBuilder, { headDim, dtype }: AttentionShape, queries: Value): Value {
  const squares = graph.node('ReduceSumSquare', [queries, graph.ints([-1])], { attributes: { keepdims: 1 } });
  const lengths = graph.node('Sqrt', [
    graph.node('Add', [squares, graph.scalar(dtype, headDim * LENGTH_EPSILON)]),
  ]);
  return graph.node('Div', [queries, lengths]);
}

interface ChunkCall {
  /** [units, n, headDim] */
  readonly queries: Value;
  readonly keys: Value;
  readonly values: Value;
  /** Rows of units·n: [units·rounds·chunks, chunk], and [·, keys] */
  readonly own: Value;
  readonly seen: Value;
  /** Added to the scores, one after another; by group of chunks. */
  readonly masks: readonly (readonly Value[])[];
  /** Chunks of each group. */
  readonly sizes: readonly number[];
  readonly withSums: boolean;
  readonly name: string;
}

/**
 * Every chunk of every round against what it sees: [units·rounds·chunks, chunk, headDim]. Where there are several
 * rounds a last column has the logarithm of the softmax's sum: as a tensor of its own it would be made after all
 * groups, whose scores would have to wait for it (see `runInOrder`).
 */
function chunkAttention(
  graph: GraphBuilder,
  { headDim }: AttentionShape,
  { operators }: LshStyle,
  { queries, keys, values, own, seen, masks, sizes, withSums, name }: ChunkCall,
): Value {
  const [ownOf, seenBy] = [own, seen].map((rows) => splitRows(graph, rows, 0, sizes));
  const [q, k, v] = [queries, keys, values].map((value) =>
    graph.node('Reshape', [value, graph.ints([-1, headDim])]),
  );
  const gather = (rows: Value | undefined, index: Value | undefined): Value =>
    graph.node('Gather', [rows, index], { attributes: { axis: 0 } });
  const contexts = sizes.map((_, group) => {
    const place = sizes.length === 1 ? name : `${name}/chunks${String(group)}`;
    const [ownRows, seenRows] = [ownOf?.[group], seenBy?.[group]];
    const scores = productTurnedRight(graph, gather(q, ownRows), gather(k, seenRows), operators, 3);
    const masked = (masks[group] ?? []).reduce((sum, mask) => graph.node('Add', [sum, mask]), scores);
    const weights = graph.node('Softmax', [masked], { name: `${place}/softmax`, attributes: { axis: -1 } });
    const context = graph.node('MatMul', [weights, gather(v, seenRows)], { name: `${place}/pv` });
    return withSums ? joinRows(graph, [context, logarithmOfSum(graph, masked, weights)], 2) : context;
  });
  return joinRows(graph, contexts, 0);
}

/** log Σ exp of a row: of its largest score, the score less the logarithm of its weight. [·, chunk, 1] */
function logarithmOfSum(graph: GraphBuilder, scores: Value, weights: Value): Value {
  const [score, weight] = [scores, weights].map((value) =>
    graph.node('ReduceMax', [value, graph.ints([-1])], { attributes: { keepdims: 1 } }),
  );
  return graph.node('Sub', [score, graph.node('Log', [weight])]);
}
