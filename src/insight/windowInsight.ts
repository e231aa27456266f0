import { countFlops } from '../cost/flops';
import { kvCacheBytes } from '../cost/kvCache';
import { stackTokens } from '../cost/stackTokens';
import type { AttentionSpec, ModelSpec, Stack } from '../model/modelSpec';
import { changedAttention } from './changedStack';
import type { WindowCost, WindowInsight } from './insight';
import { conditionsOf, type InsightSubject } from './insightSubject';
import { shareOf } from './lengthCost';

/** What the windows of the stack save at the config's own length, and what half and twice of them would cost. */
export function windowInsight(subject: InsightSubject, stack: Stack): WindowInsight {
  const { model } = subject.reading;
  const conditions = conditionsOf(subject);
  const cost = (changed: ModelSpec, window: number): WindowCost => {
    const { prefill, attentionPrefill } = countFlops(changed, conditions);
    return {
      window,
      kvCacheBytes: kvCacheBytes(changed, conditions),
      attentionFlops: attentionPrefill,
      attentionShare: shareOf(attentionPrefill, prefill),
    };
  };
  const resizedCost = (resize: (size: number) => number): WindowCost =>
    cost(
      changedAttention(model, stack, (attention) => resized(attention, resize)),
      resize(window),
    );
  // A centred window reaches both ends from everywhere if it is twice as long as the sequence.
  const everything = 2 * stackTokens(stack, conditions) + 1;
  const windowed = stack.layerKinds.filter(({ attention }) => attention && sizeOf(attention) > 0);
  const window = Math.max(0, ...windowed.map(({ attention }) => (attention ? sizeOf(attention) : 0)));
  const count = (kinds: Stack['layerKinds']): number => kinds.reduce((sum, { layers }) => sum + layers, 0);
  return {
    kind: 'window',
    key: subject.field.key,
    conditions,
    layers: count(windowed),
    allLayers: count(stack.layerKinds.filter(({ attention }) => attention)),
    at: cost(model, window),
    full: resizedCost(() => everything),
    ...(window > 1 && { halved: resizedCost((size) => Math.ceil(size / 2)) }),
    doubled: resizedCost((size) => 2 * size),
    isPaged: conditions.cacheLayout === 'pages',
  };
}

/** Tokens of the window or chunk; 0 for none. */
function sizeOf({ window, pattern }: AttentionSpec): number {
  return window ?? (pattern?.kind === 'chunk' ? pattern.chunk : 0);
}

/** The attention with its window or chunk of another size, where it has one. */
function resized(attention: AttentionSpec, resize: (size: number) => number): AttentionSpec {
  const { window, pattern } = attention;
  if (window !== undefined) return { ...attention, window: resize(window) };
  if (pattern?.kind !== 'chunk') return attention;
  return { ...attention, pattern: { ...pattern, chunk: resize(pattern.chunk) } };
}
