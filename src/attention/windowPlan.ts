import { windowReach } from './maskFlops';
import type { AttentionShape } from './mechanism';

/** A band around the diagonal, and a prefix that all see: what the window mechanisms have in common. */
export interface WindowPattern {
  /** Positions behind and ahead of a query that it sees, besides itself. */
  readonly behind: number;
  readonly ahead: number;
  /** Leading tokens that every query sees; where attention is causal, every query that comes after them. */
  readonly prefix: number;
}

/** Queries [start, end) of one attention call and the keys that any of them sees. */
export interface WindowBlock {
  readonly start: number;
  readonly end: number;
  /** Leading tokens that are seen beside the range; none of them lies in it. */
  readonly prefix: number;
  /** Keys [first, last) around the block. */
  readonly first: number;
  readonly last: number;
}

/** Fewer rows cost more in nodes, and in packing keys for a MatMul, than they save in masked pairs. */
const LEAST_ROWS = 64;
const MOST_ROWS = 256;

/** The band of a window of `window` tokens with `prefix` leading tokens that all see. */
export function windowPattern(shape: AttentionShape, window: number, prefix = 0): WindowPattern {
  const { behind, ahead } = windowReach(shape, window);
  const furthest = shape.n - 1;
  return {
    behind: Math.min(behind, furthest),
    ahead: Math.min(ahead, furthest),
    prefix: Math.min(prefix, shape.n),
  };
}

/**
 * Queries a block: an eighth of the band, so that few masked pairs are computed with those that count. The same at
 * every length, so that the time's growth with n is the mechanism's own.
 */
export function blockRows({ n }: AttentionShape, { behind, ahead }: WindowPattern): number {
  const eighth = 2 ** Math.floor(Math.log2((behind + 1 + ahead) / 8));
  return boundedRows(n, eighth);
}

/** `wanted` rows of a block, neither so few that nodes cost more than they save, nor more than there are. */
export function boundedRows(n: number, wanted: number): number {
  return Math.min(n, Math.max(LEAST_ROWS, Math.min(MOST_ROWS, wanted)));
}

/** The blocks of `rows` queries of positions `from` to n − 1. */
export function windowBlocks(
  { n }: AttentionShape,
  pattern: WindowPattern,
  rows: number,
  from = 0,
): WindowBlock[] {
  return Array.from({ length: Math.ceil((n - from) / rows) }, (_, index) =>
    blockAt(n, pattern, rows, from + index * rows),
  );
}

/** The same, those in the middle of the sequence counted as one: they see equally many keys. */
export function windowBlockKinds(
  { n }: AttentionShape,
  pattern: WindowPattern,
  rows: number,
  from = 0,
): { readonly block: WindowBlock; readonly count: number }[] {
  const { behind, ahead, prefix } = pattern;
  const all = Math.ceil((n - from) / rows);
  // Before: the range is cut off at the start, or holds a part of the prefix. After: it is cut off at the end.
  const before = Math.min(all, Math.max(0, Math.ceil((behind + prefix - from) / rows)));
  const after = Math.max(before, Math.floor((n - ahead - from) / rows));
  const kind = (index: number, count = 1): { block: WindowBlock; count: number } => ({
    block: blockAt(n, pattern, rows, from + index * rows),
    count,
  });
  return [
    ...Array.from({ length: before }, (_, index) => kind(index)),
    ...(after > before ? [kind(before, after - before)] : []),
    ...Array.from({ length: all - after }, (_, index) => kind(after + index)),
  ];
}

function blockAt(n: number, pattern: WindowPattern, rows: number, start: number): WindowBlock {
  const end = Math.min(n, start + rows);
  const first = Math.max(0, start - pattern.behind);
  return {
    start,
    end,
    prefix: Math.min(pattern.prefix, first),
    first,
    last: Math.min(n, end + pattern.ahead),
  };
}

/** Keys that a block's queries are multiplied with. */
export function blockKeys({ prefix, first, last }: WindowBlock): number {
  return prefix + last - first;
}
