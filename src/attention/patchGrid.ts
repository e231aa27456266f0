import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { joinRows } from './layout';
import type { RunDType } from './mechanism';
import type { Tokens } from './tokenPooling';

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

/** Coarse tokens of as many tokens each, which are pooled by one node. */
export interface PatchBlock {
  readonly groups: number;
  readonly members: number;
  /** Coarse tokens a group. */
  readonly patches: number;
  /** [groups, members, patches]: sums then run over whole rows of patches, which the runtime does fastest. */
  readonly tokens: readonly number[];
}

/** Tokens that a block copies at the most, if one coarse token does not need more: a MiB of 8 heads × 64. */
const BLOCK_TOKENS = 512;

/** Groups a block at the least, where it has as many patches: each is one task of the runtime's threads. */
const BLOCK_GROUPS = 8;

/**
 * All coarse tokens, those of as many members together and cut into blocks. Which of them comes first is the same to
 * attention in which each sees all; sorted so, the shorter patches at the far edges need no padding.
 */
export function patchBlocks(grid: PatchGrid): PatchBlock[] {
  const { lead, factor, coarse } = grid;
  if (isWhole(grid)) {
    const tokens = Array.from({ length: coarse ** 2 }, (_, index) =>
      membersOf(grid, Math.floor(index / coarse), index % coarse),
    ).flat();
    return [{ groups: coarse ** 2, members: factor ** 2, patches: 1, tokens }];
  }
  const bySize = new Map<number, number[][]>();
  const add = (members: number[]): void => {
    const alike = bySize.get(members.length) ?? [];
    bySize.set(members.length, alike);
    alike.push(members);
  };
  for (let token = 0; token < lead; token++) add([token]);
  for (let top = 0; top < coarse; top++) {
    for (let left = 0; left < coarse; left++) add(membersOf(grid, top, left));
  }
  return Array.from(bySize).flatMap(([members, patches]) => {
    const count = patchesABlock(members);
    return Array.from({ length: Math.ceil(patches.length / count) }, (_, index) =>
      blockOf(patches.slice(index * count, (index + 1) * count), members),
    );
  });
}

/** Every token is one of a patch that has all of its own. */
function isWhole({ lead, side, factor }: PatchGrid): boolean {
  return lead === 0 && side % factor === 0;
}

function blockOf(all: readonly (readonly number[])[], members: number): PatchBlock {
  const patches = greatestDivisor(all.length, Math.max(1, Math.floor(all.length / BLOCK_GROUPS)));
  const groups = all.length / patches;
  const tokens = Array.from({ length: all.length * members }, (_, place) => {
    const group = Math.floor(place / (members * patches));
    const member = Math.floor(place / patches) % members;
    return all[group * patches + (place % patches)]?.[member] ?? NaN;
  });
  return { groups, members, patches, tokens };
}

/** The greatest divisor of `count` that is `most` at the most. */
function greatestDivisor(count: number, most: number): number {
  let divisor = most;
  while (count % divisor !== 0) divisor--;
  return divisor;
}

function patchesABlock(members: number): number {
  return Math.max(1, Math.floor(BLOCK_TOKENS / members));
}

/**
 * Tokens that `poolPatches` holds beside its result, one number for each size of buffer: the means of rows of a whole
 * grid, else the copies of the blocks.
 */
export function pooledBuffers(grid: PatchGrid): number[] {
  const { side, factor, coarse } = grid;
  if (isWhole(grid)) return [coarse * side];
  const whole = Math.floor(side / factor);
  const rest = side % factor;
  const kinds = [
    { members: factor ** 2, count: whole ** 2 },
    { members: factor * rest, count: 2 * whole },
    { members: rest ** 2, count: 1 },
  ];
  return kinds.flatMap(({ members, count }) => {
    if (members < 2 || count === 0) return [];
    const most = patchesABlock(members);
    return [Math.min(count, most) * members, count > most ? (count % most) * members : 0];
  });
}

/** Tokens to be pooled, and their precision. */
interface PatchTokens extends Tokens {
  readonly dtype: RunDType;
}

/** Means over the patches, in the order of `patchBlocks`. [batch, n, width] → [batch, coarse tokens, width] */
export function poolPatches(
  graph: GraphBuilder,
  tokens: PatchTokens,
  grid: PatchGrid,
  blocks: readonly PatchBlock[],
): Value {
  if (isWhole(grid)) return poolWhole(graph, tokens, grid);
  return joinRows(
    graph,
    blocks.map((block) => poolBlock(graph, tokens, block)),
  );
}

/** Sums over columns of patches, then over rows of these, divided at the end: nothing is copied first. */
function poolWhole(graph: GraphBuilder, { value, batch, width, dtype }: PatchTokens, grid: PatchGrid): Value {
  const { side, factor, coarse } = grid;
  const down = reduceMiddle(graph, 'ReduceSum', value, [batch * coarse, factor, side * width]);
  const across = reduceMiddle(graph, 'ReduceSum', down, [batch * coarse ** 2, factor, width]);
  const sums = graph.node('Reshape', [across, graph.ints([batch, coarse ** 2, width])]);
  return graph.node('Mul', [sums, graph.scalar(dtype, 1 / factor ** 2)]);
}

function poolBlock(graph: GraphBuilder, { value, batch, width }: Tokens, block: PatchBlock): Value {
  const { groups, members, patches, tokens } = block;
  const rows = graph.node('Gather', [value, graph.int32s(tokens, [tokens.length])], {
    attributes: { axis: 1 },
  });
  // Where each is its own mean, the copied tokens are the result.
  if (members === 1) return rows;
  // A single sum over everything is the runtime's slowest: the patch's parts first.
  const part = groups * patches > 1 ? members : greatestDivisor(members, Math.ceil(Math.sqrt(members)));
  const parts = reduceMiddle(graph, 'ReduceMean', rows, [
    (batch * groups * members) / part,
    part,
    patches * width,
  ]);
  const means =
    part === members ? parts : reduceMiddle(graph, 'ReduceMean', parts, [batch, members / part, width]);
  return graph.node('Reshape', [means, graph.ints([batch, groups * patches, width])]);
}

/** The sum or the mean over the middle one of three dimensions. */
function reduceMiddle(
  graph: GraphBuilder,
  op: 'ReduceSum' | 'ReduceMean',
  value: Value,
  dims: readonly [number, number, number],
): Value {
  return graph.node(op, [graph.node('Reshape', [value, graph.ints(dims)]), graph.ints([1])], {
    attributes: { keepdims: 0 },
  });
}

/**
 * Gives each token the row of its coarse token: one node, which as the graph's last writes into the output itself.
 * [batch, coarse tokens, width] → [batch, n, width]
 */
export function repeatPatches(graph: GraphBuilder, value: Value, blocks: readonly PatchBlock[]): Value {
  const rowOf: number[] = [];
  let first = 0;
  for (const { groups, members, patches, tokens } of blocks) {
    for (const [place, token] of tokens.entries()) {
      rowOf[token] = first + Math.floor(place / (members * patches)) * patches + (place % patches);
    }
    first += groups * patches;
  }
  const rows = graph.int32s(rowOf, [rowOf.length]);
  return graph.node('Gather', [value, rows], { attributes: { axis: 1 } });
}
