import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, keyElements, pairFlops, queryElements } from './attentionCost';
import { axialGrid, axialPairs, type AxialGrid } from './axialGrid';
import {
  declareInputs,
  declareOutput,
  groupSize,
  joinRows,
  repeatKeyValueHeads,
  sliceRows,
  triangle,
} from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import { attendTokens, tokenAttentionElements, type TokenAttentionStyle } from './tokenAttention';
import { asTriple, type Triple } from './triple';

type AxialStyle = Exclude<TokenAttentionStyle, 'strided'>;

/**
 * Attention along the rows of the grid, then along its columns over what the rows gave. No pass moves a token:
 * the rows are calls of a batch, and the columns are further heads, as [batch, n, heads·d] is also
 * [batch, rows, (columns·heads)·d]. Only the short last row of an unfilled grid is cut off and put back.
 */
export function axialGraph(shape: AttentionShape, style: AxialStyle): GraphDescription {
  const graph = new GraphBuilder(`axial_${style.replace('-', '_')}`);
  const { q, k, v } = declareInputs(graph, shape);
  const grid = axialGrid(shape.n);
  const axial = new AxialPasses(graph, shape, style, grid);
  const alongRows = axial.rows([q, k, v]);
  // The rows' outputs differ by query head, and so must the keys beside them.
  const alongColumns = axial.columns([q, repeatKeyValueHeads(graph, shape, k), alongRows]);
  declareOutput(graph, shape, alongColumns);
  return graph.build();
}

class AxialPasses {
  private readonly masks = new Map<string, Value>();

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
    private readonly style: AxialStyle,
    private readonly grid: AxialGrid,
  ) {}

  /** [batch, n, ·] → [batch, n, heads·d] */
  public rows(triple: Triple): Value {
    const { rows, columns, tail } = this.grid;
    if (tail === columns) return this.attendRows(triple, rows, columns, 'rows');
    const whole = (rows - 1) * columns;
    return joinRows(this.graph, [
      ...(rows === 1 ? [] : [this.attendRows(this.tokens(triple, 0, whole), rows - 1, columns, 'rows')]),
      this.attendRows(this.tokens(triple, whole, this.shape.n), 1, tail, 'last_row'),
    ]);
  }

  /** The same for columns; k has as many heads as q. Where the last row is short, so are the later columns. */
  public columns(triple: Triple): Value {
    const { graph } = this;
    const { rows, columns, tail } = this.grid;
    const { batch, heads, headDim, n } = this.shape;
    if (tail === columns) return this.attendColumns(triple, rows, columns, 'columns');
    const width = heads * headDim;
    const whole = (rows - 1) * columns;
    const square = this.tokens(triple, 0, whole).map((value) =>
      graph.node('Reshape', [value, graph.ints([batch, rows - 1, columns, width])]),
    );
    const last = this.tokens(triple, whole, n);
    const part = (start: number, end: number): Value[] =>
      square.map((value) =>
        graph.node('Reshape', [
          sliceRows(graph, value, 2, start, end),
          graph.ints([batch, (rows - 1) * (end - start), width]),
        ]),
      );
    const long = part(0, tail).map((value, index) =>
      joinRows(graph, [value, ...last.slice(index, index + 1)]),
    );
    const left = this.attendColumns(asTriple(long), rows, tail, 'long_columns');
    const right = this.attendColumns(
      asTriple(part(tail, columns)),
      rows - 1,
      columns - tail,
      'short_columns',
    );
    const grid = (value: Value, count: number): Value =>
      graph.node('Reshape', [value, graph.ints([batch, rows - 1, count, width])]);
    const upper = graph.node(
      'Concat',
      [grid(sliceRows(graph, left, 1, 0, (rows - 1) * tail), tail), grid(right, columns - tail)],
      { attributes: { axis: 2 } },
    );
    return joinRows(graph, [
      graph.node('Reshape', [upper, graph.ints([batch, whole, width])]),
      sliceRows(graph, left, 1, (rows - 1) * tail, rows * tail),
    ]);
  }

  private tokens(triple: Triple, start: number, end: number): Triple {
    return asTriple(triple.map((value) => sliceRows(this.graph, value, 1, start, end)));
  }

  private attendRows([q, k, v]: Triple, rows: number, columns: number, name: string): Value {
    const { graph, shape } = this;
    const { batch, heads, kvHeads, headDim } = shape;
    const split = (value: Value, count: number): Value =>
      graph.node('Reshape', [value, graph.ints([batch * rows, columns, count * headDim])]);
    const call = {
      shape: { ...shape, batch: batch * rows, n: columns },
      keys: columns,
      ...this.mask(columns, groupSize(shape)),
    };
    const output = attendTokens(graph, this.style, call, name, [
      split(q, heads),
      split(k, kvHeads),
      split(v, kvHeads),
    ]);
    return graph.node('Reshape', [output, graph.ints([batch, rows * columns, heads * headDim])]);
  }

  private attendColumns(triple: Triple, rows: number, columns: number, name: string): Value {
    const { graph, shape } = this;
    const { batch, headDim } = shape;
    const heads = columns * shape.heads;
    const split = triple.map((value) =>
      graph.node('Reshape', [value, graph.ints([batch, rows, heads * headDim])]),
    );
    const call = {
      shape: { ...shape, n: rows, heads, kvHeads: heads },
      keys: rows,
      ...this.mask(rows, 1),
    };
    const output = attendTokens(graph, this.style, call, name, asTriple(split));
    return graph.node('Reshape', [output, graph.ints([batch, rows * columns, shape.heads * headDim])]);
  }

  /** Causal: the triangle of `length` tokens, once for each query head of a group. [1, 1, g·length, length] */
  private mask(length: number, g: number): { mask?: Value } {
    const { causal, dtype } = this.shape;
    if (!causal || length === 1) return {};
    const name = `triangle_${String(g)}x${String(length)}`;
    const known = this.masks.get(name);
    if (known !== undefined) return { mask: known };
    const values = triangle(dtype, length, { group: g });
    const mask = this.graph.constant(name, dtype, [1, 1, g * length, length], values);
    this.masks.set(name, mask);
    return { mask };
  }
}

/** Cost of `axialGraph`. */
export function axialCost(shape: AttentionShape, style: AxialStyle): AttentionCost {
  const { batch, n, heads, causal } = shape;
  const grid = axialGrid(n);
  const pairs = axialPairs(grid, causal);
  const executed = axialPairs(grid, false);
  const filled = grid.tail === grid.columns;
  const columnHeads = grid.columns * heads;
  const inRows = tokenAttentionElements(
    'multi-head',
    { shape: { ...shape, batch: batch * grid.rows, n: grid.columns }, keys: grid.columns },
    false,
  );
  const inColumns = tokenAttentionElements(
    'multi-head',
    { shape: { ...shape, n: grid.rows, heads: columnHeads, kvHeads: columnHeads }, keys: grid.rows },
    false,
  );
  const grouped = groupSize(shape) > 1;
  const queries = queryElements(shape);
  const cut = filled ? 0 : queries + 2 * keyElements(shape);
  const recut = filled ? 0 : 3 * queries;
  // The outputs of the rows live beside the pass along the columns.
  const operator = Math.max(inRows + queries + cut, inColumns + queries + (grouped ? queries : 0) + recut);
  // The runtime plans its memory by shape: the scores of the rows keep their place beside those of the columns, and
  // in plain operators four or five tensors as large as q do, as measured.
  const scores = batch * heads * (executed.row + executed.column);
  const elements =
    style === 'plain' ? (grouped ? 4 : 5) * queries + scores : operator + (causal ? scores : 0);
  return {
    flops: pairFlops(shape, pairs.row + pairs.column),
    executedFlops: pairFlops(shape, executed.row + executed.column),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: elements * elementBytes(shape),
  };
}
