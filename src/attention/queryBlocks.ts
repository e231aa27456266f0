import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import {
  declareInputs,
  declareOutput,
  groupQueries,
  groupSize,
  maskedScore,
  sliceRows,
  ungroupOutputs,
} from './layout';
import type { AttentionShape } from './mechanism';

/** Keys [start, end) that any query of a block may see. */
export interface KeyRange {
  readonly start: number;
  readonly end: number;
}

export interface QueryBlockPlan {
  /** Queries a block. */
  readonly rows: number;
  keysOf(blockStart: number, blockEnd: number): KeyRange;
  /** The furthest key behind and ahead of a query that is visible, in positions; Infinity: all. */
  readonly behind: number;
  readonly ahead: number;
}

/**
 * Attention one block of queries at a time, each block against only the keys that its rows can see.
 * No n × n tensor exists: the scores of one block live at once, and blocks are small enough to stay
 * in cache, which measured faster on `cpu` than folding all blocks into one batch.
 *
 * The mask depends only on (key − query), so one strip serves all blocks: each block takes the
 * columns that its distance to its first key asks for.
 */
export function buildQueryBlocks(graph: GraphBuilder, shape: AttentionShape, plan: QueryBlockPlan): void {
  const { q, k, v } = declareInputs(graph, shape);
  const { batch, n, kvHeads, headDim } = shape;
  const g = groupSize(shape);
  const width = kvHeads * headDim;
  const grouped = groupQueries(graph, shape, q);
  const masks = new MaskStrip(graph, shape, plan);
  const blocks: Value[] = [];
  for (let start = 0; start < n; start += plan.rows) {
    const end = Math.min(n, start + plan.rows);
    const rows = end - start;
    const keys = plan.keysOf(start, end);
    const queries = graph.node('Reshape', [
      sliceRows(graph, grouped, 2, start, end),
      graph.ints([batch, g * rows, width]),
    ]);
    const output = graph.microsoft(
      'MultiHeadAttention',
      [
        queries,
        sliceRows(graph, k, 1, keys.start, keys.end),
        sliceRows(graph, v, 1, keys.start, keys.end),
        undefined,
        undefined,
        masks.mask(rows, keys.start - start, keys.end - start),
      ],
      { name: `layer/block${String(blocks.length)}/attention`, attributes: { num_heads: kvHeads } },
    );
    blocks.push(graph.node('Reshape', [output, graph.ints([batch, g, rows, width])]));
  }
  const all = blocks.length === 1 ? blocks[0] : graph.node('Concat', blocks, { attributes: { axis: 2 } });
  if (all === undefined) throw new RangeError('attention needs at least one token');
  declareOutput(graph, shape, ungroupOutputs(graph, shape, all));
}

/** Additive masks of blocks, cut from one strip and shared between blocks that look alike. */
class MaskStrip {
  private readonly made = new Map<string, Value | undefined>();

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
    private readonly plan: QueryBlockPlan,
  ) {}

  /**
   * The mask of `rows` queries against keys from `first` to `last` (exclusive), counted from the
   * block's first query. Undefined where nothing is masked, so that the kernel may skip masks.
   * [1, 1, g·rows, last − first]
   */
  public mask(rows: number, first: number, last: number): Value | undefined {
    const key = `${String(rows)}:${String(first)}:${String(last)}`;
    if (!this.made.has(key)) this.made.set(key, this.make(rows, first, last));
    return this.made.get(key);
  }

  private make(rows: number, first: number, last: number): Value | undefined {
    const { behind, ahead } = this.plan;
    if (last - 1 <= ahead && rows - 1 - first <= behind) return undefined;
    // Columns far behind the block are visible to all its rows where nothing limits the past: only
    // the part near the diagonal is stored, the rest is expanded from one zero at run time.
    const patternStart = behind === Infinity ? Math.max(first, Math.min(0, last)) : first;
    const pattern = this.pattern(rows, patternStart, last);
    const columns = last - first;
    const open = patternStart - first;
    const row =
      open === 0
        ? pattern
        : this.graph.node(
            'Concat',
            [
              this.graph.node('Expand', [
                this.graph.scalar(this.shape.dtype, 0),
                this.graph.ints([1, 1, rows, open]),
              ]),
              pattern,
            ],
            { attributes: { axis: 3 } },
          );
    const g = groupSize(this.shape);
    if (g === 1) return row;
    const tiled = this.graph.node('Expand', [row, this.graph.ints([1, g, rows, columns])]);
    return this.graph.node('Reshape', [tiled, this.graph.ints([1, 1, g * rows, columns])]);
  }

  private pattern(rows: number, first: number, last: number): Value {
    const key = `pattern:${String(rows)}:${String(first)}:${String(last)}`;
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const { behind, ahead } = this.plan;
    const columns = last - first;
    const values = new Float32Array(rows * columns);
    const masked = maskedScore(this.shape.dtype);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const distance = first + column - row;
        if (distance > ahead || -distance > behind) values[row * columns + column] = masked;
      }
    }
    const value = this.graph.constant(`mask_${key}`, this.shape.dtype, [1, 1, rows, columns], values);
    this.made.set(key, value);
    return value;
  }
}
