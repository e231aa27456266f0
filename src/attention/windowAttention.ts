import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { groupSize, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements, type TokenAttentionStyle } from './tokenAttention';
import {
  gatheredElements,
  gatherTokens,
  headRows,
  stridedElements,
  stridedHeads,
  tokenIndex,
  tokenMajor,
} from './stridedHeads';
import type { Triple } from './triple';
import { WindowMasks } from './windowMasks';
import {
  blockKeys,
  blockRows,
  windowBlockKinds,
  windowBlocks,
  type WindowBlock,
  type WindowPattern,
} from './windowPlan';

/**
 * The attention of positions `from` to n − 1 to a window and a prefix, one block of queries at a time, each against
 * only the keys that its rows see. No n × n tensor exists, and a block's scores stay in cache, which measured faster
 * on `cpu` than folding all blocks into one batch. q, k and v are token-major; returns the blocks' outputs in order,
 * [batch, rows, heads·headDim]. `scope` leads the names of nodes and constants. Where attention is bidirectional,
 * `from` must not lie before the end of the prefix.
 */
export function attendWindow(
  graph: GraphBuilder,
  shape: AttentionShape,
  pattern: WindowPattern,
  style: TokenAttentionStyle,
  triple: Triple,
  { from = 0, scope = '' }: { readonly from?: number; readonly scope?: string } = {},
): Value[] {
  const rows = blockRows(shape, pattern);
  const masks = new WindowMasks(graph, shape, pattern, rows, scope);
  const attend =
    style === 'strided' ? stridedBlocks(graph, shape, triple) : tokenBlocks(graph, shape, triple, style);
  const outputs: Value[] = [];
  for (const { block, index } of narrowestFirst(windowBlocks(shape, pattern, rows, from))) {
    outputs[index] = attend(block, masks.mask(block), `${scope}block${String(index)}`);
  }
  return outputs;
}

/**
 * The runtime runs what is listed last first: when the blocks at the ends of the sequence, which see fewer keys, come
 * after the others, their tensors fit into what those have left, and the arena does not grow by steps.
 */
function narrowestFirst(
  blocks: readonly WindowBlock[],
): readonly { readonly block: WindowBlock; readonly index: number }[] {
  const pairs = (block: WindowBlock): number => (block.end - block.start) * blockKeys(block);
  return blocks
    .map((block, index) => ({ block, index }))
    .sort((a, b) => pairs(a.block) - pairs(b.block) || a.index - b.index);
}

/** Adds the attention of one block; `mask` is [g·rows, keys]. Returns [batch, rows, heads·headDim]. */
type BlockAttention = (block: WindowBlock, mask: Value | undefined, name: string) => Value;

/** Each block's tokens are gathered as FusedMatMul reads them: no operator in between, and all threads copy. */
function stridedBlocks(graph: GraphBuilder, shape: AttentionShape, [q, k, v]: Triple): BlockAttention {
  const { batch, heads, kvHeads, headDim } = shape;
  const queries = headRows(graph, shape, q, heads);
  const [keys, values] = [headRows(graph, shape, k, kvHeads), headRows(graph, shape, v, kvHeads)];
  return (block, mask, name) => {
    const own = tokenIndex(graph, shape, `${name}_queries`, [range(block.start, block.end)]);
    const seen = tokenIndex(graph, shape, `${name}_keys`, [seenTokens(block)]);
    const call = {
      shape: { ...shape, n: block.end - block.start },
      keys: blockKeys(block),
      ...(mask === undefined ? {} : { mask }),
    };
    const triple = [
      gatherTokens(graph, queries, own),
      gatherTokens(graph, keys, seen),
      gatherTokens(graph, values, seen),
    ] as const;
    const context = stridedHeads(graph, call, triple, name);
    return tokenMajor(graph, call.shape, context, [batch, call.shape.n, heads * headDim]);
  };
}

function tokenBlocks(
  graph: GraphBuilder,
  shape: AttentionShape,
  [q, k, v]: Triple,
  style: TokenAttentionStyle,
): BlockAttention {
  return (block, mask, name) => {
    const rows = block.end - block.start;
    const keys = blockKeys(block);
    const seen = graph.constant(`${name}_keys`, 'int64', [keys], seenTokens(block));
    const gather = (value: Value): Value => graph.node('Gather', [value, seen], { attributes: { axis: 1 } });
    const call = { shape: { ...shape, n: rows }, keys };
    const queries = sliceRows(graph, q, 1, block.start, block.end);
    const triple = [queries, gather(k), gather(v)] as const;
    if (mask === undefined) return attendTokens(graph, style, call, name, triple);
    const dims = graph.ints([1, 1, groupSize(shape) * rows, keys]);
    const bias = graph.node('Reshape', [mask, dims]);
    return attendTokens(graph, style, { ...call, mask: bias }, name, triple);
  };
}

function seenTokens({ prefix, first, last }: WindowBlock): number[] {
  return [...range(0, prefix), ...range(first, last)];
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

/** What `attendWindow` computes and holds. */
export interface WindowCost {
  /** Pairs that are computed, masked ones included, a head. */
  readonly executedPairs: number;
  /** Elements that live at once beside q, k, v, while the outputs of all blocks wait for their concatenation. */
  readonly elements: number;
}

/** The cost of `attendWindow` with the same arguments. */
export function windowCost(
  shape: AttentionShape,
  pattern: WindowPattern,
  style: TokenAttentionStyle,
  from = 0,
): WindowCost {
  const { batch, n, heads, headDim } = shape;
  const rows = blockRows(shape, pattern);
  let executedPairs = 0;
  let largest = 0;
  for (const { block, count } of windowBlockKinds(shape, pattern, rows, from)) {
    executedPairs += count * (block.end - block.start) * blockKeys(block);
    largest = Math.max(largest, blockElements(shape, block, style));
  }
  return { executedPairs, elements: batch * (n - from) * heads * headDim + largest };
}

/** Elements of one block: scores and copies, its mask where a group shares it, and the tokens that it gathers. */
function blockElements(shape: AttentionShape, block: WindowBlock, style: TokenAttentionStyle): number {
  const { batch, heads, kvHeads, headDim } = shape;
  const rows = block.end - block.start;
  const keys = blockKeys(block);
  const g = groupSize(shape);
  const mask = g === 1 ? 0 : g * rows * keys;
  const queries = batch * rows * heads * headDim;
  const call = { shape: { ...shape, n: rows }, keys };
  if (style === 'strided') {
    return mask + stridedElements(call, true) + gatheredElements(call) + (g === 1 ? 0 : queries);
  }
  const gathered = 2 * batch * keys * kvHeads * headDim + queries;
  return mask + tokenAttentionElements(style, call, true) + gathered;
}
