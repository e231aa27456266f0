import assert from 'node:assert/strict';
import { withRegimesPoint } from '../../src/advisor/regimesPoint';
import { conditionsText, denseKernel, timeWithBounds } from '../../src/advisor/timeText';
import { hasOnlyWindow, ownPatternSentence } from '../../src/model/ownPattern';
import type { RegimesResult } from '../../src/report/regimes';
import type { MechanismResult } from '../../src/report/report';
import { denseResult, point, result } from '../fixtures/madeUpResults';

describe('own pattern', () => {
  const base = { ...denseResult, current: false };

  it('is said not to be measured where nothing here computes it, or that was not timed', () => {
    const now = { ...result('sliding-window', [point(512, 2)]), current: true };
    assert.match(ownPatternSentence({ dense: base, replacements: [] }), /own pattern was not measured/);
    assert.match(
      ownPatternSentence({ dense: base, replacements: [{ ...now, points: [] }] }),
      /own pattern was not measured/,
    );
    assert.equal(ownPatternSentence({ dense: base, replacements: [now] }), '');
    assert.equal(ownPatternSentence({ dense: denseResult, replacements: [] }), '');
  });

  it('is a window only where it is nothing more', () => {
    const now = (id: string): MechanismResult => ({ ...result(id, []), current: true });
    assert.ok(hasOnlyWindow({ window: 512, replacements: [now('sliding-window')] }));
    assert.ok(!hasOnlyWindow({ window: 512, replacements: [now('global-window')] }));
    assert.ok(!hasOnlyWindow({ replacements: [now('bigbird')] }));
  });
});

describe('headline times', () => {
  it('carry their interval and what they are from', () => {
    assert.equal(timeWithBounds(denseResult, 2048), '41.9 ms (41.5 ms to 42.4 ms), measured');
    assert.match(timeWithBounds(denseResult, 8192), /^671 ms \(.* to .*\), projected from n ≤ 2,048$/);
    assert.match(
      timeWithBounds(result('window', [point(256, 1)]), 8192),
      /^32\.0 ms \(.* to .*\), projected from n = 256 alone$/,
    );
    assert.equal(
      timeWithBounds(result('window', [point(256, 1, { halfWidth: 0 })]), 256),
      '1.00 ms (1 run), measured',
    );
    assert.equal(timeWithBounds(denseResult, 7), '');
  });

  it('name precision, device and kernel', () => {
    assert.equal(conditionsText('float32', 'cpu'), 'float32 on cpu');
    assert.equal(conditionsText('float32', undefined), 'float32');
    assert.equal(denseKernel(denseResult, 4096), 'dense attention (kernel some)');
    assert.equal(denseKernel(result('dense', []), 4096), 'dense attention');
  });
});

describe('withRegimesPoint', () => {
  const timing = point(8192, 700, { halfWidth: 0.1 }).timing;
  const regimes = (n: number, batch: number, passed = true): RegimesResult => {
    assert.ok(timing);
    return {
      n,
      batch,
      prefill: {
        kernel: 'some',
        timing,
        tokensPerSecond: 1,
        flopsPerSecond: 1,
        verification: { passed, maxError: 0, tolerance: 1, rows: 1 },
      },
      decode: [],
      scaling: [],
      leftOut: [],
    };
  };
  const at = ({ projection }: MechanismResult, n: number) => projection.find((one) => one.n === n);

  it('takes what prefill measured in place of a projection of the same call', () => {
    const found = at(withRegimesPoint(denseResult, regimes(8192, 1), { batch: 1 }), 8192);
    assert.ok(timing && found);
    assert.deepEqual(
      [found.ms, found.low, found.high, found.measured],
      [timing.medianMs, timing.lowMs, timing.highMs, true],
    );
    assert.equal(found.fromOneLength, undefined);
  });

  it('changes nothing of a length that was measured, or by another call', () => {
    for (const [given, batch] of [
      [regimes(2048, 1), 1],
      [regimes(8192, 2), 1],
      [regimes(8192, 1, false), 1],
      [undefined, 1],
    ] as const) {
      assert.deepEqual(withRegimesPoint(denseResult, given, { batch }), denseResult);
    }
  });
});
