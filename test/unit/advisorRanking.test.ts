import assert from 'node:assert/strict';
import { compare, rank, sharedLength, timeAt } from '../../src/advisor/ranking';
import { isClearlyFaster, rivalsOf } from '../../src/advisor/rivals';
import { againstPresent } from '../../src/model/ownPattern';
import type { Comparison, MeasuredPoint, MechanismResult } from '../../src/report/report';
import { denseResult, flopsAt, point, quadratic, result } from '../fixtures/madeUpResults';

function compareAt(base: MechanismResult, other: MechanismResult, n: number): Comparison | undefined {
  return compare(base, other, n, ({ id }, length) => flopsAt(id, length));
}

describe('compare', () => {
  it('gives the speed-up at the longest common length, with bounds from both intervals', () => {
    const linear = [256, 512, 1024, 2048].map((n) =>
      point(n, n * 4e-3, { flops: 1000 * n, peakBytes: 512 * n }),
    );
    const comparison = compareAt(denseResult, result('window', linear), 2048);
    assert.ok(comparison);
    assert.equal(comparison.n, 2048);
    const speedup = (2048 ** 2 * 1e-5) / (2048 * 4e-3);
    assert.ok(Math.abs(comparison.speedup - speedup) < 1e-9);
    assert.ok(Math.abs(comparison.speedupLow - (speedup * 0.99) / 1.01) < 1e-9);
    assert.ok(Math.abs(comparison.speedupHigh - (speedup * 1.01) / 0.99) < 1e-9);
    assert.equal(comparison.flopRatio, (4 * 2048) / 1000);
    assert.equal(comparison.memoryRatio, 4);
    // 1e-5·n² = 4e-3·n at n = 400.
    assert.ok(Math.abs((comparison.breakEven ?? NaN) - 400) <= 1);
    assert.match(comparison.reason, /^Measured 5\.12× faster than dense at n = 2,048, but not exact\.$/);
  });

  it('says so when a replacement is exact, and what is projected for the asked length', () => {
    const faster = [1024, 2048].map((n) => point(n, n ** 2 * 1e-6));
    const reason = compareAt(denseResult, result('flash', faster, true), 8192)?.reason ?? '';
    assert.match(reason, /faster than dense at n = 2,048, and exact\./);
    assert.match(
      reason,
      /Projected at n = 8,192: .* a layer \(.* to .*\) against .* \(.* to .*\) projected of dense\.$/,
    );
  });

  it('advises to keep dense where the replacement is slower, with the length from which it pays', () => {
    const flat = [256, 512, 1024, 2048].map((n) => point(n, 100));
    const comparison = compareAt(denseResult, result('slow', flat), 2048);
    assert.ok(comparison && comparison.speedupHigh < 1);
    assert.equal(comparison.reason, 'Keep dense attention at n = 2,048: this measured 2.38× slower there.');
    assert.ok((comparison.breakEven ?? 0) > 2048);
    // Advice is for the length that was asked about; the break-even is said once, beside the reason.
    assert.match(
      compareAt(denseResult, result('slow', flat), 8192)?.reason ?? '',
      /^Measured 2\.38× slower than dense at n = 2,048\. Projected at n = 8,192: (?!.*pays)/,
    );
    const always = [256, 512, 1024, 2048].map((n) => point(n, n ** 2 * 2e-5));
    const never = compareAt(denseResult, result('slower', always), 2048);
    assert.equal(never?.breakEven, undefined);
    assert.match(never?.reason ?? '', /2\.00× slower there\. No length is known from which it pays\./);
  });

  it('says that a replacement which needs as many FLOPs does not replace anything yet', () => {
    const same = [256, 512].map((n) => point(n, n ** 2 * 0.5e-5, { flops: 4 * n ** 2 }));
    const comparison = compareAt(denseResult, result('wide', same), 512);
    assert.match(comparison?.reason ?? '', /^At n = 512 this sees every key and gives the result of dense/);
    assert.equal(comparison?.breakEven, undefined);
  });

  it('recommends nothing where the layers compute it already', () => {
    const linear = [256, 512, 1024, 2048].map((n) => point(n, n * 4e-3, { flops: 1000 * n }));
    const comparison = compareAt(denseResult, { ...result('window', linear), current: true }, 2048);
    assert.match(comparison?.reason ?? '', /^This is what these layers compute already\./);
  });

  it('calls overlapping intervals no clear difference', () => {
    const alike = [256, 512, 1024, 2048].map((n) => point(n, n ** 2 * 1.02e-5, { halfWidth: 0.05 }));
    assert.match(
      compareAt(denseResult, result('alike', alike), 2048)?.reason ?? '',
      /^No clear difference from dense/,
    );
  });

  it('goes back to the longest length where both have a valid time', () => {
    const points = [point(512, 1), point(1024, 2), point(2048, undefined, { passed: false })];
    assert.equal(compareAt(denseResult, result('window', points), 2048)?.n, 1024);
  });

  it('has no speed-up where nothing verified, not even with a time', () => {
    const unverified = [256, 512, 1024, 2048].map((n) => point(n, 0.001, { passed: false }));
    assert.equal(compareAt(denseResult, result('wrong', unverified), 2048), undefined);
    assert.equal(compareAt(denseResult, result('none', []), 2048), undefined);
    assert.equal(compareAt(result('dense', unverified), result('window', quadratic), 2048), undefined);
  });

  it('gives the break-even of one length with all of its error, which dense attention’s lengths do not narrow', () => {
    const one = compareAt(denseResult, result('window', [point(256, 256 * 4e-3, { flops: 256_000 })]), 8192);
    const many = [256, 512, 1024, 2048].map((n) => point(n, n * 4e-3, { flops: 1000 * n }));
    const three = compareAt(denseResult, result('window', many), 8192);
    assert.ok(one?.breakEvenBounds?.high !== undefined && three?.breakEvenBounds?.high !== undefined);
    assert.equal(one.fromOneLength, true);
    assert.equal(three.fromOneLength, undefined);
    assert.equal(one.breakEven, three.breakEven);
    assert.ok(one.breakEvenBounds.low < three.breakEvenBounds.low);
    assert.ok(one.breakEvenBounds.high > 2 * three.breakEvenBounds.high);
    assert.match(
      one.reason,
      /Projected at n = 8,192 from one measured length: 32\.8 ms a layer \(4\.68 ms to 229 ms\) against 671 ms \(.*\) projected of dense; how its time grows was not measured\.$/,
    );
    assert.match(
      three.reason,
      /Projected at n = 8,192: 32\.8 ms a layer \(.*\) against 671 ms \(.*\) projected of dense\.$/,
    );
  });

  it('gives none where the error of one length leaves open whether there is one', () => {
    // Twice as fast at 256, and its FLOPs grow as those of dense attention: the factor is within the error.
    const alike = point(256, 256 ** 2 * 0.5e-5, { flops: 4 * 256 ** 2 });
    const comparison = compareAt(denseResult, result('flash', [alike], true), 8192);
    assert.equal(comparison?.fromOneLength, true);
    assert.equal(comparison.breakEven, undefined);
    assert.equal(comparison.breakEvenBounds, undefined);
    const known = [256, 512, 1024].map((n) => point(n, n ** 2 * 0.5e-5));
    assert.equal(compareAt(denseResult, result('flash', known, true), 8192)?.breakEven, 1);
  });

  it('gives no break-even that a measured length refutes', () => {
    const times = (ms: readonly number[]): MechanismResult =>
      result(
        'window',
        [256, 512, 1024, 2048].map((n, index) => point(n, ms[index], { flops: 1000 * n })),
      );
    // The fits cross at about 400; at 512 it measured slower.
    const slower = compareAt(denseResult, times([1.02, 2.7, 4.1, 8.2]), 8192);
    assert.equal(slower?.breakEven, undefined);
    assert.equal(slower?.breakEvenBounds, undefined);
    assert.equal(slower?.fitsDisagree, true);
    assert.doesNotMatch(slower.reason, /pays/);
    const agreeing = compareAt(denseResult, times([1.02, 2.05, 4.1, 8.2]), 8192);
    assert.equal(agreeing?.fitsDisagree, undefined);
    assert.ok(agreeing?.breakEven !== undefined);
    // Clearly faster at its last length, and by the fits only far beyond it.
    const linear = [256, 512, 1024].map((n) => point(n, n * 4e-3, { flops: 1000 * n }));
    const odd = { ...result('window', linear), points: linear.map((one) => point(one.n, 0.1)) };
    const faster = compareAt(result('dense', quadratic.slice(0, 1), true), odd, 8192);
    assert.ok(faster && faster.speedupLow > 1 && faster.n === 256);
    assert.equal(faster.breakEven, undefined);
    assert.equal(faster.fitsDisagree, true);
  });

  it('has no memory ratio where the runtime did not count', () => {
    const comparison = compareAt(denseResult, result('window', [point(2048, 1)]), 2048);
    assert.ok(comparison);
    assert.equal('memoryRatio' in comparison, false);
  });
});

describe('rank', () => {
  const at = (factor: number): MeasuredPoint[] => [512, 1024, 2048].map((n) => point(n, n * factor));

  it('puts the fastest at the asked length first', () => {
    const ranked = rank([result('b', at(3)), result('c', at(1)), result('a', at(2))], 2048);
    assert.deepEqual(
      ranked.map(({ id }) => id),
      ['c', 'a', 'b'],
    );
  });

  it('ranks by the projection where the asked length was not measured', () => {
    // Slower at 2048, faster at 8192.
    const flat = result(
      'flat',
      [512, 1024, 2048].map((n) => point(n, 10)),
    );
    const steep = result(
      'steep',
      [512, 1024, 2048].map((n) => point(n, n ** 2 * 1e-6)),
    );
    assert.deepEqual(
      rank([flat, steep], 2048).map(({ id }) => id),
      ['steep', 'flat'],
    );
    assert.deepEqual(
      rank([steep, flat], 8192).map(({ id }) => id),
      ['flat', 'steep'],
    );
    assert.ok((timeAt(steep, 8192) ?? 0) > 60);
    assert.equal(timeAt(steep, 8191), undefined);
  });

  it('puts what is projected from one length where the upper end of its band is', () => {
    const known = result('known', at(1));
    // Five doublings from 256 to 8192: a factor of seven.
    const guess = (ms: number): MechanismResult => result('slow', [point(256, (ms * 256) / 8192)]);
    const orderWith = (ms: number): string[] => rank([guess(ms), known], 8192).map(({ id }) => id);
    assert.equal(timeAt(guess(8192 / 6), 8192), 8192 / 6);
    assert.deepEqual(orderWith(8192 / 6), ['known', 'slow']);
    assert.deepEqual(orderWith(8192 / 7.5), ['slow', 'known']);
  });

  it('gives every mechanism with one timed length a projection, wider than with three', () => {
    for (const id of ['window', 'slow', 'other']) {
      const from = (lengths: readonly number[]): MechanismResult =>
        result(
          id,
          lengths.map((n) => point(n, flopsAt(id, n) * 1e-6)),
        );
      const bandOf = ({ projection }: MechanismResult): number => {
        const projected = projection.find(({ n }) => n === 8192);
        assert.ok(projected, id);
        return projected.high / projected.low;
      };
      assert.ok(bandOf(from([1024])) > bandOf(from([256, 512, 1024])), id);
    }
  });

  it('puts what is clearly faster before what only seems so, by the test that the advice uses', () => {
    const dense8 = result('dense', [point(512, 10, { halfWidth: 0.1 })], true);
    const wide = result('wide', [point(512, 2, { halfWidth: 5 })]);
    const sure = result('sure', [point(512, 3)]);
    assert.deepEqual(
      rank([wide, sure], 512, undefined, dense8).map(({ id }) => id),
      ['sure', 'wide'],
    );
    assert.ok(isClearlyFaster(sure, [dense8], 512) && !isClearlyFaster(wide, [dense8], 512));
  });

  it('holds nothing for faster that is not faster than what the layers have now', () => {
    const base = result('dense', [point(512, 10)], true);
    const now = { ...result('now', [point(512, 2)]), current: true };
    const between = result('between', [point(512, 5)]);
    const best = result('best', [point(512, 1)]);
    const rivals = rivalsOf(base, [between, now, best]);
    assert.deepEqual(
      rivals.map(({ id }) => id),
      ['dense', 'now'],
    );
    assert.ok(!isClearlyFaster(between, rivals, 512) && isClearlyFaster(between, [base], 512));
    assert.ok(isClearlyFaster(best, rivals, 512) && isClearlyFaster(now, rivals, 512));
    assert.equal(againstPresent(now, between)?.speedup, 0.4);
    assert.equal(againstPresent(now, now), undefined);
  });

  it('orders by the measured speed-up at a shared length, not by name, where no time is known at the asked one', () => {
    const without = (id: string, points: readonly MeasuredPoint[]): MechanismResult => ({
      ...result(id, points),
      projection: [],
    });
    const a = without('a', [point(256, 3), point(512, 1)]);
    const b = without('b', [point(256, 2)]);
    const c = without('c', [point(256, 1), point(512, 9)]);
    const none = without('0', []);
    assert.equal(sharedLength([a, b, c, none]), 256);
    assert.deepEqual(
      rank([none, a, b, c], 4096).map(({ id }) => id),
      ['c', 'b', 'a', '0'],
    );
    // Without a length that all share, each by the speed-up at its own.
    const own = (id: string, n: number, speedup: number): MechanismResult => ({
      ...without(id, [point(n, 1)]),
      comparison: { n, speedup, speedupLow: 1, speedupHigh: 1, flopRatio: 1, reason: '' },
    });
    assert.deepEqual(
      rank([own('a', 256, 1.3), own('b', 512, 2.8)], 4096).map(({ id }) => id),
      ['b', 'a'],
    );
  });

  it('puts those without a valid time last, in a stable order', () => {
    const none = (id: string): MechanismResult => result(id, [point(2048, undefined, { passed: false })]);
    const given = [none('z'), none('a'), result('slow', at(100))];
    assert.deepEqual(
      rank(given, 2048).map(({ id }) => id),
      ['slow', 'a', 'z'],
    );
    assert.deepEqual(
      given.map(({ id }) => id),
      ['z', 'a', 'slow'],
    );
  });
});
