import * as l10n from '@vscode/l10n';
import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { compulsoryBytes, elementBytes, pairFlops, queryElements } from './attentionCost';
import { declareInputs, declareOutput, groupSize } from './layout';
import type { AttentionCost, AttentionShape, Kernel } from './mechanism';
import { addMultiHead, multiHeadElements } from './multiHead';
import { addRowBlocks, BLOCK_ROWS, rowBlockElements } from './rowBlocks';
import { runInOrder } from './runInOrder';

/** Bidirectional attention between fewer queries, or to fewer keys, than there are tokens. */
export interface Reduction {
  readonly shape: AttentionShape;
  readonly queries: number;
  readonly keys: number;
  /** [batch, n, heads·d] → [batch, queries, heads·d] */
  reduceQueries(graph: GraphBuilder, value: Value): Value;
  /** [batch, n, kvHeads·d] → [batch, keys, kvHeads·d] */
  reduceKeys(graph: GraphBuilder, value: Value): Value;
  /** [batch, queries, heads·d] → [batch, n, heads·d] */
  restore(graph: GraphBuilder, value: Value): Value;
  /** FLOPs of reducing. */
  readonly flops: number;
  /**
   * Elements held at the most before and after attention. Absent: the short output and the repeated one, which is
   * written while the short one is still there.
   */
  readonly heldOutside?: number;
  /** Queries a block of the standard operators; absent: BLOCK_ROWS. */
  readonly blockRows?: number;
}

/** The runtime's operator, and the standard set's, on the reduced tensors. */
export function reducedKernels(reduction: Reduction): Kernel[] {
  const inner = innerShape(reduction);
  const { keys, blockRows = BLOCK_ROWS } = reduction;
  return [
    {
      id: 'MultiHeadAttention',
      title: l10n.t('runtime MultiHeadAttention'),
      graph: graphOf(reduction, (graph, values) => addMultiHead(graph, inner, values)),
      cost: reducedCost(reduction),
    },
    {
      id: 'row blocks',
      title: l10n.t('MatMul, Softmax, MatMul over blocks of queries'),
      graph: graphOf(reduction, (graph, values) =>
        addRowBlocks(graph, inner, { ...values, keys, rows: blockRows }),
      ),
      cost: costOf(reduction, rowBlockElements(inner, keys, blockRows) + heldQueries(reduction, blockRows)),
    },
  ];
}

/** Cost of the first of `reducedKernels`. */
export function reducedCost(reduction: Reduction): AttentionCost {
  const { shape, keys } = reduction;
  const { batch, n, kvHeads, headDim } = shape;
  const memory = keys < n ? 2 * batch * keys * kvHeads * headDim : 0;
  return costOf(
    reduction,
    multiHeadElements(innerShape(reduction), keys) + memory + heldQueries(reduction, 0),
  );
}

export function reducedFlops({ shape, queries, keys, flops }: Reduction): number {
  return pairFlops(shape, queries * keys) + flops;
}

function innerShape({ shape, queries }: Reduction): AttentionShape {
  return { ...shape, n: queries };
}

function graphOf(
  reduction: Reduction,
  attend: (graph: GraphBuilder, values: { readonly q: Value; readonly k: Value; readonly v: Value }) => Value,
): Kernel['graph'] {
  const graph = new GraphBuilder('reduced');
  const { q, k, v } = declareInputs(graph, reduction.shape);
  const output = attend(graph, {
    q: reduction.reduceQueries(graph, q),
    k: reduction.reduceKeys(graph, k),
    v: reduction.reduceKeys(graph, v),
  });
  declareOutput(graph, reduction.shape, reduction.restore(graph, output));
  return runInOrder(graph.build());
}

/** Elements of reduced queries that stay while attention runs: grouped ones are a copy, as is a single block's. */
function heldQueries({ shape, queries }: Reduction, blockRows: number): number {
  const { batch, n, heads, headDim } = shape;
  const copied = groupSize(shape) > 1 || queries <= blockRows;
  return queries === n || copied ? 0 : batch * queries * heads * headDim;
}

/** `elements`: held at once while attention runs. */
function costOf(reduction: Reduction, elements: number): AttentionCost {
  const { shape, queries } = reduction;
  const { batch, n, heads, headDim } = shape;
  const repeating = queries < n ? queryElements(shape) + batch * queries * heads * headDim : 0;
  const flops = reducedFlops(reduction);
  return {
    flops,
    executedFlops: flops,
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: Math.max(elements, reduction.heldOutside ?? repeating) * elementBytes(shape),
  };
}
