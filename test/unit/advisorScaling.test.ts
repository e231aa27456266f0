import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  breakEven,
  evaluate,
  fitError,
  fitScaling,
  project,
  type CostAt,
  type TimePoint,
} from '../../src/advisor/scaling';
import type { MeasuredPoint, ScalingFit } from '../../src/report/report';
import { unverifiedPoint } from '../fixtures/eventSamples';

const lengths = [256, 512, 1024, 2048, 4096];

/** FLOPs of a dense mechanism with a head dimension of 64. */
const flopsAt = (n: number): number => 256 * n * n;

function curve(constant: number, linear: number, quadratic: number): (n: number) => number {
  return (n) => constant + linear * n + quadratic * n * n;
}

function pointsOf(time: (n: number) => number, at: readonly number[] = lengths): TimePoint[] {
  return at.map((n) => ({ n, flops: flopsAt(n), ms: time(n) }));
}

function fitOf(points: readonly TimePoint[]): ScalingFit {
  const fit = fitScaling(points);
  assert.ok(fit);
  return fit;
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${String(actual)} is not ${String(expected)}`);
}

describe('fitScaling', () => {
  const truths: readonly [constant: number, linear: number, quadratic: number][] = [
    [0.2, 3e-4, 5e-6],
    [0, 2e-3, 0],
    [0, 0, 1e-5],
    [0.05, 0, 2e-6],
  ];
  for (const truth of truths) {
    it(`recovers ${truth.join(', ')}`, () => {
      const found = fitOf(pointsOf(curve(...truth)));
      near(found.constant, truth[0], 1e-6);
      near(found.linear, truth[1], 1e-8);
      near(found.perGflop, (truth[2] * 1e9) / 256, 1e-5);
      assert.equal(found.pointsUsed, 5);
      near(found.leaveOneOutError ?? NaN, 0, 1e-6);
    });
  }

  it('is as good with two points of a pure law, and has no leave-one-out error then', () => {
    const found = fitOf(pointsOf(curve(0, 0, 1e-5), [512, 1024]));
    near(evaluate(found, 2048, flopsAt(2048)), 1e-5 * 2048 ** 2, 1e-6);
    assert.equal(found.leaveOneOutError, undefined);
  });

  it('never stays flat while the FLOPs grow', () => {
    // As short as before at twice the length: two such points know of no growth, and are no constant for that.
    const two = fitOf([
      { n: 256, flops: 1e6, ms: 4.35 },
      { n: 512, flops: 2e6, ms: 3.77 },
    ]);
    near(evaluate(two, 2048, 8e6), 3.77 * 4, 1e-9);
    // Five lengths that took as long as each other: less than the least band of it may have grown unseen.
    const five = fitOf(pointsOf(curve(1.5, 0, 0)));
    near(evaluate(five, 4096, flopsAt(4096)), 1.5, 1e-9);
    near(evaluate(five, 16_384, flopsAt(16_384)), 1.5 * (0.97 + 0.03 * 16), 1e-6);
  });

  it('lets as much of a nearly flat time grow as its own error leaves open', () => {
    const noisy = fitOf(
      [3, 3.6, 3, 3.6].map((ms, index) => ({ n: 256 * 2 ** index, flops: flopsAt(256 * 2 ** index), ms })),
    );
    const error = noisy.leaveOneOutError ?? NaN;
    assert.ok(error > 0.1);
    const [at, later] = [2048, 8192].map((n) => evaluate(noisy, n, flopsAt(n)));
    assert.ok((later ?? 0) >= (at ?? NaN) * (1 + 15 * error) - 1e-9);
  });

  it('projects from two lengths with a band that in proportion to the FLOPs is within', () => {
    const two = [measured(256, 4.35), measured(512, 3.77)];
    const [at] = project(
      fitOf(two.map(({ n, timing }) => ({ n, flops: 1000 * n, ms: timing?.medianMs ?? NaN }))),
      two,
      [2048],
      (n) => ({ flops: 1000 * n, bytes: 0 }),
    );
    assert.ok(at && !at.measured);
    assert.ok(at.ms >= 3.77 * 4 - 1e-9 && at.high >= at.ms * (1 + 0.75 * 3) - 1e-9, String(at.high));
  });

  it('takes one point for pure operations, and needs one', () => {
    assert.equal(fitScaling([]), undefined);
    assert.deepEqual(fitScaling([{ n: 256, flops: 1e6, ms: 1 }]), {
      constant: 0,
      linear: 0,
      perGflop: 1000,
      pointsUsed: 1,
    });
    // Nothing is in proportion to no operations.
    assert.equal(fitScaling([{ n: 256, flops: 0, ms: 1 }]), undefined);
  });

  it('knows less of a fit the fewer lengths it is from', () => {
    const errorOf = (at: readonly number[]): number => fitError(fitOf(pointsOf(curve(0, 0, 1e-5), at)));
    assert.ok(errorOf([256]) > errorOf([256, 512]));
    assert.ok(errorOf([256, 512]) > errorOf([256, 512, 1024]));
  });

  it('has no negative coefficient where the unconstrained one would have one', () => {
    // Concave: least squares alone would take a negative quadratic term.
    const found = fitOf(pointsOf((n) => Math.sqrt(n)));
    assert.ok(found.constant >= 0 && found.linear >= 0 && found.perGflop >= 0);
    assert.ok(found.constant > 0 && found.linear > 0);
    assert.equal(found.perGflop, 0);
  });

  it('takes the growth of a window from its FLOPs, not from the ramp at its start', () => {
    // Causal window of 512: n²/2 pairs at first, then linear.
    const pairs = (n: number): number => (n <= 512 ? (n * (n + 1)) / 2 : (512 * 513) / 2 + (n - 512) * 512);
    const time = (n: number): number => 0.1 + pairs(n) * 1e-5;
    const found = fitOf([128, 256, 512, 1024].map((n) => ({ n, flops: pairs(n), ms: time(n) })));
    near(evaluate(found, 65_536, pairs(65_536)) / time(65_536), 1, 1e-6);
  });

  it('gives the leave-one-out error of a point that does not belong', () => {
    const points = pointsOf(curve(0, 1e-3, 0));
    const odd = points.map((point) => (point.n === 4096 ? { ...point, ms: 2 * point.ms } : point));
    // Without the last point the others predict 1e-3·n exactly: half of what was measured.
    assert.ok((fitOf(odd).leaveOneOutError ?? 0) >= 0.499);
  });

  it('is non-negative and no worse than the truth on noisy times', () => {
    const coefficient = fc.double({ min: 0, max: 1, noNaN: true });
    const noise = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, noise, (a, b, c, factors) => {
        const truth = curve(a + 0.01, b / 1e3, c / 1e6);
        const points = pointsOf(truth).map((point, index) => ({
          ...point,
          ms: point.ms * (factors[index] ?? 1),
        }));
        const found = fitOf(points);
        assert.ok(found.constant >= 0 && found.linear >= 0 && found.perGflop >= 0);
        const error = (time: (n: number) => number): number =>
          points.reduce((sum, point) => sum + (time(point.n) / point.ms - 1) ** 2, 0);
        // A nearly constant time is given growth that its points do not show.
        const share = found.constant / evaluate(found, 4096, flopsAt(4096));
        if (1 - share > (found.leaveOneOutError ?? 0) + 0.03)
          assert.ok(error((n) => evaluate(found, n, flopsAt(n))) <= error(truth) + 1e-9);
      }),
      { numRuns: 100 },
    );
  });
});

function measured(n: number, ms: number, relativeHalfWidth = 0.01): MeasuredPoint {
  return {
    n,
    kernel: 'some',
    timing: {
      medianMs: ms,
      lowMs: ms * (1 - relativeHalfWidth),
      highMs: ms * (1 + relativeHalfWidth),
      minMs: ms * (1 - relativeHalfWidth),
      repetitions: 20,
      converged: true,
      interval: 'confidence',
    },
    verification: { passed: true, maxError: 1e-7, tolerance: 1e-4, rows: 8 },
    formulaBytes: 1,
    flops: 1,
    executedFlops: 1,
    otherKernels: [],
  };
}

describe('project', () => {
  const costAt = (n: number): CostAt => ({ flops: flopsAt(n), bytes: 0 });
  const law = curve(0.1, 1e-3, 1e-6);
  const points = lengths.map((n) => measured(n, law(n)));
  const found = fitOf(pointsOf(law));
  const far = [256, 4096, 8192, 16_384, 32_768, 65_536];
  const projection = project(found, points, far, (n) => ({ flops: flopsAt(n), bytes: 100 * n }));

  it('shows the measurement where there is one', () => {
    assert.deepEqual(projection[1], {
      n: 4096,
      ms: law(4096),
      low: law(4096) * 0.99,
      high: law(4096) * 1.01,
      measured: true,
      bytes: 409_600,
    });
  });

  it('follows the law beyond, marked as not measured, with the bytes asked for', () => {
    assert.deepEqual(
      projection.map((point) => point.measured),
      [true, true, false, false, false, false],
    );
    for (const point of projection) {
      near(point.ms / law(point.n), 1, 1e-6);
      assert.equal(point.bytes, 100 * point.n);
    }
  });

  it('has a band around the value that widens with every doubling', () => {
    const bands = projection.filter((point) => !point.measured).map((point) => point.high / point.ms);
    bands.forEach((band, index) => {
      assert.ok(band > (bands[index - 1] ?? 1.03), String(bands));
    });
    for (const { low, ms, high } of projection) assert.ok(0 < low && low <= ms && ms <= high);
  });

  it('passes through the longest measured point where the fit does not', () => {
    const last = measured(8192, 2 * law(8192));
    const [at] = project(found, [...points, last], [16_384], costAt);
    near(at?.ms ?? NaN, 2 * law(16_384), 1e-3);
  });

  it('has a wider band where the leave-one-out error or the measurement is poor', () => {
    const width = (given: ScalingFit, halfWidth: number): number => {
      const noisy = lengths.map((n) => measured(n, law(n), halfWidth));
      const [point] = project(given, noisy, [8192], costAt);
      assert.ok(point);
      return point.high / point.ms;
    };
    assert.ok(width({ ...found, leaveOneOutError: 0.4 }, 0.01) > width(found, 0.01));
    assert.ok(width(found, 0.3) > width(found, 0.01));
  });

  it('gives nothing but the measurements without a fit, and ignores points without a valid time', () => {
    assert.deepEqual(
      project(undefined, [measured(256, 1)], [256, 512], costAt).map((point) => point.n),
      [256],
    );
    assert.deepEqual(project(undefined, [unverifiedPoint(512)], [512], costAt), []);
  });

  it('goes through a single point in proportion to the FLOPs, marked, with a band of 2 and as much for each doubling', () => {
    const one = fitOf(pointsOf(law, [256]));
    const at = project(one, [measured(256, law(256))], [128, 256, 512, 4096], costAt);
    assert.deepEqual(
      at.map(({ n, measured: isMeasured, fromOneLength }) => [n, isMeasured, fromOneLength]),
      [
        [128, false, true],
        [256, true, undefined],
        [512, false, true],
        [4096, false, true],
      ],
    );
    at.filter((point) => !point.measured).forEach(({ n, ms, low, high }, index) => {
      near(ms / ((law(256) * flopsAt(n)) / flopsAt(256)), 1, 1e-9);
      const factor = [2, 3, 6][index] ?? NaN;
      near(high / ms, factor, 1e-9);
      near(ms / low, factor, 1e-9);
    });
  });

  it('marks nothing that several lengths are behind, and gives it a narrower band', () => {
    const widthFrom = (at: readonly number[]): number => {
      const given = at.map((n) => measured(n, law(n)));
      const [point] = project(fitOf(pointsOf(law, at)), given, [65_536], costAt);
      assert.equal(point?.fromOneLength, at.length === 1 ? true : undefined);
      return (point?.high ?? NaN) / (point?.ms ?? NaN);
    };
    // The longest measured length is the same, so only what is known of the growth differs.
    assert.ok(widthFrom([1024]) > widthFrom([512, 1024]));
    assert.ok(widthFrom([1024]) > widthFrom([256, 512, 1024]));
  });

  it('keeps low ≤ ms ≤ high for any band, however wide', () => {
    const wild = fc.record({
      error: fc.double({ min: 0, max: 50, noNaN: true }),
      length: fc.integer({ min: 300, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(wild, ({ error, length }) => {
        const [point] = project({ ...found, leaveOneOutError: error }, points, [length], costAt);
        assert.ok(point && 0 < point.low && point.low <= point.ms && point.ms <= point.high);
      }),
    );
  });
});

describe('breakEven', () => {
  const constant = (ms: number): ((n: number) => number) => curve(ms, 0, 0);

  it('is the first length at which the challenger is faster', () => {
    // 1e-6·n² = 1 at n = 1000, where both take as long.
    assert.equal(breakEven(curve(0, 0, 1e-6), constant(1)), 1001);
    // 0.001·n² against 0.1·n + 20: n = 200.
    assert.equal(breakEven(curve(0, 0, 0.001), curve(20, 0.1, 0)), 201);
    assert.equal(breakEven(curve(0, 2, 0), curve(3000.5, 1, 0)), 3001);
  });

  it('is 1 where the challenger is always faster', () => {
    assert.equal(breakEven(curve(1, 0, 1), curve(0.5, 0, 0.5)), 1);
    assert.equal(breakEven(constant(2), constant(1)), 1);
  });

  it('is absent where it never is, or not for good', () => {
    assert.equal(breakEven(curve(1, 1, 1), curve(1, 1, 1)), undefined);
    assert.equal(breakEven(curve(0, 0, 1e-6), curve(0, 0, 2e-6)), undefined);
    // Faster at first, slower from 1000 on.
    assert.equal(breakEven(constant(1), curve(0, 0, 1e-6)), undefined);
  });

  it('takes the last crossing where there are two', () => {
    // n² − 300·n + 20000: roots 100 and 200.
    assert.equal(breakEven(curve(20_000, 0, 1), curve(0, 300, 0)), 201);
  });

  it('agrees with looking at every length', () => {
    const part = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
    // Increasing differences, so that no narrow second crossing can hide between two steps.
    fc.assert(
      fc.property(part(3000), part(20), part(3), (extra, linear, quadratic) => {
        const incumbent = curve(0, linear, quadratic);
        const challenger = constant(extra);
        let first = 1;
        while (first <= 3001 && incumbent(first) <= challenger(first)) first++;
        assert.equal(breakEven(incumbent, challenger), linear + quadratic === 0 ? undefined : first);
      }),
      { numRuns: 200 },
    );
  });
});
