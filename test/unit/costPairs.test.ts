import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attentionPairs, visibleKeys } from '../../src/cost/attentionPairs';
import type { AttentionSpec, SparsePattern } from '../../src/model/modelSpec';
import { anyPattern } from '../fixtures/anyModel';

type Mask = Pick<AttentionSpec, 'causal' | 'window' | 'pattern'>;

/** Pairs that `isSeen` lets through, looked at one by one. */
function countedPairs(n: number, isSeen: (query: number, key: number) => boolean): number {
  let pairs = 0;
  for (let query = 0; query < n; query++) for (let key = 0; key < n; key++) if (isSeen(query, key)) pairs++;
  return pairs;
}

function inWindow({ causal, window = Infinity }: Mask, query: number, key: number): boolean {
  if (causal) return key <= query && key > query - window;
  const before = Math.floor((window - 1) / 2);
  if (window === Infinity) return true;
  return key >= query - before && key <= query + (window - 1 - before);
}

const lengths = [1, 2, 3, 7, 8, 12, 16, 31, 33];
const windows = [undefined, 1, 2, 5, 8, 33, 100];

describe('cost: attention pairs', () => {
  it('equals a count pair by pair with every window, causal and centred', () => {
    for (const n of lengths) {
      for (const window of windows) {
        for (const causal of [true, false]) {
          const mask: Mask = { causal, ...(window !== undefined && { window }) };
          assert.equal(
            attentionPairs(mask, n),
            countedPairs(n, (query, key) => inWindow(mask, query, key)),
          );
        }
      }
    }
  });

  it('equals a count where the first tokens are global and the others have a window', () => {
    for (const n of lengths) {
      for (const window of windows) {
        for (const global of [0, 1, 2, 5, 40]) {
          for (const causal of [true, false]) {
            const band: Mask = { causal, ...(window !== undefined && { window }) };
            const isSeen = (query: number, key: number): boolean =>
              inWindow(band, query, key) || ((query < global || key < global) && !(causal && key > query));
            assert.equal(
              attentionPairs({ ...band, pattern: { kind: 'global', global } }, n),
              countedPairs(n, isSeen),
            );
          }
        }
      }
    }
  });

  it('equals a count of chunks that see so many before and after, the last one in part', () => {
    for (const n of lengths) {
      for (const chunk of [1, 3, 4, 8, 40]) {
        for (const before of [0, 1, 2]) {
          for (const after of [0, 1, 3]) {
            for (const causal of [true, false]) {
              const isSeen = (query: number, key: number): boolean => {
                const apart = Math.floor(query / chunk) - Math.floor(key / chunk);
                return apart <= before && -apart <= after && !(causal && key > query);
              };
              const mask: Mask = { causal, pattern: { kind: 'chunk', chunk, before, after } };
              assert.equal(attentionPairs(mask, n), countedPairs(n, isSeen));
            }
          }
        }
      }
    }
  });

  it('equals a count of whole blocks with neighbours, random and global blocks at both ends', () => {
    for (const [local, random, global] of [
      [3, 3, 2],
      [3, 0, 2],
      [1, 2, 0],
      [5, 1, 4],
      [3, 2, 0],
    ] as const) {
      const block = 4;
      const pattern: SparsePattern = { kind: 'block', block, local, random, global };
      const reach = (local - 1) / 2;
      for (let blocks = 1; blocks <= 24; blocks++) {
        const isGlobal = (each: number): boolean => each < global / 2 || each >= blocks - global / 2;
        let seen = 0;
        for (let query = 0; query < blocks; query++) {
          const keys = Array.from({ length: blocks }, (_, key) => key);
          const fixed = keys.filter((key) => Math.abs(key - query) <= reach || isGlobal(key)).length;
          // Random blocks are drawn among the others.
          seen += isGlobal(query) ? blocks : Math.min(blocks, fixed + random);
        }
        const n = blocks * block;
        const pairs = attentionPairs({ causal: false, pattern }, n);
        // Just above the length at which all see all, windows at the ends meet fewer blocks than are left to see.
        if (blocks > local + random + global) assert.equal(pairs, seen * block * block);
        else assert.ok(pairs >= seen * block * block && pairs <= n * n);
      }
    }
  });

  it('rises from one whole block to the next with a last block in part', () => {
    const pattern: SparsePattern = { kind: 'block', block: 8, local: 3, random: 3, global: 2 };
    const at = (n: number): number => attentionPairs({ causal: false, pattern }, n);
    for (let n = 1; n < 400; n++) assert.ok(at(n) <= at(n + 1), String(n));
  });

  it('counts what is computed, masked or not, of sorted buckets and of landmarks', () => {
    const lsh: SparsePattern = { kind: 'lsh', chunk: 64, before: 1, after: 0, rounds: 4 };
    assert.equal(attentionPairs({ causal: true, pattern: lsh }, 4096), 4 * 4096 * 128);
    // A sequence of one chunk is attended to as it is.
    assert.equal(attentionPairs({ causal: true, pattern: lsh }, 64), (64 * 65) / 2);
    assert.equal(attentionPairs({ causal: false, pattern: lsh }, 64), 64 * 64);
    const landmark: SparsePattern = { kind: 'landmark', landmarks: 64 };
    assert.equal(attentionPairs({ causal: false, pattern: landmark }, 4096), 2 * 4096 * 64 + 64 * 64);
  });

  it('never falls as the sequence grows, and is at least one key a query', () => {
    fc.assert(
      fc.property(
        fc.record({ causal: fc.boolean(), pattern: anyPattern }),
        fc.integer({ min: 1, max: 3000 }),
        (mask, n) => {
          const pairs = attentionPairs(mask, n);
          assert.ok(pairs >= n);
          assert.ok(attentionPairs(mask, n + 1) >= pairs);
          const isExactMask = mask.pattern.kind === 'global' || mask.pattern.kind === 'chunk';
          if (isExactMask) assert.ok(pairs <= (mask.causal ? (n * (n + 1)) / 2 : n * n));
        },
      ),
    );
  });
});

describe('cost: keys that the newest token sees', () => {
  it('add up to the pairs of a prefill, for windows and chunks', () => {
    const masks: Mask[] = [
      { causal: true },
      { causal: true, window: 5 },
      ...[0, 1, 2].map((before): Mask => ({
        causal: true,
        pattern: { kind: 'chunk', chunk: 8, before, after: 0 },
      })),
    ];
    for (const mask of masks) {
      let sum = 0;
      for (let n = 1; n <= 40; n++) {
        sum += visibleKeys(mask, n);
        assert.equal(sum, attentionPairs(mask, n));
      }
    }
  });
});
