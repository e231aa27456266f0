import assert from 'node:assert/strict';
import {
  fits,
  MAX_DEGREE,
  memoryBounds,
  parallelDegrees,
  shownDegrees,
  shownRefusals,
  smallestThatFits,
  type DegreeCost,
  type Split,
} from '../../src/cost/parallelDegrees';
import { perDevice } from '../../src/cost/perDevice';
import type { ModelSpec } from '../../src/model/modelSpec';
import { gptStyle } from '../fixtures/gptStyle';
import { deepseekV3, gptOss20b, mixtral8x7b } from '../fixtures/publishedModels';

const scenario = { sequenceLength: 4096, batch: 1, dtype: 'bfloat16' } as const;
const GiB = 2 ** 30;

function costOf(costs: readonly DegreeCost[], split: Split | undefined, degree: number): DegreeCost {
  const found = costs.find((cost) => cost.split === split && cost.degree === degree);
  return found ?? assert.fail(`${split ?? 'one'} × ${String(degree)}`);
}

function degreesOf(model: ModelSpec, split: Split, sequenceLength = 4096): number[] {
  const { costs } = parallelDegrees(model, { ...scenario, sequenceLength });
  return costs.filter((cost) => cost.split === split).map(({ degree }) => degree);
}

describe('the degrees of parallelism', () => {
  const model = gptStyle(512, 8, 2);
  const { costs } = parallelDegrees(model, { ...scenario, parallelism: { tensor: 4, data: 3 } });
  const alone = costOf(costs, undefined, 1).perDevice;

  it('begin with one device, whatever the recipe says', () => {
    assert.equal(alone.devices, 1);
    assert.equal(costs[0]?.degree, 1);
  });

  it('leave a replica as it is under plain data parallelism, and split its training state under ZeRO stage 3', () => {
    const { perDevice: data } = costOf(costs, 'data', 8);
    const { perDevice: zero } = costOf(costs, 'zero', 8);
    assert.deepEqual(data.flops, alone.flops);
    assert.equal(data.training.peak, alone.training.peak);
    assert.equal(zero.training.optimizer, alone.training.optimizer / 8);
  });

  it('divide the work, and by heads, layers or tokens the cache', () => {
    for (const split of ['tensor', 'pipeline', 'context'] as const) {
      const { perDevice: half } = costOf(costs, split, 2);
      assert.equal(half.flops.prefill, alone.flops.prefill / 2);
      assert.equal(half.inference.kvCache, alone.inference.kvCache / 2);
    }
  });

  it('are the powers of two up to the greatest that divides what is split', () => {
    assert.equal(MAX_DEGREE, 64);
    assert.deepEqual(degreesOf(model, 'zero'), [2, 4, 8, 16, 32, 64]);
    assert.deepEqual(degreesOf(model, 'tensor'), [2, 4, 8]);
    assert.deepEqual(degreesOf(gptStyle(768, 12, 2), 'tensor'), [2, 4]);
    assert.deepEqual(degreesOf(model, 'pipeline'), [2]);
    assert.deepEqual(degreesOf(model, 'context', 1000), [2, 4, 8]);
    assert.deepEqual(degreesOf(model, 'context', 197), []);
  });

  it('spread experts over data-parallel devices, and only where there are any', () => {
    assert.deepEqual(degreesOf(model, 'expert'), []);
    assert.deepEqual(degreesOf(mixtral8x7b(), 'expert'), [2, 4, 8]);
    assert.deepEqual(degreesOf(gptOss20b(), 'expert'), [2, 4, 8, 16, 32]);
    assert.deepEqual(degreesOf(deepseekV3(), 'expert'), [2, 4, 8, 16, 32, 64]);
    const mixtral = mixtral8x7b();
    const { costs: spread, refused } = parallelDegrees(mixtral, scenario);
    const { perDevice: eight } = costOf(spread, 'expert', 8);
    assert.deepEqual(eight, perDevice(mixtral, { ...scenario, parallelism: { data: 8, expert: 8 } }));
    // 32 layers × 8 experts × 3 matrices of 4096 × 14336, of which seven eighths are elsewhere, in bfloat16.
    const elsewhere = (7 / 8) * 32 * 8 * 3 * 4096 * 14336 * 2;
    const whole = costOf(spread, undefined, 1).perDevice.inference.weights;
    assert.equal(eight.inference.weights, whole - elsewhere);
    assert.equal(eight.flops.prefill, costOf(spread, undefined, 1).perDevice.flops.prefill);
    assert.match(
      refused
        .filter(({ split }) => split === 'expert')
        .flatMap(({ problems }) => problems)
        .join(' '),
      /Expert degree 16 does not divide the 8 experts\./,
    );
  });
});

describe('the smallest split that fits', () => {
  const model = mixtral8x7b();
  const { costs } = parallelDegrees(model, scenario);

  it('is one device where that is enough', () => {
    const bounds = { inference: 1024 * GiB, training: 1024 * GiB };
    for (const what of ['inference', 'training'] as const) {
      assert.deepEqual(smallestThatFits(costs, bounds, what), costs[0]);
    }
  });

  it('has room where no fewer devices have, and of equally many needs the least', () => {
    for (const what of ['inference', 'training'] as const) {
      const peaks = costs.map(({ perDevice: each }) => each[what].peak);
      const met = new Set<number>();
      for (const bytes of peaks) {
        const bounds = { inference: bytes, training: bytes };
        const found = smallestThatFits(costs, bounds, what) ?? assert.fail();
        met.add(found.degree);
        assert.ok(found.perDevice[what].peak <= bytes);
        for (const other of costs) {
          const peak = other.perDevice[what].peak;
          if (other.degree < found.degree) assert.ok(peak > bytes);
          if (other.degree === found.degree) assert.ok(peak >= found.perDevice[what].peak);
        }
      }
      assert.ok(met.size > 2, `${what}: ${[...met].join()}`);
      const bytes = Math.min(...peaks) - 1;
      assert.equal(smallestThatFits(costs, { inference: bytes, training: bytes }, what), undefined);
    }
  });

  it('keeps each use to its own bound', () => {
    const { inference, training } = costOf(costs, 'tensor', 8).perDevice;
    const tensor8 = costOf(costs, 'tensor', 8);
    const tight = { inference: inference.peak, training: training.peak - 1 };
    assert.equal(fits(tensor8, tight, 'inference'), true);
    assert.equal(fits(tensor8, tight, 'training'), false);
    assert.deepEqual(memoryBounds(100, { of: 0.9, key: 'x' }), { inference: 90, training: 100 });
    assert.equal(memoryBounds(0, undefined), undefined);
    assert.equal(memoryBounds(undefined, undefined), undefined);
  });
});

describe('the degrees that a table shows', () => {
  const shown = (model: ModelSpec, bytes?: number): string[] => {
    const { costs } = parallelDegrees(model, scenario);
    const bounds = bytes === undefined ? undefined : { inference: bytes, training: bytes };
    return shownDegrees(costs, bounds).map(({ split, degree }) => `${split ?? 'one'} ${String(degree)}`);
  };

  it('are the least and the greatest up to 8 of each split', () => {
    const rows = shown(gptStyle(768, 12, 2));
    assert.deepEqual(rows, [
      'one 1',
      'data 2',
      'data 8',
      'zero 2',
      'zero 8',
      'tensor 2',
      'tensor 4',
      'pipeline 2',
      'context 2',
      'context 8',
    ]);
  });

  it('and those with which inference or training begins to fit', () => {
    const model = mixtral8x7b();
    const { costs } = parallelDegrees(model, scenario);
    const { perDevice: four } = costOf(costs, 'tensor', 4);
    assert.ok(shown(model, four.inference.peak).includes('tensor 4'));
    assert.ok(!shown(model).includes('tensor 4'));
    const { perDevice: many } = costOf(costs, 'zero', 32);
    assert.ok(shown(model, many.training.peak).includes('zero 32'));
  });

  it('tell once of a split that no degree can do, and of the usual degrees that others cannot', () => {
    const falcon = shownRefusals(parallelDegrees(gptStyle(4544, 71, 8), scenario));
    assert.deepEqual(
      falcon.impossible.map(({ split, degree }) => [split, degree]),
      [['tensor', 2]],
    );
    assert.deepEqual(falcon.some, []);
    const shallow = shownRefusals(parallelDegrees(gptStyle(512, 8, 2), scenario));
    assert.deepEqual(shallow.impossible, []);
    assert.deepEqual(
      shallow.some.map(({ split, degree }) => [split, degree]),
      [['pipeline', 8]],
    );
  });
});
