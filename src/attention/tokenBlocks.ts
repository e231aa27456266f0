import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { AttentionShape } from './mechanism';

/** [start, end) of blocks of `rows` tokens, the last one with what is left. */
export function tokenRanges(n: number, rows: number): [number, number][] {
  return Array.from({ length: Math.ceil(n / rows) }, (_, index) => [
    index * rows,
    Math.min(n, (index + 1) * rows),
  ]);
}

/**
 * Tokens [start, end) of one batch entry of q, k or v, with the heads apart: [rows, kvHeads, group, headDim], the
 * group of a key or value being 1. Sliced first: to reshape a graph's input would copy all of it.
 */
export function tokensOf(
  graph: GraphBuilder,
  { kvHeads, headDim }: AttentionShape,
  value: Value,
  entry: number,
  start: number,
  end: number,
): Value {
  const rows = graph.node('Slice', [
    value,
    graph.ints([entry, start]),
    graph.ints([entry + 1, end]),
    graph.ints([0, 1]),
  ]);
  return graph.node('Reshape', [rows, graph.ints([end - start, kvHeads, -1, headDim])]);
}

/** `parts` one after another along `axis`; a single one as it is. */
export function concatenated(graph: GraphBuilder, parts: readonly Value[], axis: number): Value {
  const [only] = parts;
  return parts.length === 1 && only !== undefined
    ? only
    : graph.node('Concat', parts, { attributes: { axis } });
}
