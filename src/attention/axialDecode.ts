import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import { elementBytes, keyElements, pairFlops, queryElements } from './attentionCost';
import { axialGrid } from './axialGrid';
import { axialRowOutput } from './axialReference';
import { addDecodeOutput } from './denseDecode';
import { groupSize } from './layout';
import type { AttentionInputs, AttentionShape, DecodeStep, StateTensor } from './mechanism';

/**
 * The last of n tokens on the grid of n tokens: its row so far, then its column over the outputs of the earlier
 * rows, which were kept when their tokens came. Caches are head-major, keys in columns as in `denseDecode`.
 */
export function axialDecode(shape: AttentionShape): DecodeStep {
  const { batch, n, heads, kvHeads, headDim, dtype } = shape;
  const { rows, tail } = axialGrid(n);
  const g = groupSize(shape);
  const graph = new GraphBuilder('axial_decode');
  const q = graph.input('q', dtype, [batch, 1, heads * headDim]);
  const rowKeys = graph.input('row_keys', dtype, [batch, kvHeads, headDim, tail]);
  const rowValues = graph.input('row_values', dtype, [batch, kvHeads, tail, headDim]);
  const split = graph.node('Reshape', [q, graph.ints([batch, kvHeads, g, headDim])]);
  const queries = graph.node('Mul', [split, graph.scalar(dtype, 1 / Math.sqrt(headDim))]);
  const weights = (keys: Value, name: string): Value =>
    graph.node('Softmax', [graph.node('MatMul', [queries, keys], { name: `layer/${name}/qk` })], {
      name: `layer/${name}/softmax`,
      attributes: { axis: -1 },
    });
  const ofRow = graph.node('MatMul', [weights(rowKeys, 'row'), rowValues], { name: 'layer/row/pv' });
  if (rows === 1) {
    addDecodeOutput(graph, shape, ofRow);
  } else {
    const columnKeys = graph.input('column_keys', dtype, [batch, kvHeads, headDim, rows]);
    const earlier = graph.input('row_outputs', dtype, [batch, heads, rows - 1, headDim]);
    const own = graph.node('Reshape', [ofRow, graph.ints([batch, heads, 1, headDim])]);
    const outputs = graph.node('Concat', [earlier, own], { attributes: { axis: 2 } });
    const ofHeads = graph.node('Reshape', [
      weights(columnKeys, 'column'),
      graph.ints([batch, heads, 1, rows]),
    ]);
    addDecodeOutput(graph, shape, graph.node('MatMul', [ofHeads, outputs], { name: 'layer/column/pv' }));
  }
  const pairs = tail + (rows === 1 ? 0 : rows);
  const read = kvHeads * (2 * tail + rows) + heads * (rows - 1 + 2);
  // Kept: the keys and row outputs of all tokens, for their columns, and the values of the row at hand.
  const kept = keyElements(shape) + queryElements(shape) + keyElements({ ...shape, n: tail });
  return {
    graph: graph.build(),
    cost: {
      flops: pairFlops(shape, pairs),
      executedFlops: pairFlops(shape, pairs),
      compulsoryBytes: batch * headDim * read * elementBytes(shape),
      workspaceBytes: batch * heads * (headDim * (rows + 2) + 2 * Math.max(rows, tail)) * elementBytes(shape),
    },
    stateBytes: kept * elementBytes(shape),
    state: (inputs) => stateOf(shape, inputs),
  };
}

function stateOf(shape: AttentionShape, inputs: AttentionInputs): Record<string, StateTensor> {
  const { batch, n, heads, kvHeads, headDim } = shape;
  const { rows, columns, tail } = axialGrid(n);
  const row = Array.from({ length: tail }, (_, index) => n - tail + index);
  const column = Array.from({ length: rows }, (_, index) => index * columns + tail - 1);
  const tensor = (
    count: number,
    tokens: readonly number[],
    transposed: boolean,
    read: (entry: number, head: number, token: number) => ArrayLike<number>,
  ): StateTensor => {
    const values = new Float32Array(batch * count * tokens.length * headDim);
    for (let place = 0; place < batch * count; place++) {
      tokens.forEach((token, index) => {
        const vector = read(Math.floor(place / count), place % count, token);
        for (let i = 0; i < headDim; i++) {
          const at = transposed ? i * tokens.length + index : index * headDim + i;
          values[place * tokens.length * headDim + at] = vector[i] ?? NaN;
        }
      });
    }
    const dims = transposed ? [headDim, tokens.length] : [tokens.length, headDim];
    return { dims: [batch, count, ...dims], values };
  };
  const of = (values: Float32Array) => (entry: number, head: number, token: number) => {
    const from = ((entry * n + token) * kvHeads + head) * headDim;
    return values.subarray(from, from + headDim);
  };
  const cache = {
    row_keys: tensor(kvHeads, row, true, of(inputs.k)),
    row_values: tensor(kvHeads, row, false, of(inputs.v)),
  };
  if (rows === 1) return cache;
  const rowOutput = axialRowOutput(shape, inputs);
  return {
    ...cache,
    column_keys: tensor(kvHeads, column, true, of(inputs.k)),
    row_outputs: tensor(heads, column.slice(0, -1), false, rowOutput),
  };
}
