import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { parseDeviceSetting } from '../../src/devices/parseDeviceSetting';

describe('parseDeviceSetting', () => {
  it('reads a device with a rate for each precision', () => {
    const setting = {
      name: ' My card ',
      memoryGiB: 24,
      bandwidthGBps: 600.5,
      tflops: { float16: 125, float32: 31.2 },
    };
    assert.deepEqual(parseDeviceSetting(setting), {
      device: {
        id: 'user:My card',
        name: 'My card',
        vendor: 'other',
        memoryBytes: 24 * 2 ** 30,
        peakFlops: { float32: 31.2e12, float16: 125e12 },
        bandwidth: 600.5e9,
        source: 'your settings',
      },
    });
  });

  it('takes one rate as that of 16-bit products', () => {
    const parsed = parseDeviceSetting({ name: 'x', memoryGiB: 0.5, tflops: 312 });
    assert.ok('device' in parsed);
    assert.deepEqual(parsed.device.peakFlops, { float16: 312e12, bfloat16: 312e12 });
    assert.equal(parsed.device.bandwidth, undefined);
  });

  const good = { name: 'x', memoryGiB: 1 };
  const bad: readonly (readonly [value: unknown, problem: RegExp])[] = [
    [undefined, /^A device has to be an object\.$/],
    [null, /^A device has to be an object\.$/],
    ['A100', /^A device has to be an object\.$/],
    [[good], /“0” is no field|“name” is missing/],
    [{ memoryGiB: 1 }, /^“name” is missing\.$/],
    [{ name: 'x' }, /^“memoryGiB” is missing\.$/],
    [{ ...good, name: 7 }, /^“name” has to be text\.$/],
    [{ ...good, name: ' ' }, /^“name” must not be empty\.$/],
    [{ ...good, name: 'x'.repeat(101) }, /^“name” has to have 100 characters at the most\.$/],
    [{ ...good, memoryGiB: '24' }, /^“memoryGiB” has to be a number of GiB from 0\.001 to 100000\.$/],
    [{ ...good, memoryGiB: 0 }, /^“memoryGiB” has to be a number of GiB/],
    [{ ...good, memoryGiB: NaN }, /^“memoryGiB” has to be a number of GiB/],
    [{ ...good, memoryGiB: 85_899_345_920 }, /^“memoryGiB” has to be a number of GiB/],
    [{ ...good, bandwidthGBps: -1 }, /^“bandwidthGBps” has to be a number of GB\/s/],
    [{ ...good, bandwidthGBps: Infinity }, /^“bandwidthGBps” has to be a number of GB\/s/],
    [{ ...good, tflops: 'fast' }, /^“tflops” has to be a number of TFLOP\/s/],
    [{ ...good, tflops: { float16: null } }, /^“tflops\.float16” has to be a number of TFLOP\/s/],
    [{ ...good, tflops: { fp16: 1 } }, /^“tflops\.fp16” is no field of a device\.$/],
    [{ ...good, bandwidth: 1 }, /^“bandwidth” is no field of a device\.$/],
  ];
  for (const [value, problem] of bad) {
    it(`says what is wrong with ${inspect(value).slice(0, 60)}`, () => {
      const parsed = parseDeviceSetting(value);
      assert.ok('problem' in parsed);
      assert.match(parsed.problem, problem);
      assert.match(parsed.mend, /memoryGiB/);
    });
  }

  it('gives a device of finite figures, or a problem, for any value', () => {
    const loose = fc.record(
      {
        name: fc.oneof(fc.string(), fc.anything()),
        memoryGiB: fc.oneof(fc.double(), fc.anything()),
        bandwidthGBps: fc.oneof(fc.double(), fc.anything()),
        tflops: fc.oneof(fc.double(), fc.dictionary(fc.constantFrom('float16', 'int8'), fc.double())),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), loose), (value) => {
        const parsed = parseDeviceSetting(value);
        if (!('device' in parsed)) return;
        const { memoryBytes, bandwidth = 1, peakFlops } = parsed.device;
        for (const figure of [memoryBytes, bandwidth, ...Object.values(peakFlops)]) {
          assert.ok(Number.isFinite(figure) && figure > 0);
        }
      }),
    );
  });
});
