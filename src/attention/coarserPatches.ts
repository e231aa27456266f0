import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { keyElements, queryElements } from './attentionCost';
import type { Adoption, AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import {
  coarseTokens,
  membersOf,
  patchGrid,
  patchMembers,
  patchReciprocals,
  poolPatches,
  repeatPatches,
  type PatchGrid,
} from './patchGrid';
import { reducedCost, reducedFlops, reducedKernels, type Reduction } from './reducedKernels';
import { meanQuery, referenceByHead } from './referenceHead';
import { allRows, softmaxOver } from './referenceSoftmax';
import { readRange } from './wholeParameter';

const DEFAULT_FACTOR = 2;

/**
 * Attention at the length that larger patches give (Dosovitskiy et al.: n falls with the square of the patch). The last
 * ⌊√n⌋² tokens are taken as a square of patches, those before them (class, registers) stay as they are; queries, keys
 * and values of `factor` × `factor` patches are averaged, attention is dense among what is left, and each patch
 * gets the output of its coarse one. A model with the larger patch spares its MLPs as much, which is not shown here.
 */
export const coarserPatches: AttentionMechanism = {
  id: 'coarser-patches',
  get title() {
    return l10n.t('Larger image patches');
  },
  family: 'compression',
  paper: {
    authors: 'Dosovitskiy et al.',
    year: 2020,
    title: 'An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale',
    arxiv: '2010.11929',
  },
  parameters: [
    {
      name: 'factor',
      get title() {
        return l10n.t('Patches a side of a coarse patch');
      },
      get unit() {
        return l10n.t('patches');
      },
      defaultFor: () => DEFAULT_FACTOR,
    },
  ],
  causal: 'no',
  exact: false,

  kernels(shape, parameters) {
    return reducedKernels(reductionOf(shape, gridOf(shape, parameters)));
  },

  flops(shape, parameters) {
    return reducedFlops(reductionOf(shape, gridOf(shape, parameters)));
  },

  cost(shape, parameters) {
    return reducedCost(reductionOf(shape, gridOf(shape, parameters)));
  },

  reference(shape, parameters, inputs, rows) {
    const grid = gridOf(shape, parameters);
    const { headDim } = shape;
    const visible = allRows(coarseTokens(grid), headDim);
    return referenceByHead(
      shape,
      inputs,
      rows,
      ({ keys, values }) => ({
        keys: coarseRows(keys, grid, headDim),
        values: coarseRows(values, grid, headDim),
      }),
      (memory, row, queryOf) => {
        const { members } = patchMembers(grid, row);
        return softmaxOver(meanQuery(queryOf, members, headDim), memory, visible);
      },
    );
  },

  isCurrent: () => false,

  adopt(model, _attention, parameters) {
    return adoptPatches(model, parameters['factor'] ?? DEFAULT_FACTOR);
  },
};

function gridOf(shape: AttentionShape, parameters: MechanismParameters): PatchGrid {
  if (shape.causal) {
    throw new RangeError(l10n.t('Larger patches have no causal form: images are read as a whole.'));
  }
  return patchGrid(shape.n, readRange('larger patches', parameters, 'factor', 1, Infinity));
}

function reductionOf(shape: AttentionShape, grid: PatchGrid): Reduction {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const counts = new WeakMap<GraphBuilder, Value>();
  const pool = (graph: GraphBuilder, value: Value, width: number): Value => {
    const reciprocals = counts.get(graph) ?? patchReciprocals(graph, grid, dtype);
    counts.set(graph, reciprocals);
    return poolPatches(graph, { value, batch, n, width }, grid, reciprocals);
  };
  const tokens = coarseTokens(grid);
  return {
    shape,
    queries: tokens,
    keys: tokens,
    reduceQueries: (graph, value) => pool(graph, value, heads * headDim),
    reduceKeys: (graph, value) => pool(graph, value, kvHeads * headDim),
    restore: (graph, value) => repeatPatches(graph, { value, batch, width: heads * headDim }, grid),
    // An addition for every element of q, k and v.
    flops: grid.factor === 1 ? 0 : queryElements(shape) + 2 * keyElements(shape),
  };
}

function coarseRows(rows: Float64Array, grid: PatchGrid, headDim: number): Float64Array {
  const { lead, coarse } = grid;
  const result = new Float64Array(coarseTokens(grid) * headDim);
  result.set(rows.subarray(0, lead * headDim));
  for (let patch = 0; patch < coarse ** 2; patch++) {
    const members = membersOf(grid, Math.floor(patch / coarse), patch % coarse);
    for (const token of members) {
      for (let i = 0; i < headDim; i++) {
        const place = (lead + patch) * headDim + i;
        result[place] = (result[place] ?? NaN) + (rows[token * headDim + i] ?? NaN) / members.length;
      }
    }
  }
  return result;
}

/** A vision config's `patch_size`, times the factor; for every other model there is no image to cut. */
function adoptPatches(model: ModelSpec, factor: number): Adoption {
  const source =
    model.fields['patchSize'] ??
    Object.entries(model.fields).find(([name]) => name.endsWith('.patchSize'))?.[1];
  if (source?.kind !== 'key' || typeof source.value !== 'number') {
    return {
      kind: 'none',
      reason: l10n.t('The config names no `patch_size`: only models of images have patches.'),
    };
  }
  const path = source.path.split('.');
  return {
    kind: 'config',
    edits: [{ path, value: source.value * factor }],
    needsRetraining: true,
    reason: l10n.t(
      'The architecture reads `{0}`. The patch embedding changes its shape: it has to be resized or learned anew, and the model fine-tuned.',
      path.join('.'),
    ),
  };
}
