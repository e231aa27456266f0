import * as l10n from '@vscode/l10n';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { compulsoryBytes, keyElements, pairFlops } from './attentionCost';
import { denseDecode } from './denseDecode';
import { exactCost, exactKernels, exactPairs, type ExactSource } from './exactKernels';
import { adoptGroupedQuery } from './groupedQueryAdoption';
import { declareInputs } from './layout';
import type { AttentionInputs, AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { softmaxRows } from './referenceRows';

/**
 * Grouped-query attention with fewer key/value heads than the model has: the heads of a new group are averaged, as
 * Ainslie et al. convert a checkpoint, and attention to them is exact. One head is multi-query attention (Shazeer
 * 2019, arXiv 1911.02150). What shrinks is the KV cache; the pairs stay.
 */
export const groupedQuery: AttentionMechanism = {
  id: 'grouped-query',
  get title() {
    return l10n.t('Fewer key/value heads (GQA, MQA)');
  },
  family: 'shared-kv',
  paper: {
    authors: 'Ainslie et al.',
    year: 2023,
    title: 'GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints',
    arxiv: '2305.13245',
  },
  parameters: [
    {
      name: 'kvHeads',
      get title() {
        return l10n.t('Key/value heads');
      },
      get unit() {
        return l10n.t('heads');
      },
      defaultFor: ({ kvHeads }) => largestDivisor(kvHeads, Math.max(1, Math.floor(kvHeads / 4))),
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    return exactKernels(sourceOf(shape, parameters));
  },

  flops(shape, parameters) {
    groupedShape(shape, parameters);
    return pairFlops(shape, exactPairs(shape)) + poolingFlops(shape);
  },

  cost(shape, parameters) {
    return exactCost(sourceOf(shape, parameters));
  },

  reference(shape, parameters, inputs, rows) {
    const grouped = groupedShape(shape, parameters);
    return softmaxRows(
      grouped,
      pooledHeads(shape, grouped, inputs),
      rows,
      (query, key) => !shape.causal || key <= query,
    );
  },

  decode(shape, parameters) {
    const grouped = groupedShape(shape, parameters);
    const step = denseDecode(grouped);
    return { ...step, state: (inputs) => step.state(pooledHeads(shape, grouped, inputs)) };
  },

  present({ kvHeads, latent, window, pattern }) {
    if (latent !== undefined || window !== undefined || pattern !== undefined) return undefined;
    return { kvHeads };
  },

  adopt(model, attention, parameters) {
    return adoptGroupedQuery(model, attention, parameters['kvHeads'] ?? 1);
  },
};

/** The largest divisor of `count` that is at most `limit`. */
function largestDivisor(count: number, limit: number): number {
  let divisor = limit;
  while (count % divisor !== 0) divisor--;
  return divisor;
}

/** The shape with the fewer heads. Throws RangeError where they are not fewer, or do not divide what is there. */
function groupedShape(shape: AttentionShape, parameters: MechanismParameters): AttentionShape {
  const kvHeads = parameters['kvHeads'] ?? NaN;
  if (shape.kvHeads === 1) {
    throw new RangeError(l10n.t('There is one key/value head already: it cannot be shared any further.'));
  }
  if (
    !Number.isInteger(kvHeads) ||
    kvHeads < 1 ||
    kvHeads >= shape.kvHeads ||
    shape.kvHeads % kvHeads !== 0
  ) {
    throw new RangeError(
      l10n.t(
        'Key/value heads must be fewer than the {0} there are and divide them, which {1} does not.',
        String(shape.kvHeads),
        String(kvHeads),
      ),
    );
  }
  return { ...shape, kvHeads };
}

/** An addition for every element of k and v. */
function poolingFlops(shape: AttentionShape): number {
  return 2 * keyElements(shape);
}

function sourceOf(shape: AttentionShape, parameters: MechanismParameters): ExactSource {
  const grouped = groupedShape(shape, parameters);
  return {
    shape: grouped,
    values(graph) {
      const { q, k, v } = declareInputs(graph, shape);
      return { q, k: averageHeads(graph, shape, grouped, k), v: averageHeads(graph, shape, grouped, v) };
    },
    flops: poolingFlops(shape),
    heldElements: 2 * keyElements(grouped),
    compulsoryBytes: compulsoryBytes(shape),
  };
}

/** [batch, n, kvHeads·d] → [batch, n, fewer·d] */
function averageHeads(
  graph: GraphBuilder,
  shape: AttentionShape,
  grouped: AttentionShape,
  value: Value,
): Value {
  const { batch, n, headDim, kvHeads } = shape;
  const split = graph.node('Reshape', [
    value,
    graph.ints([batch, n, grouped.kvHeads, kvHeads / grouped.kvHeads, headDim]),
  ]);
  const mean = graph.node('ReduceMean', [split, graph.ints([3])], { attributes: { keepdims: 0 } });
  return graph.node('Reshape', [mean, graph.ints([batch, n, grouped.kvHeads * headDim])]);
}

/** The same of the inputs, head by head. */
function pooledHeads(
  shape: AttentionShape,
  grouped: AttentionShape,
  { q, k, v }: AttentionInputs,
): AttentionInputs {
  const { batch, n, headDim, kvHeads } = shape;
  const size = kvHeads / grouped.kvHeads;
  const mean = (values: Float32Array): Float32Array => {
    const result = new Float32Array(batch * n * grouped.kvHeads * headDim);
    for (let place = 0; place < result.length; place++) {
      const group = Math.floor(place / headDim);
      let sum = 0;
      for (let member = 0; member < size; member++) {
        sum += values[(group * size + member) * headDim + (place % headDim)] ?? NaN;
      }
      result[place] = sum / size;
    }
    return result;
  };
  return { q, k: mean(k), v: mean(v) };
}
