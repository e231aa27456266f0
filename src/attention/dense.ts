import * as l10n from '@vscode/l10n';
import { GraphBuilder } from '../onnx/graphBuilder';
import {
  compulsoryBytes,
  elementBytes,
  keyElements,
  pairFlops,
  queryBlockCost,
  queryElements,
} from './attentionCost';
import { denseDecode } from './denseDecode';
import {
  exactCost,
  exactPairs,
  givenSource,
  groupQueryKernel,
  multiHeadKernel,
  onlineKernel,
  rowBlockKernel,
  type ExactSource,
} from './exactKernels';
import { declareInputs, declareOutput, groupSize, repeatKeyValueHeads } from './layout';
import { denseFlops } from './maskFlops';
import type { AttentionCost, AttentionMechanism, AttentionShape, Kernel } from './mechanism';
import { naiveGraph } from './naive';
import { buildQueryBlocks } from './queryBlocks';
import { softmaxRows } from './referenceRows';

/**
 * Dense softmax attention: softmax(QKᵀ/√d + mask)·V (Vaswani et al. 2017). The rival that every
 * replacement is compared with, so several kernels compete and the fastest that verifies counts.
 */
export const dense: AttentionMechanism = {
  id: 'dense',
  get title() {
    return l10n.t('Dense attention');
  },
  family: 'exact',
  paper: { authors: 'Vaswani et al.', year: 2017, title: 'Attention Is All You Need', arxiv: '1706.03762' },
  parameters: [],
  causal: 'both',
  exact: true,

  kernels(shape) {
    const candidates = shape.causal
      ? [
          groupQueryKernel(given(shape)),
          ...BLOCK_ROWS.map((rows) => blockwiseKernel(shape, rows)),
          multiHeadCausalKernel(shape),
        ]
      : [multiHeadKernel(given(shape))];
    return [...candidates, rowBlockKernel(given(shape)), onlineKernel(given(shape)), naiveKernel(shape)];
  },

  flops(shape) {
    return denseFlops(shape);
  },

  cost(shape) {
    return exactCost(given(shape));
  },

  reference(shape, _parameters, inputs, rows) {
    return softmaxRows(shape, inputs, rows, (query, key) => !shape.causal || key <= query);
  },

  decode: denseDecode,

  present: ({ window, pattern }) => (window === undefined && pattern === undefined ? {} : undefined),

  adopt() {
    return { kind: 'none', reason: l10n.t('This is what the model has.') };
  },
};

function given(shape: AttentionShape): ExactSource {
  return givenSource(shape, (graph) => declareInputs(graph, shape));
}

/** Cost of a kernel that computes all n² pairs and holds no n × n tensor. */
function fusedCost(shape: AttentionShape, executedPairs: number, copies: number): AttentionCost {
  return {
    flops: denseFlops(shape),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: copies * elementBytes(shape),
  };
}

/** The same with the runtime's causal mask. On `cpu` it holds the n × n scores. */
function multiHeadCausalKernel(shape: AttentionShape): Kernel {
  const graph = new GraphBuilder('dense_multi_head_causal');
  const { q, k, v } = declareInputs(graph, shape);
  const output = graph.microsoft(
    'MultiHeadAttention',
    [q, repeatKeyValueHeads(graph, shape, k), repeatKeyValueHeads(graph, shape, v)],
    { name: 'layer/all/attention', attributes: { num_heads: shape.heads, unidirectional: 1 } },
  );
  declareOutput(graph, shape, output);
  const scores = shape.batch * shape.heads * shape.n ** 2;
  // Keys and values repeated for their groups, and head-major copies of them, of the queries and of the output.
  const copies = (groupSize(shape) === 1 ? 4 : 6) * queryElements(shape);
  return {
    id: 'MultiHeadAttention causal',
    title: l10n.t('runtime MultiHeadAttention, unidirectional'),
    graph: graph.build(),
    cost: fusedCost(shape, shape.n ** 2, scores + shape.n ** 2 + copies),
  };
}

/** Small blocks compute fewer masked pairs, large ones feed the MatMul better: both compete. */
const BLOCK_ROWS = [128, 256];

/** Causal attention block by block against the keys so far: half the pairs are never computed. */
function blockwiseKernel(shape: AttentionShape, rows: number): Kernel {
  const graph = new GraphBuilder('dense_blockwise');
  buildQueryBlocks(graph, shape, rows);
  return {
    id: `blockwise ${String(rows)}`,
    title: l10n.t('MultiHeadAttention over blocks of {0} queries', String(rows)),
    graph: graph.build(),
    cost: queryBlockCost(shape, rows, exactPairs(shape)),
  };
}

/** MatMul, Softmax, MatMul with the whole n × n scores held: what an unfused implementation does. */
function naiveKernel(shape: AttentionShape): Kernel {
  const scores = shape.batch * shape.heads * shape.n ** 2;
  return {
    id: 'naive',
    title: l10n.t('MatMul, Softmax, MatMul with n × n scores'),
    graph: naiveGraph(shape),
    cost: fusedCost(
      shape,
      shape.n ** 2,
      // Softmax works in place; adding the causal mask does not.
      (shape.causal ? 2 : 1) * scores +
        2 * queryElements(shape) +
        2 * keyElements(shape) +
        (shape.causal ? shape.n ** 2 : 0),
    ),
  };
}
