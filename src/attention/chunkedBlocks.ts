import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { groupSize } from './layout';
import type { AttentionShape } from './mechanism';

/** Consecutive tokens that are computed together: `chunks` chunks of `size` tokens, from token `start` on. */
export interface ChunkedBlock {
  readonly start: number;
  readonly chunks: number;
  readonly size: number;
}

/** Tokens of a block. */
export function blockTokens({ chunks, size }: ChunkedBlock): number {
  return chunks * size;
}

/**
 * Blocks of `chunks` chunks of `size` tokens that cover n tokens; what is left makes a block of whole chunks and
 * one of a single shorter chunk, so that nothing is padded.
 */
export function chunkedBlocks(n: number, chunks: number, size: number): ChunkedBlock[] {
  const blocks: ChunkedBlock[] = [];
  let start = 0;
  while (start < n) {
    const whole = Math.min(chunks, Math.floor((n - start) / size));
    const block = whole > 0 ? { start, chunks: whole, size } : { start, chunks: 1, size: n - start };
    blocks.push(block);
    start += blockTokens(block);
  }
  return blocks;
}

/** The largest of `blocks`, which is the first. */
export function largestBlock([first]: readonly ChunkedBlock[]): ChunkedBlock {
  if (first === undefined) throw new RangeError('attention needs at least one token');
  return first;
}

/** A block's tokens head by head: [rows, kvHeads, inner, width] as [kvHeads, chunks, inner·size, width]. */
export function foldChunks(
  graph: GraphBuilder,
  { kvHeads }: AttentionShape,
  { chunks, size }: ChunkedBlock,
  value: Value,
  inner: number,
  width: number,
): Value {
  const split = graph.node('Reshape', [value, graph.ints([chunks, size, kvHeads, inner, width])]);
  const folded = graph.node('Transpose', [split], { attributes: { perm: [2, 0, 3, 1, 4] } });
  return graph.node('Reshape', [folded, graph.ints([kvHeads, chunks, inner * size, width])]);
}

/** The inverse for outputs: [kvHeads, chunks, group·size, width] as [rows, kvHeads, group, width]. */
export function unfoldChunks(
  graph: GraphBuilder,
  shape: AttentionShape,
  { chunks, size }: ChunkedBlock,
  value: Value,
  width: number,
): Value {
  const { kvHeads } = shape;
  const g = groupSize(shape);
  const split = graph.node('Reshape', [value, graph.ints([kvHeads, chunks, g, size, width])]);
  const tokens = graph.node('Transpose', [split], { attributes: { perm: [1, 3, 0, 2, 4] } });
  return graph.node('Reshape', [tokens, graph.ints([chunks * size, kvHeads, g, width])]);
}
