import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatBytes } from '../../src/model/units';
import {
  byteTicks,
  decadeTicks,
  durationTicks,
  formatTokens,
  logPosition,
  logSpaced,
  powerTicks,
  tickText,
} from '../../webview/model/ticks';

describe('webview: ticks', () => {
  it('name lengths as context lengths are named', () => {
    assert.deepEqual([16, 512, 1000, 1024, 131_072, 1536, 2 ** 20, 345_525].map(formatTokens), [
      '16',
      '512',
      '1,000',
      '1K',
      '128K',
      '1,536',
      '1M',
      '345,525',
    ]);
    assert.equal(formatTokens(NaN), '–');
  });

  it('are powers in the range, thinned to the room', () => {
    assert.deepEqual(powerTicks(2, 250, 4100, 10), [256, 512, 1024, 2048, 4096]);
    assert.deepEqual(powerTicks(2, 250, 4100, 3), [256, 1024, 4096]);
    assert.deepEqual(powerTicks(10, 0.5, 2000, 10), [1, 10, 100, 1000]);
    assert.deepEqual(powerTicks(10, 0, 10, 5), []);
    assert.deepEqual(powerTicks(2, 1, Infinity, 5), []);
  });

  it('fall between decades where the range is short', () => {
    assert.deepEqual(decadeTicks(0.9, 12, 8), [1, 2, 5, 10]);
    assert.deepEqual(decadeTicks(0.9, 1200, 8), [1, 10, 100, 1000]);
  });

  it('of long durations are minutes and hours', () => {
    assert.deepEqual(durationTicks(50, 2e7, 12), [100, 1000, 1e4, 6e4, 6e5, 3.6e6]);
    assert.deepEqual(durationTicks(5, 500, 12), decadeTicks(5, 500, 12));
  });

  it('of bytes are round in binary units', () => {
    const gib = 2 ** 30;
    assert.deepEqual(
      byteTicks(100 * gib, 8)
        .map(formatBytes)
        .map(tickText),
      ['0 B', '16 GiB', '32 GiB', '48 GiB', '64 GiB', '80 GiB', '96 GiB'],
    );
    assert.deepEqual(byteTicks(NaN, 8), [0]);
  });

  it('stay within the range and the room', () => {
    const range = fc.tuple(
      fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
      fc.double({ min: 1, max: 1e9, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 20 }), ([low, factor], most) => {
        const high = low * factor;
        const ticks = powerTicks(10, low, high, most);
        return (
          ticks.length <= most && ticks.every((tick) => tick >= low * (1 - 1e-6) && tick <= high * (1 + 1e-6))
        );
      }),
    );
  });

  it('spread lengths evenly on a logarithmic axis', () => {
    assert.deepEqual(logSpaced(1, 16, 5), [1, 2, 4, 8, 16]);
    assert.deepEqual(logSpaced(1, 2, 10), [1, 2]);
    assert.equal(logPosition(10, 1, 100), 0.5);
    assert.equal(logPosition(5, 5, 5), 0.5);
  });
});
