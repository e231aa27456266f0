import { compulsoryBytes, elementBytes, pairFlops } from './attentionCost';
import type { AttentionCost, AttentionShape } from './mechanism';

/** The fixed pattern: blocks of `block` tokens, of which the last `summary` are seen from other blocks. */
export interface FixedPattern {
  readonly block: number;
  readonly summary: number;
}

/** Queries [start, end) and the tokens that they see: `before` summaries, their own, and perhaps later summaries. */
export interface BlockView {
  readonly start: number;
  readonly end: number;
  readonly before: number;
  readonly tokens: readonly number[];
}

/** Positions that are seen from other blocks, ascending. */
export function summaryTokens(n: number, { block, summary }: FixedPattern): number[] {
  return Array.from({ length: Math.ceil(n / block) }, (_, index) => index * block + block - summary).flatMap(
    (first) => Array.from({ length: summary }, (_, column) => first + column).filter((token) => token < n),
  );
}

export function fixedViews({ n, causal }: AttentionShape, pattern: FixedPattern): BlockView[] {
  const summaries = summaryTokens(n, pattern);
  return Array.from({ length: Math.ceil(n / pattern.block) }, (_, index) => {
    const start = index * pattern.block;
    const end = Math.min(n, start + pattern.block);
    const before = index * pattern.summary;
    const own = Array.from({ length: end - start }, (_unused, token) => start + token);
    const later = causal ? [] : summaries.slice(before + pattern.summary);
    return { start, end, before, tokens: [...summaries.slice(0, before), ...own, ...later] };
  });
}

/** Whole blocks, tokens of the block that is left, and those of it that are summaries. */
function counts(n: number, { block, summary }: FixedPattern): { whole: number; tail: number; last: number } {
  const tail = n % block;
  return { whole: Math.floor(n / block), tail, last: Math.max(0, tail - (block - summary)) };
}

/** (query, key) pairs of the pattern, one head. */
export function fixedPairs({ n, causal }: AttentionShape, pattern: FixedPattern): number {
  const { block, summary } = pattern;
  const { whole, tail, last } = counts(n, pattern);
  if (causal) {
    const own = (whole * block * (block + 1)) / 2 + (tail * (tail + 1)) / 2;
    // Block i sees the summaries of i blocks.
    return own + summary * ((block * whole * (whole - 1)) / 2 + tail * whole);
  }
  const all = whole * summary + last;
  return whole * block * (all - summary + block) + tail * (all - last + tail);
}

/** One call of a block: its index, queries and keys. */
export interface BlockCall {
  readonly index: number;
  readonly rows: number;
  readonly keys: number;
}

/**
 * The blocks between which every cost lies: a block's keys grow evenly from the first to the last whole one, or are
 * the same; the last may be shorter.
 */
function extremeCalls({ n, causal }: AttentionShape, pattern: FixedPattern): BlockCall[] {
  const { block, summary } = pattern;
  const { whole, tail, last } = counts(n, pattern);
  const later = causal ? 0 : (whole - 1) * summary + last;
  const call = (index: number): BlockCall => ({
    index,
    rows: block,
    keys: block + (causal ? index * summary : later),
  });
  return [
    ...(whole > 0 ? [call(0), call(whole - 1)] : []),
    ...(tail > 0 ? [{ index: whole, rows: tail, keys: tail + whole * summary }] : []),
  ];
}

/**
 * Cost of a graph that computes whole blocks of the pattern, in closed form. `held`: elements that live at once while
 * a block runs, the outputs before it included.
 */
export function fixedCost(
  shape: AttentionShape,
  pattern: FixedPattern,
  held: (call: BlockCall) => number,
): AttentionCost {
  const { block, summary } = pattern;
  const { whole, tail } = counts(shape.n, pattern);
  const executed = shape.causal
    ? whole * block * block + tail * tail + summary * ((block * whole * (whole - 1)) / 2 + tail * whole)
    : fixedPairs(shape, pattern);
  const elements = Math.max(...extremeCalls(shape, pattern).map(held));
  return {
    flops: pairFlops(shape, fixedPairs(shape, pattern)),
    executedFlops: pairFlops(shape, executed),
    compulsoryBytes: compulsoryBytes(shape),
    workspaceBytes: elements * elementBytes(shape),
  };
}
