import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, keyElements, pairFlops, queryElements } from './attentionCost';
import {
  bigBirdPairs,
  blockGroups,
  groupKinds,
  seenTokens,
  type BlockGroup,
  type BlockPattern,
  type BlockSizes,
} from './blockPattern';
import { declareInputs, declareOutput, joinRows, sliceRows } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import {
  callsPerNode,
  gatherTokens,
  gatheredElements,
  headRows,
  stridedElements,
  stridedHeads,
  stridedTokens,
  tokenIndex,
  tokenMajor,
  type StridedCall,
} from './stridedHeads';
import { asTriple, type Triple } from './triple';

/**
 * `gatheredBlocksGraph` for `cpu`: keys and values are gathered as they lie, and FusedMatMul reads their heads from
 * there, so that no block is copied twice. The first and the last block read all keys where they are. For three
 * blocks and more: of fewer, each sees all.
 */
export function gatheredHeadsGraph(shape: AttentionShape, pattern: BlockPattern): GraphDescription {
  const { batch, heads, kvHeads, headDim } = shape;
  const graph = new GraphBuilder('block_sparse_heads');
  const { q, k, v } = declareInputs(graph, shape);
  const { size, tail } = pattern;
  const queries = headRows(graph, shape, q, heads);
  const sides = [headRows(graph, shape, k, kvHeads), headRows(graph, shape, v, kvHeads)];
  const ends = endBlocks(graph, shape, pattern, [q, k, v]);
  const inner = groupsOf(shape, pattern).map((group) => {
    const { first, blocks } = group;
    const name = `block${String(first)}`;
    const members = Array.from({ length: blocks }, (_, index) => first + index);
    const own = members.map((block) => Array.from({ length: size }, (_, token) => block * size + token));
    const ownIndex = tokenIndex(graph, shape, `tokens_of_${name}`, own);
    const seen = members.map((block) => seenTokens(pattern, block));
    const seenIndex = tokenIndex(graph, shape, `seen_by_${name}`, seen);
    const triple = asTriple([
      gatherTokens(graph, queries, ownIndex),
      ...sides.map((side) => gatherTokens(graph, side, seenIndex)),
    ]);
    const call = callOf(shape, pattern, group);
    const context = stridedHeads(graph, call, triple, name);
    return tokenMajor(graph, call.shape, context, [batch, blocks * size, heads * headDim]);
  });
  const outputs = [
    sliceRows(graph, ends, 1, 0, size),
    ...inner,
    sliceRows(graph, ends, 1, size, size + tail),
  ];
  declareOutput(graph, shape, joinRows(graph, outputs));
  return graph.build();
}

/** The first and the last block against all keys: [batch, size + tail, heads·d] */
function endBlocks(
  graph: GraphBuilder,
  shape: AttentionShape,
  { size, tail, n }: BlockSizes,
  [q, k, v]: Triple,
): Value {
  const { batch } = shape;
  const queries = joinRows(graph, [sliceRows(graph, q, 1, 0, size), sliceRows(graph, q, 1, n - tail, n)]);
  const call = { shape: { ...shape, batch: 1, n: size + tail }, keys: n };
  // Entry by entry, so that no more than one entry's keys are copied.
  const entries = Array.from({ length: batch }, (_, entry) => {
    const own = (value: Value): Value => (batch === 1 ? value : sliceRows(graph, value, 0, entry, entry + 1));
    return stridedTokens(graph, call, [own(queries), own(k), own(v)], `global${String(entry)}`);
  });
  return joinRows(graph, entries, 0);
}

/** Cost of `gatheredHeadsGraph`. */
export function gatheredHeadsCost(shape: AttentionShape, sizes: BlockSizes): AttentionCost {
  const { n, size, tail } = sizes;
  const ends = { shape: { ...shape, batch: 1, n: size + tail }, keys: n };
  const copied = shape.batch === 1 ? 0 : keyElements({ ...shape, batch: 1 });
  const global = stridedElements(ends, false) + queryElements({ ...shape, n: size + tail }) + copied;
  const inner = groupKinds(groupsOf(shape, sizes)).reduce((sum, group) => {
    const call = callOf(shape, sizes, group);
    return sum + stridedElements(call, false) + gatheredElements(call);
  }, 0);
  const flops = pairFlops(shape, bigBirdPairs(sizes));
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    // The ends run first; then the outputs of all blocks wait for the concatenation.
    workspaceBytes: Math.max(global, queryElements(shape) + inner) * elementBytes(shape),
  };
}

function groupsOf(shape: AttentionShape, sizes: BlockSizes): BlockGroup[] {
  const keys = Math.max(...blockGroups(sizes, sizes.count).map((group) => group.keys));
  const one = callOf(shape, sizes, { first: 1, blocks: 1, keys });
  return blockGroups(sizes, callsPerNode(one, sizes.count));
}

function callOf(shape: AttentionShape, { size }: BlockSizes, { blocks, keys }: BlockGroup): StridedCall {
  return { shape: { ...shape, batch: shape.batch * blocks, n: size }, keys };
}
