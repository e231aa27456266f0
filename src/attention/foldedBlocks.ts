import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, keyElements, pairFlops, queryElements } from './attentionCost';
import { declareInputs, declareOutput, groupSize, maskedScore, sliceRows } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';

/** A band of visible keys around each query, computed in chunks of `rows` queries. */
export interface BandPlan {
  readonly rows: number;
  readonly behind: number;
  readonly ahead: number;
}

/**
 * Banded attention with the chunks folded into the batch: every chunk of queries attends to its own
 * and the neighbouring chunks of keys, all in one MatMul, Softmax, MatMul (Beltagy et al. 2020 use
 * the same folding). Few large operators of the standard set, so it suits a GPU and is right wherever
 * MatMul and Softmax are; it holds n × (rows + reach) scores, never n × n.
 */
export function foldedBandGraph(shape: AttentionShape, plan: BandPlan): GraphDescription {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const { chunks, before, after, width } = foldedGeometry(shape, plan);
  const g = groupSize(shape);
  const graph = new GraphBuilder('banded_folded');
  const { q, k, v } = declareInputs(graph, shape);
  const padded = chunks * plan.rows;
  const pad = (value: Value, front: number, back: number): Value =>
    front === 0 && back === 0 ? value : graph.node('Pad', [value, graph.ints([0, front, 0, 0, back, 0])]);

  const queries = graph.node(
    'Transpose',
    [
      graph.node('Reshape', [
        pad(q, 0, padded - n),
        graph.ints([batch * chunks, plan.rows, kvHeads, g, headDim]),
      ]),
    ],
    { attributes: { perm: [0, 2, 3, 1, 4] } },
  );
  const windows = (value: Value): Value => {
    const whole = pad(value, before * plan.rows, padded - n + after * plan.rows);
    const neighbours = Array.from({ length: before + 1 + after }, (_, index) =>
      graph.node('Reshape', [
        sliceRows(graph, whole, 1, index * plan.rows, index * plan.rows + padded),
        graph.ints([batch * chunks, plan.rows, kvHeads, 1, headDim]),
      ]),
    );
    const [only] = neighbours;
    return neighbours.length === 1 && only !== undefined
      ? only
      : graph.node('Concat', neighbours, { attributes: { axis: 1 } });
  };
  const keys = graph.node('Transpose', [windows(k)], { attributes: { perm: [0, 2, 3, 4, 1] } });
  const values = graph.node('Transpose', [windows(v)], { attributes: { perm: [0, 2, 3, 1, 4] } });

  const scaled = graph.node('Mul', [queries, graph.scalar(dtype, 1 / Math.sqrt(headDim))], {
    name: 'layer/all/scale',
  });
  const scores = graph.node('MatMul', [scaled, keys], { name: 'layer/all/qk' });
  const banded = graph.node(
    'Add',
    [
      scores,
      graph.constant('band', dtype, [1, 1, 1, plan.rows, width], bandMask(shape, plan, before, width)),
    ],
    { name: 'layer/all/mask_band' },
  );
  const valid = graph.node(
    'Add',
    [banded, graph.constant('outside', dtype, [batch * chunks, 1, 1, 1, width], outsideMask(shape, plan))],
    { name: 'layer/all/mask_outside' },
  );
  const probabilities = graph.node('Softmax', [valid], {
    name: 'layer/all/softmax',
    attributes: { axis: -1 },
  });
  const context = graph.node('MatMul', [probabilities, values], { name: 'layer/all/pv' });
  const tokens = graph.node('Reshape', [
    graph.node('Transpose', [context], { attributes: { perm: [0, 3, 1, 2, 4] } }),
    graph.ints([batch, padded, heads * headDim]),
  ]);
  declareOutput(graph, shape, padded === n ? tokens : sliceRows(graph, tokens, 1, 0, n));
  return graph.build();
}

/** Cost of `foldedBandGraph`. `pairs`: what the mathematics needs, a head. */
export function foldedBandCost(shape: AttentionShape, plan: BandPlan, pairs: number): AttentionCost {
  const { chunks, width } = foldedGeometry(shape, plan);
  const executedPairs = chunks * plan.rows * width;
  const overlap = width / plan.rows;
  // Two buffers of scores live at once, beside the overlapping windows of keys and values.
  const workspace =
    2 * shape.batch * shape.heads * executedPairs + queryElements(shape) + 3 * overlap * keyElements(shape);
  return {
    flops: pairFlops(shape, pairs),
    executedFlops: pairFlops(shape, executedPairs),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: workspace * elementBytes(shape),
  };
}

/** Chunks in all, neighbouring chunks before and after a chunk's own, and keys that a chunk attends to. */
function foldedGeometry(
  shape: AttentionShape,
  plan: BandPlan,
): { chunks: number; before: number; after: number; width: number } {
  const chunks = Math.ceil(shape.n / plan.rows);
  const before = Math.min(chunks - 1, Math.ceil(plan.behind / plan.rows));
  const after = Math.min(chunks - 1, Math.ceil(plan.ahead / plan.rows));
  return { chunks, before, after, width: (before + 1 + after) * plan.rows };
}

function bandMask(shape: AttentionShape, plan: BandPlan, before: number, width: number): Float32Array {
  const values = new Float32Array(plan.rows * width);
  for (let row = 0; row < plan.rows; row++) {
    for (let column = 0; column < width; column++) {
      const distance = column - before * plan.rows - row;
      if (distance > plan.ahead || -distance > plan.behind) {
        values[row * width + column] = maskedScore(shape.dtype);
      }
    }
  }
  return values;
}

/** Masks the keys of a chunk's window that lie before the first or after the last token. */
function outsideMask(shape: AttentionShape, plan: BandPlan): Float32Array {
  const { chunks, before, width } = foldedGeometry(shape, plan);
  const values = new Float32Array(shape.batch * chunks * width);
  for (let chunk = 0; chunk < shape.batch * chunks; chunk++) {
    for (let column = 0; column < width; column++) {
      const key = ((chunk % chunks) - before) * plan.rows + column;
      if (key < 0 || key >= shape.n) values[chunk * width + column] = maskedScore(shape.dtype);
    }
  }
  return values;
}
