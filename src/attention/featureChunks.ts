import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { blockTokens, chunkedBlocks, type ChunkedBlock } from './chunkedBlocks';
import { ChunkedState } from './chunkedState';
import { blockRows } from './featureBlocks';
import type { FeatureMap } from './featureMap';
import { declareInputs } from './layout';
import type { AttentionShape } from './mechanism';
import { entryByEntry, tokensOf } from './tokenBlocks';

/** Tokens of a chunk, within which pairs are computed: the wider the state, the more tokens should share its updates. */
function chunkSize(map: FeatureMap): number {
  return map.count > 128 ? 128 : 64;
}

/** The blocks in which `featureChunksGraph` goes over one batch entry. */
export function featureChunks(shape: AttentionShape, map: FeatureMap): ChunkedBlock[] {
  const size = chunkSize(map);
  return chunkedBlocks(shape.n, Math.max(1, Math.floor(blockRows(shape, map) / size)), size);
}

/**
 * Causal attention through `map` in chunks, block after block (`ChunkedState`). A column of ones beside the values
 * gives the sum of the weights.
 */
export function featureChunksGraph(shape: AttentionShape, map: FeatureMap): GraphDescription {
  const { heads, kvHeads, headDim, dtype } = shape;
  const graph = new GraphBuilder('feature_chunks');
  const { q, k, v } = declareInputs(graph, shape);
  const blocks = featureChunks(shape, map);
  const state = new ChunkedState(graph, shape, map.count, headDim + 1);
  return entryByEntry(graph, shape, (entry) => {
    state.restart();
    let shift: Value | undefined;
    return blocks.map((block) => {
      const rows = blockTokens(block);
      const part = (value: Value): Value =>
        tokensOf(graph, shape, value, entry, block.start, block.start + rows);
      const made = map.key(graph, dtype, part(k), 0, shift);
      if (shift !== undefined && made.shift !== undefined) {
        const factor = graph.node('Exp', [graph.node('Sub', [shift, made.shift])]);
        state.scale(graph.node('Reshape', [factor, graph.ints([kvHeads, 1, 1, 1])]));
      }
      shift = made.shift;
      const ones = graph.node('Expand', [graph.scalar(dtype, 1), graph.ints([rows, kvHeads, 1, 1])]);
      const values = graph.node('Concat', [part(v), ones], { attributes: { axis: 3 } });
      const sums = state.next(block, [map.query(graph, dtype, part(q)), made.features, values]);
      return graph.node('Reshape', [quotient(graph, sums, headDim), graph.ints([1, rows, heads * headDim])]);
    });
  });
}

/** The weighted values of the last axis over the sum of the weights, which stands behind them. */
export function quotient(graph: GraphBuilder, wide: Value, headDim: number): Value {
  const [weighted, weights] = graph.nodeWithOutputs('Split', [wide, graph.ints([headDim, 1])], 2, {
    attributes: { axis: -1 },
  });
  return graph.node('Div', [weighted, weights]);
}
