import { attentionPairs } from '../cost/attentionPairs';
import { pairFlops } from './attentionCost';
import type { AttentionShape } from './mechanism';

/** FLOPs of dense attention: of every pair that its mask lets through. */
export function denseFlops(shape: AttentionShape): number {
  return pairFlops(shape, attentionPairs({ causal: shape.causal }, shape.n));
}

/** FLOPs of a sliding window of `window` tokens. */
export function windowFlops(shape: AttentionShape, window: number): number {
  return pairFlops(shape, windowPairs(shape, window));
}

/** (Query, key) pairs of one head inside a sliding window. */
export function windowPairs(shape: AttentionShape, window: number): number {
  const { behind, ahead } = windowReach(shape, window);
  return attentionPairs({ causal: shape.causal, window: behind + 1 + ahead }, shape.n);
}

/**
 * Positions behind and ahead of a query that it sees, besides itself. Causal: the window − 1 before it; bidirectional:
 * window / 2 on each side.
 */
export function windowReach(
  { causal }: AttentionShape,
  window: number,
): { readonly behind: number; readonly ahead: number } {
  if (causal) return { behind: window - 1, ahead: 0 };
  const side = Math.floor(window / 2);
  return { behind: side, ahead: side };
}
