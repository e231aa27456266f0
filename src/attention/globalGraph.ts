import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { queryElements } from './attentionCost';
import { attendFolded, foldedCost } from './foldedBlocks';
import { joinRows, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements, type TokenAttentionStyle } from './tokenAttention';
import type { Triple } from './triple';
import { attendWindow, windowCost, type WindowCost } from './windowAttention';
import type { WindowStyle } from './windowKernels';
import type { WindowPattern } from './windowPlan';

/** Bidirectional attention of the tokens after the prefix to `pattern`, and of the prefix itself to all tokens. */
export function globalGraph(
  graph: GraphBuilder,
  shape: AttentionShape,
  pattern: WindowPattern,
  style: WindowStyle,
  triple: Triple,
): Value {
  const { n } = shape;
  const { prefix } = pattern;
  // What is listed last runs first: the prefix, with all keys beside it, before the outputs of the blocks pile up.
  const others = prefix < n ? attendOthers(graph, shape, pattern, style, triple) : [];
  if (prefix === 0) return joinRows(graph, others);
  const [q, k, v] = triple;
  const call = { shape: { ...shape, n: prefix }, keys: n };
  const queries = sliceRows(graph, q, 1, 0, prefix);
  const global = attendTokens(graph, globalStyle(style), call, 'global', [queries, k, v]);
  return joinRows(graph, [global, ...others]);
}

function attendOthers(
  graph: GraphBuilder,
  shape: AttentionShape,
  pattern: WindowPattern,
  style: WindowStyle,
  triple: Triple,
): Value[] {
  const { prefix } = pattern;
  if (style !== 'folded') return attendWindow(graph, shape, pattern, style, triple, { from: prefix });
  const all = attendFolded(graph, shape, pattern, triple);
  return [prefix === 0 ? all : sliceRows(graph, all, 1, prefix, shape.n)];
}

/** The cost of `globalGraph` with the same arguments. */
export function globalCost(shape: AttentionShape, pattern: WindowPattern, style: WindowStyle): WindowCost {
  const { n } = shape;
  const { prefix } = pattern;
  const others =
    prefix === n
      ? { executedPairs: 0, elements: 0 }
      : style === 'folded'
        ? foldedCost(shape, pattern)
        : windowCost(shape, pattern, style, prefix);
  if (prefix === 0) return others;
  const call = { shape: { ...shape, n: prefix }, keys: n };
  const global = tokenAttentionElements(globalStyle(style), call, false);
  return {
    executedPairs: others.executedPairs + prefix * n,
    elements: Math.max(others.elements, global) + queryElements({ ...shape, n: prefix }),
  };
}

function globalStyle(style: WindowStyle): TokenAttentionStyle {
  return style === 'folded' ? 'plain' : style;
}
