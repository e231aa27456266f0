import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { joinRows, sliceRows } from './layout';
import { type Tokens } from './tokenPooling';

/**
 * Tokens as a vision model lays them out: `lead` tokens of no place (class, registers), then side × side patches,
 * row by row, of which factor × factor make one coarse patch; at the far edges fewer do.
 */
export interface PatchGrid {
  readonly lead: number;
  readonly side: number;
  readonly factor: number;
  /** Coarse patches a side. */
  readonly coarse: number;
}

/** The largest square grid that n tokens hold, at their end. */
export function patchGrid(n: number, factor: number): PatchGrid {
  const side = Math.floor(Math.sqrt(n));
  return { lead: n - side ** 2, side, factor, coarse: Math.ceil(side / factor) };
}

/** Tokens that are left: the leading ones and the coarse patches. */
export function coarseTokens({ lead, coarse }: PatchGrid): number {
  return lead + coarse ** 2;
}

/** The coarse token that a token is part of, and the tokens of which it is the mean. */
export function patchMembers(grid: PatchGrid, token: number): { index: number; members: number[] } {
  const { lead, side, factor, coarse } = grid;
  if (token < lead) return { index: token, members: [token] };
  const top = Math.floor(Math.floor((token - lead) / side) / factor);
  const left = Math.floor(((token - lead) % side) / factor);
  return { index: lead + top * coarse + left, members: membersOf(grid, top, left) };
}

/** The tokens of the coarse patch in row `top` and column `left`. */
export function membersOf({ lead, side, factor }: PatchGrid, top: number, left: number): number[] {
  const members: number[] = [];
  for (let row = top * factor; row < Math.min(side, (top + 1) * factor); row++) {
    for (let column = left * factor; column < Math.min(side, (left + 1) * factor); column++) {
      members.push(lead + row * side + column);
    }
  }
  return members;
}

/** Means over the patches. [batch, n, width] → [batch, lead + coarse², width] */
export function poolPatches(
  graph: GraphBuilder,
  { value, batch, n, width }: Tokens,
  grid: PatchGrid,
  reciprocals: Value,
): Value {
  const { lead, side, factor, coarse } = grid;
  if (factor === 1) return value;
  const padded = coarse * factor;
  const patches = lead === 0 ? value : sliceRows(graph, value, 1, lead, n);
  const square = graph.node('Reshape', [patches, graph.ints([batch, side, side, width])]);
  const whole =
    padded === side
      ? square
      : graph.node('Pad', [square, graph.ints([0, 0, 0, 0, 0, padded - side, padded - side, 0])]);
  const sumOver = (current: Value, dims: readonly number[]): Value =>
    graph.node('ReduceSum', [graph.node('Reshape', [current, graph.ints(dims)]), graph.ints([1])], {
      attributes: { keepdims: 0 },
    });
  const rows = sumOver(whole, [batch * coarse, factor, padded * width]);
  const sums = sumOver(rows, [batch * coarse * coarse, factor, width]);
  const means = graph.node('Mul', [
    graph.node('Reshape', [sums, graph.ints([batch, coarse * coarse, width])]),
    reciprocals,
  ]);
  return lead === 0 ? means : joinRows(graph, [sliceRows(graph, value, 1, 0, lead), means]);
}

/** 1 / tokens of each coarse patch, as a constant [1, coarse², 1]. */
export function patchReciprocals(graph: GraphBuilder, grid: PatchGrid, type: 'float32' | 'float16'): Value {
  const { coarse } = grid;
  const values = Array.from(
    { length: coarse ** 2 },
    (_, index) => 1 / membersOf(grid, Math.floor(index / coarse), index % coarse).length,
  );
  return graph.constant('reciprocals', type, [1, coarse ** 2, 1], values);
}

/** Gives each token the row of its coarse patch. [batch, lead + coarse², width] → [batch, n, width] */
export function repeatPatches(
  graph: GraphBuilder,
  { value, batch, width }: Omit<Tokens, 'n'>,
  grid: PatchGrid,
): Value {
  const { lead, side, factor, coarse } = grid;
  if (factor === 1) return value;
  const padded = coarse * factor;
  const patches = lead === 0 ? value : sliceRows(graph, value, 1, lead, lead + coarse * coarse);
  const single = graph.node('Reshape', [patches, graph.ints([batch * coarse, 1, coarse, 1, width])]);
  const repeated = graph.node('Expand', [
    single,
    graph.ints([batch * coarse, factor, coarse, factor, width]),
  ]);
  const square = graph.node('Reshape', [repeated, graph.ints([batch, padded, padded, width])]);
  const cut =
    padded === side
      ? square
      : graph.node('Slice', [square, graph.ints([0, 0]), graph.ints([side, side]), graph.ints([1, 2])]);
  const tokens = graph.node('Reshape', [cut, graph.ints([batch, side * side, width])]);
  return lead === 0 ? tokens : joinRows(graph, [sliceRows(graph, value, 1, 0, lead), tokens]);
}
