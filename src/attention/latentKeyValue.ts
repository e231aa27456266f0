import * as l10n from '@vscode/l10n';
import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { compulsoryBytes, keyElements, pairFlops } from './attentionCost';
import { exactCost, exactKernels, exactPairs, type ExactSource } from './exactKernels';
import { adoptLatent } from './latentAdoption';
import { latentDecode } from './latentDecode';
import { LatentProjection } from './latentProjection';
import { declareInputs } from './layout';
import type { AttentionInputs, AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { softmaxRows } from './referenceRows';

/**
 * Multi-head latent attention (DeepSeek-V2's MLA, without its separate rotary part): a token's keys and values
 * x = [k; v] of all heads are compressed to a latent c = x·W of `rank` elements, which is all that is cached; keys
 * and values are rebuilt as c·Wᵀ, and attention to them is exact. W has orthonormal columns and a fixed seed
 * (`LatentProjection`). Prefill rebuilds keys and values; decode works on the latents themselves.
 */
export const latentKeyValue: AttentionMechanism = {
  id: 'latent-kv',
  get title() {
    return l10n.t('Latent keys and values (MLA)');
  },
  family: 'shared-kv',
  paper: {
    authors: 'DeepSeek-AI',
    year: 2024,
    title: 'DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model',
    arxiv: '2405.04434',
  },
  parameters: [
    {
      name: 'rank',
      get title() {
        return l10n.t('Rank of the latent');
      },
      get unit() {
        return l10n.t('elements');
      },
      // DeepSeek-V2 takes four times the head's width; below that many keys and values there is nothing to gain.
      defaultFor: ({ kvHeads, headDim }) => Math.max(1, Math.min(4, kvHeads) * headDim),
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    return exactKernels(sourceOf(shape, rankOf(shape, parameters)));
  },

  flops(shape, parameters) {
    return pairFlops(shape, exactPairs(shape)) + projectionFlops(shape, rankOf(shape, parameters));
  },

  cost(shape, parameters) {
    return exactCost(sourceOf(shape, rankOf(shape, parameters)));
  },

  reference(shape, parameters, inputs, rows) {
    const rebuilt = rebuild(shape, rankOf(shape, parameters), inputs);
    return softmaxRows(shape, rebuilt, rows, (query, key) => !shape.causal || key <= query);
  },

  decode(shape, parameters) {
    return latentDecode(shape, rankOf(shape, parameters));
  },

  present({ latent, window, pattern }) {
    if (latent === undefined || window !== undefined || pattern !== undefined) return undefined;
    return { rank: latent.rank };
  },

  adopt(model, attention, parameters) {
    return adoptLatent(model, attention, parameters['rank'] ?? 4 * attention.headDim);
  },
};

/** Throws RangeError where the rank is no number of elements that keys and values have. */
function rankOf({ kvHeads, headDim }: AttentionShape, parameters: MechanismParameters): number {
  const rank = parameters['rank'] ?? NaN;
  const width = 2 * kvHeads * headDim;
  if (!Number.isInteger(rank) || rank < 1 || rank > width) {
    throw new RangeError(
      l10n.t(
        'The rank of the latent must be between 1 and the {0} elements of a token’s keys and values, which {1} is not.',
        String(width),
        String(rank),
      ),
    );
  }
  return rank;
}

/** Compressing and rebuilding each token's keys and values. */
function projectionFlops(shape: AttentionShape, rank: number): number {
  return 2 * 2 * 2 * keyElements(shape) * rank;
}

function sourceOf(shape: AttentionShape, rank: number): ExactSource {
  return {
    shape,
    values: (graph) => rebuiltValues(graph, shape, rank),
    flops: projectionFlops(shape, rank),
    heldElements: 2 * keyElements(shape),
    compulsoryBytes: compulsoryBytes(shape),
  };
}

function rebuiltValues(
  graph: GraphBuilder,
  shape: AttentionShape,
  rank: number,
): { q: Value; k: Value; v: Value } {
  const width = shape.kvHeads * shape.headDim;
  const { q, k, v } = declareInputs(graph, shape);
  // Row-major [2·width, rank]: the first half belongs to the keys, the second to the values.
  const matrix = new LatentProjection(2 * width, rank).matrix();
  const halves = [matrix.subarray(0, width * rank), matrix.subarray(width * rank)] as const;
  const down = halves.map((half, index) =>
    graph.constant(`down_${index === 0 ? 'k' : 'v'}`, shape.dtype, [width, rank], half),
  );
  const up = halves.map((half, index) =>
    graph.constant(
      `up_${index === 0 ? 'k' : 'v'}`,
      shape.dtype,
      [rank, width],
      transposed(half, width, rank),
    ),
  );
  const latent = graph.node('Add', [graph.node('MatMul', [k, down[0]]), graph.node('MatMul', [v, down[1]])], {
    name: 'layer/all/compress',
  });
  return { q, k: graph.node('MatMul', [latent, up[0]]), v: graph.node('MatMul', [latent, up[1]]) };
}

/** Keys and values as the mechanism rebuilds them. */
function rebuild(shape: AttentionShape, rank: number, { q, k, v }: AttentionInputs): AttentionInputs {
  const width = shape.kvHeads * shape.headDim;
  const projection = new LatentProjection(2 * width, rank);
  const keys = new Float32Array(k.length);
  const values = new Float32Array(v.length);
  const x = new Float64Array(2 * width);
  for (let from = 0; from < k.length; from += width) {
    x.set(k.subarray(from, from + width));
    x.set(v.subarray(from, from + width), width);
    const rebuilt = projection.expand(projection.compress(x));
    keys.set(rebuilt.subarray(0, width), from);
    values.set(rebuilt.subarray(width), from);
  }
  return { q, k: keys, v: values };
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] ?? NaN;
    }
  }
  return result;
}
