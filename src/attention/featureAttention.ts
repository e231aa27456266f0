import * as l10n from '@vscode/l10n';
import { compulsoryBytes, elementBytes, keyElements, queryElements } from './attentionCost';
import { blockRows, featureBlocksGraph, recurrentBlocksGraph } from './featureBlocks';
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
        id: 'LinearAttention',
        title: l10n.t('runtime LinearAttention over blocks of {0} tokens', rows),
        graph: recurrentBlocksGraph(shape, map),
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

/** Cost of the first of `featureKernels`. */
export function featureCost(shape: AttentionShape, map: FeatureMap): AttentionCost {
  const { batch, heads, kvHeads, headDim, causal } = shape;
  const rows = blockRows(shape, map);
  const flops = featureFlops(shape, map);
  const state = batch * kvHeads * map.count * (headDim + 1);
  // Features of a block's queries and keys, with one more buffer while they are made.
  const features = batch * rows * map.count * (causal ? heads + 2 * kvHeads : 2 * Math.max(heads, kvHeads));
  const slices = batch * rows * headDim * (heads + 2 * kvHeads);
  const transposed = batch === 1 || causal ? 0 : queryElements(shape) + 2 * keyElements(shape);
  const workspace = queryElements(shape) + features + slices + 2 * state + transposed;
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: workspace * elementBytes(shape),
  };
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
