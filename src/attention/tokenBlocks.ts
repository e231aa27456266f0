import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { declareOutput, joinRows } from './layout';
import type { AttentionShape } from './mechanism';
import { runInOrder } from './runInOrder';

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

/**
 * The finished graph whose output is that of each batch entry, its blocks one after another, each
 * [1, rows, heads·headDim]. Its nodes run in the order in which they were added.
 */
export function entryByEntry(
  graph: GraphBuilder,
  shape: AttentionShape,
  blocksOf: (entry: number) => readonly Value[],
): GraphDescription {
  const entries = Array.from({ length: shape.batch }, (_, entry) => joinRows(graph, blocksOf(entry)));
  declareOutput(graph, shape, joinRows(graph, entries, 0));
  return runInOrder(graph.build());
}
