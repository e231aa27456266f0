import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  interquartileRange,
  intervalRank,
  median,
  summarise,
  TARGET_RELATIVE_HALF_WIDTH,
} from '../../src/engine/timing';

describe('median', () => {
  it('is the middle value, or the mean of the two middle ones, in any order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([8, 2, 4, 6]), 5);
    assert.equal(median([3]), 3);
    assert.ok(Number.isNaN(median([])));
  });

  it('sorts by size, not as text, and leaves the samples alone', () => {
    const samples = [10, 9, 100];
    assert.equal(median(samples), 10);
    assert.deepEqual(samples, [10, 9, 100]);
  });

  it('has a quartile distance beside it', () => {
    assert.equal(interquartileRange([1, 2, 3, 4, 5]), 2);
    assert.equal(interquartileRange([7]), 0);
    assert.equal(interquartileRange([4, 1, 3, 2]), 1.5);
  });
});

describe('intervalRank', () => {
  // From the cumulative Binomial(n, 1/2), by hand: the greatest r with 2·P(X ≤ r) ≤ 0.05.
  // n = 6: 2/64 = 0.031, next 14/64. n = 8: 2/256, next 18/256 = 0.070. n = 9: 20/512 = 0.039, next 92/512.
  // n = 10: 22/1024 = 0.021, next 112/1024. n = 12: 158/4096 = 0.039, next 598/4096.
  // n = 15: 1152/32768 = 0.035 up to 3, next 3882/32768. n = 20: 43400/1048576 = 0.041 up to 5, next 0.115.
  const ranks: readonly [samples: number, rank: number | undefined][] = [
    [0, undefined],
    [1, undefined],
    [5, undefined],
    [6, 0],
    [7, 0],
    [8, 0],
    [9, 1],
    [10, 1],
    [12, 2],
    [15, 3],
    [20, 5],
    [40, 13],
  ];
  for (const [samples, rank] of ranks) {
    it(`of ${String(samples)} samples is ${String(rank)}`, () => {
      assert.equal(intervalRank(samples), rank);
    });
  }

  it('agrees with exact binomial sums, and the next rank would cover less than 95 %', () => {
    for (let n = 6; n <= 100; n++) {
      const rank = intervalRank(n);
      assert.ok(rank !== undefined);
      assert.ok(outsideTwentieths(n, rank) <= 0n, `n = ${String(n)}, rank ${String(rank)}`);
      assert.ok(outsideTwentieths(n, rank + 1) > 0n, `n = ${String(n)}, rank ${String(rank + 1)}`);
    }
  });
});

/** The sign of 2·P(X ≤ rank) − 1/20, X from Binomial(n, 1/2), in whole numbers: 40·Σ C(n, i) − 2ⁿ. */
function outsideTwentieths(n: number, rank: number): bigint {
  let choose = 1n;
  let sum = 0n;
  for (let i = 0; i <= rank; i++) {
    sum += choose;
    choose = (choose * BigInt(n - i)) / BigInt(i + 1);
  }
  return 40n * sum - 2n ** BigInt(n);
}

describe('summarise', () => {
  it('takes the order statistics of the interval around the median', () => {
    const timing = summarise([20, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    assert.deepEqual(timing, {
      medianMs: 15.5,
      lowMs: 12,
      highMs: 19,
      minMs: 11,
      repetitions: 10,
      interval: 'confidence',
      converged: false,
    });
  });

  it('shows the whole range below six samples, and never calls that converged', () => {
    const timing = summarise([5, 5, 5, 5, 5]);
    assert.equal(timing.converged, false);
    assert.deepEqual([timing.lowMs, timing.highMs, timing.interval], [5, 5, 'range']);
    const wide = summarise([3, 1, 2]);
    assert.deepEqual([wide.lowMs, wide.medianMs, wide.highMs], [1, 2, 3]);
  });

  it('is converged exactly up to the target half-width', () => {
    const at = (halfWidth: number): boolean =>
      summarise([100 - halfWidth, 100, 100, 100, 100, 100 + halfWidth]).converged;
    assert.equal(at(100 * TARGET_RELATIVE_HALF_WIDTH), true);
    assert.equal(at(100 * TARGET_RELATIVE_HALF_WIDTH + 0.001), false);
  });

  it('refuses no samples', () => {
    assert.throws(() => summarise([]), RangeError);
  });

  it('keeps least ≤ low ≤ median ≤ high, in any order of the samples', () => {
    const samples = fc.array(fc.double({ min: 0.001, max: 1e4, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(samples, (values) => {
        const timing = summarise(values);
        assert.ok(timing.minMs <= timing.lowMs);
        assert.ok(timing.lowMs <= timing.medianMs);
        assert.ok(timing.medianMs <= timing.highMs);
        assert.ok(timing.highMs <= Math.max(...values));
        assert.deepEqual(summarise([...values].reverse()), timing);
      }),
    );
  });
});
