import assert from 'node:assert/strict';
import fc from 'fast-check';
import { roofline } from '../../src/cost/roofline';
import { knownDevices } from '../../src/devices/deviceTable';
import { dtypes } from '../../src/model/dtype';

const a100 = {
  peakFlops: { float32: 19.5e12, tf32: 156e12, float16: 312e12, bfloat16: 312e12 },
  bandwidth: 2.039e12,
};
const amount = fc.integer({ min: 1, max: 1e15 });

describe('roofline', () => {
  it('takes the longer of the two times', () => {
    const result = roofline({ flops: 312e12, bytes: 2.039e9 }, a100, 'bfloat16');
    assert.deepEqual(result, {
      seconds: 1,
      bound: 'compute',
      computeSeconds: 1,
      memorySeconds: 0.001,
      intensity: 312e12 / 2.039e9,
      ridge: 312 / 2.039,
      precision: 'bfloat16',
    });
  });

  it('finds the decode of a 7 B model in float16 bound by memory: 2 FLOPs for 2 bytes of each weight', () => {
    const result = roofline({ flops: 2 * 7e9, bytes: 2 * 7e9 }, a100, 'float16');
    assert.equal(result.bound, 'memory');
    assert.equal(result.intensity, 1);
    assert.equal(result.seconds, 14e9 / 2.039e12);
  });

  it('changes the bound at the ridge', () => {
    const device = { peakFlops: { float16: 1000 }, bandwidth: 10 };
    assert.equal(roofline({ flops: 99, bytes: 1 }, device, 'float16').bound, 'memory');
    assert.equal(roofline({ flops: 100, bytes: 1 }, device, 'float16').bound, 'compute');
    assert.equal(roofline({ flops: 100, bytes: 1 }, device, 'float16').ridge, 100);
  });

  it('names the bound by the side of the ridge on which the intensity is', () => {
    fc.assert(
      fc.property(amount, amount, (flops, bytes) => {
        const { bound, intensity = 0, ridge = 0 } = roofline({ flops, bytes }, a100, 'float16');
        fc.pre(Math.abs(intensity / ridge - 1) > 1e-9);
        assert.equal(bound, intensity > ridge ? 'compute' : 'memory');
      }),
    );
  });

  it('never takes less time for more work or for a slower device', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (flops, bytes, moreFlops, moreBytes) => {
        const time = roofline({ flops, bytes }, a100, 'float16').seconds ?? NaN;
        const more = { flops: flops + moreFlops, bytes: bytes + moreBytes };
        assert.ok((roofline(more, a100, 'float16').seconds ?? NaN) >= time);
        const slower = { peakFlops: { float16: 311e12 }, bandwidth: 2e12 };
        assert.ok((roofline({ flops, bytes }, slower, 'float16').seconds ?? NaN) >= time);
      }),
    );
  });

  it('divides both peaks by the share that is attained, which leaves the bound as it is', () => {
    const work = { flops: 312e12, bytes: 2.039e12 };
    const half = roofline(work, a100, 'float16', 0.5);
    assert.equal(half.computeSeconds, 2);
    assert.equal(half.memorySeconds, 2);
    assert.equal(half.bound, roofline(work, a100, 'float16').bound);
    for (const share of [0, -1, 1.1, NaN])
      assert.equal(roofline(work, a100, 'float16', share).seconds, undefined);
  });

  it('widens a dtype that the device has no rate for, and says to what', () => {
    const work = { flops: 1, bytes: 1 };
    const t4 = { peakFlops: { float32: 8e12, float16: 65e12, int8: 130e12 }, bandwidth: 320e9 };
    assert.equal(roofline(work, t4, 'bfloat16').precision, 'float32');
    assert.equal(roofline(work, t4, 'float8').precision, 'float16');
    assert.equal(roofline(work, t4, 'int8').precision, 'int8');
    assert.equal(roofline(work, t4, 'int4').precision, 'float16');
    assert.equal(roofline(work, t4, 'tf32').precision, 'float32');
    assert.equal(roofline(work, a100, 'float32').precision, 'float32');
    assert.equal(roofline(work, a100, 'tf32').precision, 'tf32');
    assert.equal(
      roofline(work, { peakFlops: { bfloat16: 1 }, bandwidth: 1 }, 'float32').precision,
      undefined,
    );
  });

  it('gives the time that is known where the other is not, without a bound', () => {
    const work = { flops: 10, bytes: 20 };
    assert.deepEqual(roofline(work, { peakFlops: { float16: 5 } }, 'float16'), {
      seconds: 2,
      bound: 'unknown',
      computeSeconds: 2,
      intensity: 0.5,
      precision: 'float16',
    });
    assert.deepEqual(roofline(work, { peakFlops: {}, bandwidth: 5 }, 'float16'), {
      seconds: 4,
      bound: 'unknown',
      memorySeconds: 4,
      intensity: 0.5,
    });
    assert.deepEqual(roofline(work, { peakFlops: {} }, 'float16'), { bound: 'unknown', intensity: 0.5 });
  });

  it('takes no time for no work, and has no intensity where nothing is moved', () => {
    const idle = roofline({ flops: 0, bytes: 0 }, a100, 'float16');
    assert.equal(idle.seconds, 0);
    assert.equal(idle.bound, 'unknown');
    assert.equal(idle.intensity, undefined);
    assert.equal(roofline({ flops: 0, bytes: 1 }, a100, 'float16').bound, 'memory');
    const resident = roofline({ flops: 1, bytes: 0 }, a100, 'float16');
    assert.equal(resident.bound, 'compute');
    assert.equal(resident.intensity, undefined);
  });

  it('has only finite figures that are not negative, for any numbers', () => {
    fc.assert(
      fc.property(
        fc.double(),
        fc.double(),
        fc.double(),
        fc.double(),
        fc.double(),
        fc.constantFrom(...dtypes),
        (flops, bytes, peak, bandwidth, share, dtype) => {
          const device = { peakFlops: { float32: peak, float16: peak }, bandwidth };
          const { seconds, computeSeconds, memorySeconds, intensity, ridge } = roofline(
            { flops, bytes },
            device,
            dtype,
            share,
          );
          for (const figure of [seconds, computeSeconds, memorySeconds, intensity, ridge]) {
            assert.ok(figure === undefined || (Number.isFinite(figure) && figure >= 0));
          }
        },
      ),
    );
  });

  it('knows both bounds of every data-sheet GPU for a 16-bit model', () => {
    const gpus = knownDevices().filter(({ peakFlops }) => peakFlops.float16 !== undefined);
    assert.ok(gpus.length > 90);
    for (const gpu of gpus) {
      assert.notEqual(roofline({ flops: 1e12, bytes: 1e9 }, gpu, 'float16').bound, 'unknown', gpu.name);
    }
  });
});
