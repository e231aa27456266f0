import * as l10n from '@vscode/l10n';
import { attentionPairs } from '../cost/attentionPairs';
import { GraphBuilder } from '../onnx/graphBuilder';
import {
  compulsoryBytes,
  elementBytes,
  keyElements,
  pairFlops,
  queryBlockCost,
  queryElements,
} from './attentionCost';
import {
  declareInputs,
  declareOutput,
  groupQueries,
  groupSize,
  repeatKeyValueHeads,
  ungroupOutputs,
} from './layout';
import type { AttentionCost, AttentionMechanism, AttentionShape, Kernel } from './mechanism';
import { naiveGraph } from './naive';
import { buildQueryBlocks, type QueryBlockPlan } from './queryBlocks';
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
  paper: { authors: 'Vaswani et al.', year: 2017, title: 'Attention Is All You Need', arxiv: '1706.03762' },
  parameters: [],
  causal: 'both',
  exact: true,

  kernels(shape) {
    const candidates = shape.causal
      ? [
          groupQueryKernel(shape),
          ...BLOCK_ROWS.map((rows) => blockwiseKernel(shape, rows)),
          multiHeadCausalKernel(shape),
        ]
      : [multiHeadKernel(shape)];
    return [...candidates, naiveKernel(shape)];
  },

  flops(shape) {
    return pairFlops(shape, pairs(shape));
  },

  cost(shape) {
    return shape.causal ? groupQueryKernel(shape).cost : multiHeadKernel(shape).cost;
  },

  reference(shape, _parameters, inputs, rows) {
    return softmaxRows(shape, inputs, rows, (query, key) => !shape.causal || key <= query);
  },

  isCurrent(attention) {
    return attention.window === undefined && attention.pattern === undefined;
  },

  adopt() {
    return { kind: 'none', reason: l10n.t('This is what the model has.') };
  },
};

function pairs(shape: AttentionShape): number {
  return attentionPairs({ causal: shape.causal }, shape.n);
}

/** Cost of a kernel that computes all n² pairs and holds no n × n tensor. */
function fusedCost(shape: AttentionShape, executedPairs: number, copies: number): AttentionCost {
  return {
    flops: pairFlops(shape, pairs(shape)),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: copies * elementBytes(shape),
  };
}

/** The runtime's MultiHeadAttention: a flash kernel where nothing is masked. GQA by grouped queries. */
function multiHeadKernel(shape: AttentionShape): Kernel {
  const graph = new GraphBuilder('dense_multi_head');
  const { q, k, v } = declareInputs(graph, shape);
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const rows = graph.node('Reshape', [
    groupQueries(graph, shape, q),
    graph.ints([batch, g * n, kvHeads * headDim]),
  ]);
  const output = graph.microsoft('MultiHeadAttention', [rows, k, v], {
    name: 'layer/all/attention',
    attributes: { num_heads: kvHeads },
  });
  const split = graph.node('Reshape', [output, graph.ints([batch, g, n, kvHeads * headDim])]);
  declareOutput(graph, shape, ungroupOutputs(graph, shape, split));
  // Head-major copies of q, k, v and the output before it is written back; grouped queries once more.
  const copies = (g === 1 ? 2 : 3) * queryElements(shape) + 2 * keyElements(shape);
  return {
    id: 'MultiHeadAttention',
    title: l10n.t('runtime MultiHeadAttention'),
    graph: graph.build(),
    cost: fusedCost(shape, n ** 2, copies),
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
  return {
    id: 'MultiHeadAttention causal',
    title: l10n.t('runtime MultiHeadAttention, unidirectional'),
    graph: graph.build(),
    cost: fusedCost(shape, shape.n ** 2, scores + 4 * queryElements(shape)),
  };
}

/** The runtime's GroupQueryAttention: causal, reads each key/value head once for its group. */
function groupQueryKernel(shape: AttentionShape): Kernel {
  const { batch, n, heads, kvHeads } = shape;
  const graph = new GraphBuilder('dense_group_query');
  const { q, k, v } = declareInputs(graph, shape);
  const [output] = graph.nodeWithOutputs(
    'GroupQueryAttention',
    [
      q,
      k,
      v,
      undefined,
      undefined,
      graph.int32s(
        Array.from({ length: batch }, () => n - 1),
        [batch],
      ),
      graph.int32s([n], [1]),
    ],
    3,
    {
      name: 'layer/all/attention',
      domain: 'com.microsoft',
      attributes: { num_heads: heads, kv_num_heads: kvHeads },
    },
  );
  if (output === undefined) throw new Error('GroupQueryAttention has three outputs');
  declareOutput(graph, shape, output);
  return {
    id: 'GroupQueryAttention',
    title: l10n.t('runtime GroupQueryAttention'),
    graph: graph.build(),
    // On `cpu` the operator works tile by tile, and holds head-major q beside k, v and their 'present' copies.
    cost: fusedCost(shape, pairs(shape), queryElements(shape) + 4 * keyElements(shape)),
  };
}

/** Small blocks compute fewer masked pairs, large ones feed the MatMul better: both compete. */
const BLOCK_ROWS = [128, 256];

function blockwisePlan(rows: number): QueryBlockPlan {
  return {
    rows,
    keysOf: (_start, end) => ({ start: 0, end }),
    behind: Infinity,
    ahead: 0,
  };
}

/** Causal attention block by block against the keys so far: half the pairs are never computed. */
function blockwiseKernel(shape: AttentionShape, rows: number): Kernel {
  const plan = blockwisePlan(rows);
  const graph = new GraphBuilder('dense_blockwise');
  buildQueryBlocks(graph, shape, plan);
  return {
    id: `blockwise ${String(rows)}`,
    title: l10n.t('MultiHeadAttention over blocks of {0} queries', String(rows)),
    graph: graph.build(),
    cost: queryBlockCost(shape, plan, pairs(shape)),
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
      2 * scores + 2 * queryElements(shape) + 2 * keyElements(shape) + (shape.causal ? shape.n ** 2 : 0),
    ),
  };
}
