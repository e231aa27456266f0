import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { queryElements } from './attentionCost';
import { fixedCost, fixedViews, type BlockView, type FixedPattern } from './fixedPattern';
import { declareInputs, declareOutput, groupSize, joinRows, sliceRows, triangle } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements, type TokenAttentionStyle } from './tokenAttention';

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
  const views = fixedViews(shape, pattern);
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

/** Cost of `stridedGraph`. */
export function stridedCost(
  shape: AttentionShape,
  pattern: FixedPattern,
  style: TokenAttentionStyle,
): AttentionCost {
  const { batch, causal, heads, kvHeads, headDim } = shape;
  return fixedCost(shape, pattern, ({ index, rows, keys }) => {
    const call = { shape: { ...shape, n: rows }, keys };
    // As measured, the runtime begins with the last block: in causal attention the widest runs beside no outputs.
    const done = queryElements({ ...shape, n: shape.n - index * pattern.block - rows });
    const inside = tokenAttentionElements(style, call, causal);
    const mask = causal ? groupSize(shape) * rows * keys : 0;
    // Blocks of as many keys take over one another's places, of keys as of values; the operator wants both at once,
    // and with a mask it makes one copy more.
    const sides = style === 'multi-head' ? (causal ? 3 : 2) : causal ? 1 : 2;
    const gathered = sides * batch * keys * kvHeads * headDim;
    return done + inside + mask + gathered + batch * rows * heads * headDim;
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
  const values = triangle(dtype, side, { open: room });
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
