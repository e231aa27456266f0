import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, pairFlops, queryElements } from './attentionCost';
import {
  bigBirdPairs,
  blockGroups,
  groupKinds,
  seenTokens,
  type BlockPattern,
  type BlockSizes,
} from './blockPattern';
import { declareInputs, declareOutput, joinRows, sliceRows } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements } from './tokenAttention';

/** Above this many groups a session takes longer to create than the larger blocks cost in cache misses. */
const MOST_GROUPS = 256;

/** Tokens of queries in a group of plain operators: few nodes for a GPU, and scores that stay bounded. */
const PLAIN_TOKENS = 4096;

type GatheredStyle = 'multi-head' | 'plain';

/**
 * Block-sparse attention without a mask: each group gathers the keys and values that its blocks see, token-major,
 * and attends to exactly these. The first and the last block see every key: one call for both, without gathering.
 * The last block may be shorter, as nothing asks for keys by whole blocks.
 */
export function gatheredBlocksGraph(
  shape: AttentionShape,
  pattern: BlockPattern,
  style: GatheredStyle,
): GraphDescription {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const graph = new GraphBuilder(`block_sparse_${style.replace('-', '_')}`);
  const { q, k, v } = declareInputs(graph, shape);
  const { size, tail } = pattern;
  if (pattern.count <= 2) {
    declareOutput(graph, shape, attendTokens(graph, style, { shape, keys: n }, 'all', [q, k, v]));
    return graph.build();
  }
  const ends = joinRows(graph, [sliceRows(graph, q, 1, 0, size), sliceRows(graph, q, 1, n - tail, n)]);
  const global = { shape: { ...shape, n: size + tail }, keys: n };
  const endOutputs = attendTokens(graph, style, global, 'global', [ends, k, v]);
  const inner = groupsOf(pattern, style).map(({ first, blocks, keys }) => {
    const calls = batch * blocks;
    const name = `block${String(first)}`;
    const seen = Array.from({ length: blocks }, (_, index) => seenTokens(pattern, first + index));
    const index = graph.constant(`seen_by_${name}`, 'int64', [blocks, keys], seen.flat());
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
  declareOutput(graph, shape, joinRows(graph, outputs));
  return graph.build();
}

/** Cost of `gatheredBlocksGraph`, which computes no masked pair. */
export function gatheredBlocksCost(
  shape: AttentionShape,
  sizes: BlockSizes,
  style: GatheredStyle,
): AttentionCost {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const { size, tail } = sizes;
  const few = sizes.count <= 2;
  const global = { shape: { ...shape, n: few ? n : size + tail }, keys: n };
  const sides = style === 'multi-head' ? 2 : 1;
  let kept = 0;
  let largest = 0;
  for (const { blocks, keys } of few ? [] : groupKinds(groupsOf(sizes, style))) {
    const calls = batch * blocks;
    const call = { shape: { ...shape, batch: calls, n: size }, keys };
    const inside = tokenAttentionElements(style, call, false);
    kept += sides * calls * keys * kvHeads * headDim + (style === 'plain' ? inside : 0);
    largest = Math.max(largest, (style === 'plain' ? 0 : inside) + calls * size * heads * headDim);
  }
  // The outputs of all blocks wait for the concatenation while the last group runs.
  const elements = Math.max(
    tokenAttentionElements(style, global, false),
    few ? 0 : queryElements(shape) + kept + largest,
  );
  const flops = pairFlops(shape, bigBirdPairs(sizes));
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: elements * elementBytes(shape),
  };
}

function groupsOf(sizes: BlockSizes, style: GatheredStyle): ReturnType<typeof blockGroups> {
  const most =
    style === 'plain'
      ? Math.max(1, Math.floor(PLAIN_TOKENS / sizes.size))
      : Math.ceil(sizes.count / MOST_GROUPS);
  return blockGroups(sizes, most);
}
