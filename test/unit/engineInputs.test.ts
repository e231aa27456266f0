import assert from 'node:assert/strict';
import type { AttentionShape } from '../../src/attention/mechanism';
import { makeInputs, NormalGenerator } from '../../src/engine/inputs';
import { measuredLengths } from '../../src/engine/lengths';
import { memoryObstacle } from '../../src/engine/memoryGuard';

const shape: AttentionShape = {
  batch: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  n: 256,
  causal: true,
  dtype: 'float32',
};

function moments(values: Float32Array): { mean: number; variance: number; kurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const central = (power: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  return { mean, variance: central(2), kurtosis: central(4) / central(2) ** 2 };
}

describe('makeInputs', () => {
  it('gives q, k and v their sizes', () => {
    const { q, k, v } = makeInputs(shape, 1);
    assert.equal(q.length, 2 * 256 * 4 * 64);
    assert.equal(k.length, 2 * 256 * 2 * 64);
    assert.equal(v.length, k.length);
  });

  it('is the same for a seed, other for another, and q, k and v differ', () => {
    const first = makeInputs(shape, 1);
    assert.deepEqual(makeInputs(shape, 1), first);
    assert.notDeepEqual(makeInputs(shape, 2).q, first.q);
    assert.notDeepEqual(first.k, first.v);
    assert.notDeepEqual(first.k, first.q.slice(0, first.k.length));
  });

  it('is standard normal', () => {
    for (const seed of [0, 1, 20_170_612]) {
      const { q, k, v } = makeInputs(shape, seed);
      for (const values of [q, k, v]) {
        // Of 65,536 values or more: five standard errors.
        const { mean, variance, kurtosis } = moments(values);
        assert.ok(Math.abs(mean) < 5 / Math.sqrt(values.length), `mean ${String(mean)}`);
        assert.ok(Math.abs(variance - 1) < 5 * Math.sqrt(2 / values.length), `variance ${String(variance)}`);
        assert.ok(Math.abs(kurtosis - 3) < 5 * Math.sqrt(24 / values.length), `kurtosis ${String(kurtosis)}`);
      }
    }
  });
});

describe('NormalGenerator', () => {
  it('draws uniform numbers below 1', () => {
    const generator = new NormalGenerator(5);
    const buckets = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw++) {
      const value = generator.uniform();
      assert.ok(value >= 0 && value < 1);
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // Binomial(20000, 1/10): a standard deviation is 42.
    for (const count of buckets) assert.ok(Math.abs(count - 2000) < 5 * 42, String(buckets));
  });
});

describe('measuredLengths', () => {
  const lists: readonly [maxLength: number, lengths: readonly number[]][] = [
    [1, [1]],
    [16, [16]],
    [17, [16, 17]],
    [128, [16, 32, 64, 128]],
    [512, [64, 128, 256, 512]],
    [1000, [64, 128, 256, 512, 1000]],
    [4096, [256, 512, 1024, 2048, 4096]],
    [131_072, [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072]],
  ];
  for (const [maxLength, lengths] of lists) {
    it(`up to ${String(maxLength)}`, () => {
      assert.deepEqual(measuredLengths(maxLength), lengths);
    });
  }

  it('ascends strictly and ends at the longest, whatever that is', () => {
    for (let maxLength = 1; maxLength < 3000; maxLength++) {
      const lengths = measuredLengths(maxLength);
      assert.equal(lengths.at(-1), maxLength);
      lengths.forEach((n, index) => {
        assert.ok(n > (lengths[index - 1] ?? 0), `${String(maxLength)}: ${String(lengths)}`);
      });
    }
  });
});

describe('memoryObstacle', () => {
  const cost = { flops: 0, executedFlops: 0, compulsoryBytes: 2 ** 30, workspaceBytes: 3 * 2 ** 30 };

  it('lets through what fits into four fifths of the free memory, half as much workspace again', () => {
    // 1 + 1.5 · 3 = 5.5 GiB.
    assert.equal(memoryObstacle(cost, (5.5 / 0.8) * 2 ** 30), undefined);
    assert.notEqual(memoryObstacle(cost, (5.4 / 0.8) * 2 ** 30), undefined);
  });

  it('says what is needed and what there is, as a projection', () => {
    const text = memoryObstacle(cost, 4 * 2 ** 30) ?? '';
    assert.match(text, /needs 5\.50 GiB \(projected\)/);
    assert.match(text, /3\.20 GiB/);
  });

  it('cannot guard a device that does not tell its memory', () => {
    assert.equal(memoryObstacle(cost, 0), undefined);
  });
});
