import { GraphBuilder, type Value } from '../onnx/graphBuilder';
import type { GraphDescription } from '../onnx/modelProto';
import { compulsoryBytes, elementBytes, pairFlops, queryElements } from './attentionCost';
import { axialGrid, axialPairs, type AxialGrid } from './axialGrid';
import { declareInputs, declareOutput, groupSize, joinRows, triangle } from './layout';
import type { AttentionCost, AttentionShape } from './mechanism';
import {
  callsPerNode,
  gatheredElements,
  gatherTokens,
  headRows,
  stridedElements,
  stridedHeads,
  tokenIndex,
  tokenMajor,
  type StridedCall,
} from './stridedHeads';
import { asTriple } from './triple';

type ValueHeads = NonNullable<StridedCall['values']>;

/** Lines of the grid of the same length: rows or columns, as the tokens of each. */
interface Lines {
  readonly length: number;
  readonly tokens: readonly (readonly number[])[];
}

/**
 * Both passes a few lines of the grid at a time: each gathers its tokens, which costs one copy with all threads, and
 * FusedMatMul reads the heads as they lie. The outputs of the columns stand column by column, and a last Gather
 * brings them into order.
 */
export function axialHeadsGraph(shape: AttentionShape): GraphDescription {
  const graph = new GraphBuilder('axial_heads');
  const { q, k, v } = declareInputs(graph, shape);
  const { batch, n, heads, kvHeads, headDim } = shape;
  const grid = axialGrid(n);
  const queries = headRows(graph, shape, q, heads);
  const keys = headRows(graph, shape, k, kvHeads);
  const masks = new Triangles(graph, shape);
  const attend = (
    place: string,
    length: number,
    lines: Lines['tokens'],
    values: Value,
    by: ValueHeads,
  ): Value => {
    const index = tokenIndex(graph, shape, `tokens_of_${place}`, lines);
    const gathered = [queries, keys, values].map((rows) => gatherTokens(graph, rows, index));
    const mask = masks.of(length);
    const call = { ...callOf(shape, length, lines.length, by), ...(mask === undefined ? {} : { mask }) };
    const context = stridedHeads(graph, call, asTriple(gathered), place);
    return tokenMajor(graph, call.shape, context, [batch, lines.length * length, heads * headDim]);
  };
  const pass = (name: string, lines: readonly Lines[], values: Value, by: ValueHeads): Value =>
    joinRows(
      graph,
      lines.flatMap(({ length, tokens }) => {
        const step = callsPerNode(callOf(shape, length, 1, by), tokens.length);
        return Array.from({ length: Math.ceil(tokens.length / step) }, (_, part) => {
          const group = tokens.slice(part * step, (part + 1) * step);
          return attend(`${name}${String(length)}_${String(part)}`, length, group, values, by);
        });
      }),
    );
  const alongRows = pass('rows', rowLines(grid, n), headRows(graph, shape, v, kvHeads), 'by key head');
  const columns = columnLines(grid, n);
  const alongColumns = pass('columns', columns, headRows(graph, shape, alongRows, heads), 'by query head');
  const places = new Float64Array(n);
  columns
    .flatMap(({ tokens }) => tokens.flat())
    .forEach((token, place) => {
      places[token] = place;
    });
  const order = graph.constant('row_order', 'int64', [n], places);
  declareOutput(graph, shape, graph.node('Gather', [alongColumns, order], { attributes: { axis: 1 } }));
  return graph.build();
}

/** Cost of `axialHeadsGraph`. */
export function axialHeadsCost(shape: AttentionShape): AttentionCost {
  const { n, causal } = shape;
  const grid = axialGrid(n);
  const pairs = axialPairs(grid, causal);
  const executed = axialPairs(grid, false);
  const held = (length: number, lines: number, by: ValueHeads): number => {
    const one = callOf(shape, length, 1, by);
    const call = callOf(shape, length, callsPerNode(one, lines), by);
    return stridedElements(call, causal) + gatheredElements(call);
  };
  const largest = Math.max(
    held(grid.columns, grid.rows, 'by key head'),
    held(grid.rows, grid.columns, 'by query head'),
  );
  return {
    flops: pairFlops(shape, pairs.row + pairs.column),
    executedFlops: pairFlops(shape, executed.row + executed.column),
    compulsoryBytes: compulsoryBytes(shape),
    // The rows' outputs, and those of the columns beside them.
    workspaceBytes: (2 * queryElements(shape) + largest) * elementBytes(shape),
  };
}

function callOf(shape: AttentionShape, length: number, lines: number, values: ValueHeads): StridedCall {
  return { shape: { ...shape, batch: shape.batch * lines, n: length }, keys: length, values };
}

function rowLines({ rows, columns, tail }: AxialGrid, n: number): Lines[] {
  const row = (index: number): number[] =>
    Array.from({ length: Math.min(n - index * columns, columns) }, (_, column) => index * columns + column);
  const whole = tail === columns ? rows : rows - 1;
  return linesOf([
    { length: columns, tokens: Array.from({ length: whole }, (_, index) => row(index)) },
    { length: tail, tokens: whole === rows ? [] : [row(whole)] },
  ]);
}

function columnLines({ rows, columns, tail }: AxialGrid, n: number): Lines[] {
  const column = (index: number): number[] =>
    Array.from({ length: Math.ceil((n - index) / columns) }, (_, row) => row * columns + index);
  return linesOf([
    { length: rows, tokens: Array.from({ length: tail }, (_, index) => column(index)) },
    { length: rows - 1, tokens: Array.from({ length: columns - tail }, (_, index) => column(tail + index)) },
  ]);
}

function linesOf(lines: readonly Lines[]): Lines[] {
  return lines.filter(({ tokens }) => tokens.length > 0);
}

/** Causal masks, once for each length of a line. */
class Triangles {
  private readonly known = new Map<number, Value>();

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
  ) {}

  /** The triangle of `length` tokens, once for each query head of a group: [g·length, length] */
  public of(length: number): Value | undefined {
    const { causal, dtype } = this.shape;
    if (!causal || length === 1) return undefined;
    const known = this.known.get(length);
    if (known !== undefined) return known;
    const group = groupSize(this.shape);
    const values = triangle(dtype, length, { group });
    const mask = this.graph.constant(`triangle_${String(length)}`, dtype, [group * length, length], values);
    this.known.set(length, mask);
    return mask;
  }
}
