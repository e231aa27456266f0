import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import {
  declareInputs,
  declareOutput,
  groupQueries,
  groupSize,
  joinRows,
  sliceRows,
  triangle,
  ungroupOutputs,
} from './layout';
import type { AttentionShape } from './mechanism';

/**
 * Causal attention `rows` queries at a time, each block against the keys up to its own last one. No n × n tensor
 * exists: the scores of one block live at once, and half the pairs are never computed.
 */
export function buildQueryBlocks(graph: GraphBuilder, shape: AttentionShape, rows: number): void {
  const { q, k, v } = declareInputs(graph, shape);
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const width = kvHeads * headDim;
  const grouped = groupQueries(graph, shape, q);
  const masks = new BlockMasks(graph, shape);
  const blocks: Value[] = [];
  for (let start = 0; start < n; start += rows) {
    const end = Math.min(n, start + rows);
    const count = end - start;
    const queries = graph.node('Reshape', [
      sliceRows(graph, grouped, 2, start, end),
      graph.ints([batch, g * count, width]),
    ]);
    const output = graph.microsoft(
      'MultiHeadAttention',
      [
        queries,
        sliceRows(graph, k, 1, 0, end),
        sliceRows(graph, v, 1, 0, end),
        undefined,
        undefined,
        masks.mask(count, start),
      ],
      { name: `layer/block${String(blocks.length)}/attention`, attributes: { num_heads: kvHeads } },
    );
    blocks.push(graph.node('Reshape', [output, graph.ints([batch, g, count, width])]));
  }
  declareOutput(graph, shape, ungroupOutputs(graph, shape, joinRows(graph, blocks, 2)));
}

/** Additive masks of blocks: all see the keys before them, so only the triangle at the diagonal is stored, once. */
class BlockMasks {
  private readonly triangles = new Map<number, Value>();

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
  ) {}

  /**
   * The mask of `rows` queries behind `before` keys; undefined where nothing is masked, so that the kernel may skip
   * masks. [1, 1, g·rows, before + rows]
   */
  public mask(rows: number, before: number): Value | undefined {
    if (rows === 1) return undefined;
    const { graph } = this;
    const { dtype } = this.shape;
    const diagonal = this.diagonal(rows);
    const row =
      before === 0
        ? diagonal
        : graph.node(
            'Concat',
            [graph.node('Expand', [graph.scalar(dtype, 0), graph.ints([1, 1, rows, before])]), diagonal],
            { attributes: { axis: 3 } },
          );
    const g = groupSize(this.shape);
    if (g === 1) return row;
    const tiled = graph.node('Expand', [row, graph.ints([1, g, rows, before + rows])]);
    return graph.node('Reshape', [tiled, graph.ints([1, 1, g * rows, before + rows])]);
  }

  private diagonal(rows: number): Value {
    const known = this.triangles.get(rows);
    if (known !== undefined) return known;
    const { dtype } = this.shape;
    const name = `mask_pattern:${String(rows)}:0:${String(rows)}`;
    const value = this.graph.constant(name, dtype, [1, 1, rows, rows], triangle(dtype, rows));
    this.triangles.set(rows, value);
    return value;
  }
}
