import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../model/factor';
import type { AttentionSpec, SparsePattern } from '../model/modelSpec';

type Mask = Pick<AttentionSpec, 'causal' | 'window' | 'pattern'>;

/**
 * Query/key pairs that a mask lets through for one head and one sequence of n tokens: n² without a mask,
 * n(n+1)/2 causal, and with a window of w keys (the query's own included) Σ min(i, w) over i = 1…n.
 * A window without causality is centred on the query and cut at both ends of the sequence. Patterns that are
 * no window count what their published algorithm computes.
 */
export function attentionPairs(mask: Mask, n: number): number {
  return pairsFactor(mask, n).value;
}

/** The same as a factor of a formula, with how it comes about. */
export function pairsFactor({ causal, window, pattern }: Mask, n: number): Factor {
  const banded = windowPairs(causal, window, n);
  if (pattern === undefined) return factor('P', banded, windowFormula(causal, window, n));
  switch (pattern.kind) {
    case 'global':
      return factor(
        'P',
        globalPairs(causal, window, Math.min(n, pattern.global), n),
        causal ? l10n.t('window of n − g + g·(n − g) + g·(g + 1)/2') : l10n.t('window of n − g + 2·g·n − g²'),
      );
    case 'block':
      return factor(
        'P',
        blockPairs(pattern, n),
        l10n.t(
          '(local + random + global)·B keys a query, global blocks n, without what overlaps at the ends',
        ),
      );
    case 'chunk':
      return factor('P', chunkPairs(causal, pattern, n), l10n.t('own chunk and its neighbours'));
    case 'lsh': {
      // A sequence of one chunk is not sorted at all.
      if (n <= pattern.chunk) return factor('P', banded, windowFormula(causal, window, n));
      const keys = pattern.chunk * (1 + pattern.before + pattern.after);
      return factor('P', pattern.rounds * n * Math.min(n, keys), 'rounds·n·chunk·(1 + before + after)');
    }
    case 'landmark': {
      const m = Math.min(n, pattern.landmarks);
      return factor('P', 2 * n * m + m * m, l10n.t('2·n·m + m² for m landmarks'));
    }
  }
}

/** Keys that the newest of n tokens sees, its own included: what one decode step reads. */
export function visibleKeys({ window, pattern }: Mask, n: number): number {
  if (pattern?.kind === 'chunk')
    return Math.min(n, ((n - 1) % pattern.chunk) + 1 + pattern.before * pattern.chunk);
  if (pattern?.kind === 'lsh') return Math.min(n, pattern.rounds * pattern.chunk * (1 + pattern.before));
  return Math.min(n, window ?? n);
}

function windowFormula(causal: boolean, window: number | undefined, n: number): string {
  if (window === undefined || (causal && window >= n)) return causal ? 'n·(n + 1)/2' : 'n²';
  return causal ? 'Σᵢ min(i, w)' : l10n.t('Σᵢ min(i, w) on both sides');
}

function windowPairs(causal: boolean, window: number | undefined, n: number): number {
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

/** Every token sees the global ones, the first, and they see every token; the others have their window. */
function globalPairs(causal: boolean, window: number | undefined, global: number, n: number): number {
  const others = n - global;
  const ofGlobal = causal ? (global * (global + 1)) / 2 + others * global : n * n - others * others;
  return windowPairs(causal, window, others) + ofGlobal;
}

/**
 * Global blocks stand at the ends. There the windows of the other blocks run into them or out of the sequence:
 * by r, r − 1, … 1 blocks on each side for a window of r blocks to either side. Exact for whole blocks.
 */
function blockPairs(pattern: Extract<SparsePattern, { kind: 'block' }>, n: number): number {
  const { block, local, random, global } = pattern;
  const keys = block * (local + random + global);
  if (n <= keys) return n * n;
  const globalQueries = block * global;
  const reach = Math.floor((local - 1) / 2);
  const lost = reach * (reach + 1) * block * block;
  // A last block in part: never fewer than the whole blocks that all see each other.
  return Math.max(keys * keys, globalQueries * n + (n - globalQueries) * keys - lost);
}

function chunkPairs(causal: boolean, pattern: Extract<SparsePattern, { kind: 'chunk' }>, n: number): number {
  const { chunk, before, after } = pattern;
  const whole = Math.floor(n / chunk);
  const rest = n % chunk;
  const own = causal
    ? (whole * chunk * (chunk + 1)) / 2 + (rest * (rest + 1)) / 2
    : whole * chunk * chunk + rest * rest;
  return (
    own +
    neighbourPairs(whole, chunk, rest, before) +
    (causal ? 0 : neighbourPairs(whole, chunk, rest, after))
  );
}

/** Pairs with the chunks of one side, of `reach` chunks at most; the last chunk may be a part. */
function neighbourPairs(whole: number, chunk: number, rest: number, reach: number): number {
  const ramp = Math.min(whole, reach);
  const chunkPairs = (ramp * (ramp - 1)) / 2 + (whole - ramp) * ramp;
  return chunkPairs * chunk * chunk + rest * chunk * ramp;
}
