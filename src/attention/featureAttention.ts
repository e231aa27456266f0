import * as l10n from '@vscode/l10n';
import { compulsoryBytes, elementBytes, queryElements } from './attentionCost';
import { largestBlock, type ChunkedBlock } from './chunkedBlocks';
import { blockRows, featureBlocksGraph } from './featureBlocks';
import { featureChunks, featureChunksGraph } from './featureChunks';
import { foldedRows, featureFoldedGraph } from './featureFolded';
import type { FeatureMap } from './featureMap';
import type { AttentionCost, AttentionShape, Kernel } from './mechanism';

/** The kernels of attention through `map`, for `cpu` first. */
export function featureKernels(shape: AttentionShape, map: FeatureMap): Kernel[] {
  const rows = String(blockRows(shape, map));
  const folded: Kernel = {
    id: 'folded',
    title: shape.causal
      ? l10n.t('MatMul over chunks of {0} tokens and a running sum', String(foldedRows(shape)))
      : l10n.t('MatMul over all tokens'),
    graph: featureFoldedGraph(shape, map),
    cost: foldedCost(shape, map),
  };
  const first: Kernel = shape.causal
    ? {
        id: 'chunks',
        title: l10n.t('FusedMatMul over chunks, in blocks of {0} tokens', rows),
        graph: featureChunksGraph(shape, map),
        cost: featureCost(shape, map),
      }
    : {
        id: 'blocks',
        title: l10n.t('FusedMatMul over blocks of {0} tokens', rows),
        graph: featureBlocksGraph(shape, map),
        cost: featureCost(shape, map),
      };
  return [first, folded];
}

/**
 * FLOPs of attention through `map`: the features, φ(k)vᵀ and its sum for each key, and φ(q) times both for each
 * query; with the recurrence, which needs no more, that is the causal form's count too.
 */
export function featureFlops(shape: AttentionShape, map: FeatureMap): number {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const key = map.flops + map.count * (2 * headDim + 1);
  const query = map.flops + map.count * (2 * headDim + 2);
  return batch * n * (kvHeads * key + heads * query);
}

/** Cost of the first of `featureKernels`. The bytes of a block were fitted to the runtime's own count. */
export function featureCost(shape: AttentionShape, map: FeatureMap): AttentionCost {
  const { batch, causal } = shape;
  const flops = featureFlops(shape, map);
  // The outputs of all blocks wait for the concatenation; a batch is put together from its entries' copies.
  const waiting = queryElements(shape) * (batch === 1 ? 1 : 1 + 1 / batch);
  const workspace = waiting + (causal ? chunkElements(shape, map) : blockElements(shape, map));
  return {
    flops,
    executedFlops: flops + (causal ? withinFlops(shape, map) : 0),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: workspace * elementBytes(shape),
  };
}

/** Elements of a block of `featureBlocksGraph`: features and what they are made from, and the state twice. */
function blockElements(shape: AttentionShape, map: FeatureMap): number {
  const { heads, kvHeads, headDim } = shape;
  const rows = blockRows(shape, map);
  return 2 * rows * heads * (map.count + headDim) + 2 * kvHeads * map.count * (headDim + 1);
}

/**
 * Elements of a block of `featureChunksGraph`: features, their source and their head-major copy; slices of the values
 * with the ones and the copy; scores; the outputs' parts; and the states of all chunks.
 */
function chunkElements(shape: AttentionShape, map: FeatureMap): number {
  const { heads, kvHeads, headDim } = shape;
  const { chunks, size } = largestChunks(shape, map);
  const token = 3 * map.count * (heads + kvHeads) + headDim * (5 * heads + 2 * kvHeads) + 2 * size * heads;
  return chunks * size * token + 3 * chunks * kvHeads * map.count * (headDim + 1);
}

/** What `featureChunksGraph` computes beyond the recurrence: the pairs within chunks, masked ones included. */
function withinFlops(shape: AttentionShape, map: FeatureMap): number {
  const { batch, n, heads, headDim } = shape;
  return 2 * batch * n * largestChunks(shape, map).size * heads * (map.count + headDim + 1);
}

function largestChunks(shape: AttentionShape, map: FeatureMap): ChunkedBlock {
  return largestBlock(featureChunks(shape, map));
}

function foldedCost(shape: AttentionShape, map: FeatureMap): AttentionCost {
  const { batch, n, heads, kvHeads, headDim, causal } = shape;
  const rows = foldedRows(shape);
  const chunks = Math.ceil(n / rows);
  const tokens = batch * chunks * rows;
  const flops = featureFlops(shape, map);
  const within = causal ? 2 * tokens * rows * heads * (map.count + headDim + 1) : 0;
  const states = batch * (causal ? chunks : 1) * kvHeads * map.count * (headDim + 1);
  const workspace =
    tokens * map.count * (heads + kvHeads) +
    tokens * (headDim + 1) * (kvHeads + 2 * heads) +
    (causal ? tokens * heads * rows : 0) +
    states;
  return {
    flops,
    executedFlops: flops + within,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: workspace * elementBytes(shape),
  };
}
