import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, pairFlops, queryElements } from './attentionCost';
import { declareInputs, declareOutput, groupSize, maskedScore, sliceRows } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements, type TokenAttentionStyle } from './tokenAttention';
import { joinRows } from './tokenPooling';

/** The fixed pattern: blocks of `block` tokens, of which the last `summary` are seen from other blocks. */
export interface FixedPattern {
  readonly block: number;
  readonly summary: number;
}

/** Queries [start, end) and the tokens that they see: `before` summaries, their own, and perhaps later summaries. */
interface BlockView {
  readonly start: number;
  readonly end: number;
  readonly before: number;
  readonly tokens: readonly number[];
}

/** Positions that are seen from other blocks, ascending. */
export function summaryTokens(n: number, { block, summary }: FixedPattern): number[] {
  return Array.from({ length: Math.ceil(n / block) }, (_, index) => index * block + block - summary).flatMap(
    (first) => Array.from({ length: summary }, (_, column) => first + column).filter((token) => token < n),
  );
}

/**
 * Block after block: each gathers the keys and values that it sees, the summaries around its own tokens, and
 * attends to exactly these; causal blocks mask the triangle of their own keys with the end of one strip.
 */
export function stridedGraph(
  shape: AttentionShape,
  pattern: FixedPattern,
  style: TokenAttentionStyle,
): GraphDescription {
  const graph = new GraphBuilder(`strided_${style.replace('-', '_')}`);
  const { q, k, v } = declareInputs(graph, shape);
  const views = viewsOf(shape, pattern);
  const mask = shape.causal ? triangleMask(graph, shape, pattern, views) : () => undefined;
  const outputs = views.map((view, index) => {
    const name = `block${String(index)}`;
    const seen = graph.constant(`seen_by_${name}`, 'int64', [view.tokens.length], view.tokens);
    const gather = (value: Value): Value => graph.node('Gather', [value, seen], { attributes: { axis: 1 } });
    const bias = mask(view);
    const call = {
      shape: { ...shape, n: view.end - view.start },
      keys: view.tokens.length,
      ...(bias === undefined ? {} : { mask: bias }),
    };
    const queries = sliceRows(graph, q, 1, view.start, view.end);
    return attendTokens(graph, style, call, name, [queries, gather(k), gather(v)]);
  });
  declareOutput(graph, shape, joinRows(graph, outputs));
  return graph.build();
}

/** Cost of `stridedGraph`. `pairs`: what the mathematics needs, a head. */
export function stridedCost(
  shape: AttentionShape,
  pattern: FixedPattern,
  style: TokenAttentionStyle,
  pairs: number,
): AttentionCost {
  const { batch, causal, kvHeads, headDim } = shape;
  let executedPairs = 0;
  let peak = 0;
  // As measured, the runtime begins with the last block: in causal attention the widest runs beside no outputs.
  for (const view of viewsOf(shape, pattern)) {
    const rows = view.end - view.start;
    const keys = view.tokens.length;
    executedPairs += rows * keys;
    const call = { shape: { ...shape, n: rows }, keys };
    const mask = causal ? groupSize(shape) * rows * keys : 0;
    const inside = tokenAttentionElements(style, call, causal) + mask;
    const held = queryElements({ ...shape, n: shape.n - view.start });
    peak = Math.max(peak, held + inside + 2 * batch * keys * kvHeads * headDim);
  }
  return {
    flops: pairFlops(shape, pairs),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: peak * elementBytes(shape),
  };
}

function viewsOf({ n, causal }: AttentionShape, pattern: FixedPattern): BlockView[] {
  const summaries = summaryTokens(n, pattern);
  return Array.from({ length: Math.ceil(n / pattern.block) }, (_, index) => {
    const start = index * pattern.block;
    const end = Math.min(n, start + pattern.block);
    const before = index * pattern.summary;
    const own = Array.from({ length: end - start }, (_unused, token) => start + token);
    const later = causal ? [] : summaries.slice(before + pattern.summary);
    return { start, end, before, tokens: [...summaries.slice(0, before), ...own, ...later] };
  });
}

/**
 * Masks of causal blocks: nothing of the summaries, which lie before the block, and the triangle of its own keys.
 * One strip with room for the most summaries serves all blocks, each by its last columns.
 */
function triangleMask(
  graph: GraphBuilder,
  { dtype, ...shape }: AttentionShape,
  { block }: FixedPattern,
  views: readonly BlockView[],
): (view: BlockView) => Value {
  const side = Math.min(block, shape.n);
  const room = Math.max(...views.map(({ before }) => before));
  const values = new Float32Array(side * (room + side));
  for (let row = 0; row < side; row++) {
    values.fill(maskedScore(dtype), row * (room + side) + room + row + 1, (row + 1) * (room + side));
  }
  const strip = graph.constant('triangle', dtype, [1, 1, side, room + side], values);
  const g = groupSize({ dtype, ...shape });
  return ({ start, end, before }) => {
    const rows = end - start;
    const columns = sliceRows(graph, strip, 3, room - before, room + rows);
    const cut = rows === side ? columns : sliceRows(graph, columns, 2, 0, rows);
    if (g === 1) return cut;
    const tiled = graph.node('Expand', [cut, graph.ints([1, g, rows, before + rows])]);
    return graph.node('Reshape', [tiled, graph.ints([1, 1, g * rows, before + rows])]);
  };
}
