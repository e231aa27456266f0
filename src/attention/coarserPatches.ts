import * as l10n from '@vscode/l10n';
import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { keyElements, queryElements } from './attentionCost';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { adoptPatches, noPatches } from './patchAdoption';
import {
  coarseTokens,
  pooledBuffers,
  membersOf,
  patchBlocks,
  patchGrid,
  patchMembers,
  poolPatches,
  repeatPatches,
  type PatchBlock,
  type PatchGrid,
} from './patchGrid';
import { reducedCost, reducedFlops, reducedKernels, type Reduction } from './reducedKernels';
import { meanQuery, referenceByHead } from './referenceHead';
import { allRows, softmaxOver } from './referenceSoftmax';
import { fillingRows } from './rowBlocks';
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

  present: () => undefined,

  unsuited: noPatches,

  adopt(model, attention, parameters) {
    return adoptPatches(model, attention, parameters['factor'] ?? DEFAULT_FACTOR);
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
  const tokens = coarseTokens(grid);
  if (tokens === n) return unreduced(shape);
  // A cost alone is asked at every key that is typed, and needs no lists of tokens.
  let made: PatchBlock[] | undefined;
  const blocks = (): PatchBlock[] => (made ??= patchBlocks(grid));
  const tensor = { batch, n, dtype };
  const queryWidth = heads * headDim;
  const keyWidth = kvHeads * headDim;
  // The queries come last. The runtime keeps a buffer for what later needs one as large: those of keys, where there
  // are as many heads of them, stay for queries. Joined, the means are there twice.
  const buffers = pooledBuffers(grid);
  const held = kvHeads === heads ? buffers.reduce((sum, size) => sum + size, 0) : Math.max(0, ...buffers);
  const pooling = Math.max(held, tokens) + tokens;
  return {
    shape,
    queries: tokens,
    keys: tokens,
    reduceQueries: (graph, value) =>
      poolPatches(graph, { ...tensor, value, width: queryWidth }, grid, blocks()),
    reduceKeys: (graph, value) => poolPatches(graph, { ...tensor, value, width: keyWidth }, grid, blocks()),
    restore: (graph, value) => repeatPatches(graph, value, blocks()),
    // An addition for every element of q, k and v.
    flops: queryElements(shape) + 2 * keyElements(shape),
    heldOutside: batch * (pooling * queryWidth + 2 * tokens * keyWidth),
    blockRows: fillingRows({ ...shape, n: tokens }, tokens),
  };
}

/** No patch has a neighbour to be averaged with. */
function unreduced(shape: AttentionShape): Reduction {
  const same = (_graph: GraphBuilder, value: Value): Value => value;
  return {
    shape,
    queries: shape.n,
    keys: shape.n,
    reduceQueries: same,
    reduceKeys: same,
    restore: same,
    flops: 0,
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
