import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, pairFlops, queryElements } from './attentionCost';
import type { BlockPattern } from './blockPattern';
import { declareInputs, declareOutput, sliceRows } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements, type TokenAttentionStyle } from './tokenAttention';

/** Neighbouring blocks of queries that see equally many keys, so that one call serves them all. */
interface BlockGroup {
  /** First block and number of blocks. */
  readonly first: number;
  readonly blocks: number;
  /** Keys that each of them sees. */
  readonly keys: number;
}

/** Above this many groups a session takes longer to create than the larger blocks cost in cache misses. */
const MOST_GROUPS = 256;

/** Tokens of queries in a group of plain operators: few nodes for a GPU, and scores that stay bounded. */
const PLAIN_TOKENS = 4096;

/**
 * Block-sparse attention without a mask: each group gathers the keys and values that its blocks see, token-major,
 * and attends to exactly these. The first and the last block see every key: one call for both, without gathering.
 * The last block may be shorter, as nothing asks for keys by whole blocks.
 */
export function gatheredBlocksGraph(
  shape: AttentionShape,
  pattern: BlockPattern,
  style: TokenAttentionStyle,
): GraphDescription {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const graph = new GraphBuilder(`block_sparse_${style.replace('-', '_')}`);
  const { q, k, v } = declareInputs(graph, shape);
  const { size } = pattern;
  if (pattern.count <= 2) {
    declareOutput(graph, shape, attendTokens(graph, style, { shape, keys: n }, 'all', [q, k, v]));
    return graph.build();
  }
  const tail = n - (pattern.count - 1) * size;
  const ends = graph.node('Concat', [sliceRows(graph, q, 1, 0, size), sliceRows(graph, q, 1, n - tail, n)], {
    attributes: { axis: 1 },
  });
  const global = { shape: { ...shape, n: size + tail }, keys: n };
  const endOutputs = attendTokens(graph, style, global, 'global', [ends, k, v]);
  const inner = groupsOf(shape, pattern, style).map(({ first, blocks, keys }) => {
    const calls = batch * blocks;
    const name = `block${String(first)}`;
    const index = graph.constant(
      `seen_by_${name}`,
      'int64',
      [blocks, keys],
      seenTokens(pattern, n, first, blocks),
    );
    const gather = (value: Value): Value =>
      graph.node('Reshape', [
        graph.node('Gather', [value, index], { attributes: { axis: 1 } }),
        graph.ints([calls, keys, kvHeads * headDim]),
      ]);
    const queries = graph.node('Reshape', [
      sliceRows(graph, q, 1, first * size, (first + blocks) * size),
      graph.ints([calls, size, heads * headDim]),
    ]);
    const call = { shape: { ...shape, batch: calls, n: size }, keys };
    const output = attendTokens(graph, style, call, name, [queries, gather(k), gather(v)]);
    return graph.node('Reshape', [output, graph.ints([batch, blocks * size, heads * headDim])]);
  });
  const outputs = [
    sliceRows(graph, endOutputs, 1, 0, size),
    ...inner,
    sliceRows(graph, endOutputs, 1, size, size + tail),
  ];
  declareOutput(graph, shape, graph.node('Concat', outputs, { attributes: { axis: 1 } }));
  return graph.build();
}

/** Cost of `gatheredBlocksGraph`, which computes no masked pair. `pairs`: what the mathematics needs, a head. */
export function gatheredBlocksCost(
  shape: AttentionShape,
  pattern: BlockPattern,
  style: TokenAttentionStyle,
  pairs: number,
): AttentionCost {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const tail = n - (pattern.count - 1) * pattern.size;
  const few = pattern.count <= 2;
  const endRows = few ? n : pattern.size + tail;
  const global = tokenAttentionElements(style, { shape: { ...shape, n: endRows }, keys: n }, false);
  const groups = few ? [] : groupsOf(shape, pattern, style);
  const largest = groups.reduce((most, { blocks, keys }) => {
    const calls = batch * blocks;
    const call = { shape: { ...shape, batch: calls, n: pattern.size }, keys };
    const inside = tokenAttentionElements(style, call, false);
    const gathered = 2 * calls * keys * kvHeads * headDim;
    return Math.max(most, inside + gathered + calls * pattern.size * heads * headDim);
  }, 0);
  // The outputs of all blocks wait for the concatenation while the last group runs.
  const elements = Math.max(global, few ? 0 : queryElements(shape) + largest);
  const flops = pairFlops(shape, pairs);
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: elements * elementBytes(shape),
  };
}

function groupsOf(shape: AttentionShape, pattern: BlockPattern, style: TokenAttentionStyle): BlockGroup[] {
  const { n } = shape;
  const most =
    style === 'plain'
      ? Math.max(1, Math.floor(PLAIN_TOKENS / pattern.size))
      : Math.ceil(pattern.count / MOST_GROUPS);
  const groups: BlockGroup[] = [];
  for (let block = 1; block < pattern.count - 1; block++) {
    const keys = seenCount(pattern, n, block);
    const open = groups.at(-1);
    if (open?.keys === keys && open.blocks < most) {
      groups[groups.length - 1] = { ...open, blocks: open.blocks + 1 };
    } else {
      groups.push({ first: block, blocks: 1, keys });
    }
  }
  return groups;
}

/** Keys that a block sees, of which the last block may have fewer. */
function seenCount({ seen, size, count }: BlockPattern, n: number, block: number): number {
  return (seen[block] ?? []).reduce((sum, key) => sum + (key === count - 1 ? n - key * size : size), 0);
}

/** The tokens that `blocks` blocks from `first` on see, block by block. */
function seenTokens({ seen, size }: BlockPattern, n: number, first: number, blocks: number): number[] {
  return seen
    .slice(first, first + blocks)
    .flatMap((keys) =>
      keys.flatMap((key) =>
        Array.from({ length: Math.min(n, (key + 1) * size) - key * size }, (_, token) => key * size + token),
      ),
    );
}
