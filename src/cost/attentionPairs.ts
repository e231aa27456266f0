import type { AttentionSpec } from '../model/modelSpec';

/**
 * Query/key pairs that a mask lets through for one head and one sequence of n tokens: n² without a mask,
 * n(n+1)/2 causal, and with a window of w keys (the query's own included) Σ min(i, w) over i = 1…n.
 * A window without causality is centred on the query and cut at both ends of the sequence.
 */
export function attentionPairs(attention: Pick<AttentionSpec, 'causal' | 'window'>, n: number): number {
  const { causal, window } = attention;
  if (causal) return oneSidedPairs(n, window ?? n);
  if (window === undefined) return n * n;
  const before = Math.floor((window - 1) / 2);
  const after = window - 1 - before;
  // Each side counts the query's own key, which is there once.
  return oneSidedPairs(n, before + 1) + oneSidedPairs(n, after + 1) - n;
}

function oneSidedPairs(n: number, window: number): number {
  const ramp = Math.min(n, window);
  return (ramp * (ramp + 1)) / 2 + (n - ramp) * ramp;
}
