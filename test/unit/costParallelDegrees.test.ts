import assert from 'node:assert/strict';
import { parallelDegrees, type DegreeCost, type Split } from '../../src/cost/parallelDegrees';
import { parallelDegreesSection } from '../../src/report/parallelDegreesSection';
import { gptStyle } from '../fixtures/gptStyle';

const scenario = { sequenceLength: 4096, batch: 1, dtype: 'bfloat16' } as const;

describe('the degrees of parallelism', () => {
  const model = gptStyle(512, 8, 2);
  const costs = parallelDegrees(model, { ...scenario, parallelism: { tensor: 4, data: 3 } });
  const of = (split: Split | undefined, degree: number): DegreeCost => {
    const found = costs.find((cost) => cost.split === split && cost.degree === degree);
    assert.ok(found, `${split ?? 'one'} × ${String(degree)}`);
    return found;
  };
  const alone = of(undefined, 1).perDevice;
  assert.ok(alone);

  it('begin with one device, whatever the recipe says', () => {
    assert.equal(alone.devices, 1);
    assert.equal(costs[0]?.degree, 1);
  });

  it('leave a replica as it is under plain data parallelism, and split its training state under ZeRO stage 3', () => {
    const { perDevice: data } = of('data', 8);
    const { perDevice: zero } = of('zero', 8);
    assert.ok(data && zero);
    assert.deepEqual(data.flops, alone.flops);
    assert.equal(data.training.peak, alone.training.peak);
    assert.equal(zero.training.optimizer, alone.training.optimizer / 8);
  });

  it('divide the work, and by heads, layers or tokens the cache', () => {
    for (const split of ['tensor', 'pipeline', 'context'] as const) {
      const { perDevice } = of(split, 2);
      assert.ok(perDevice, split);
      assert.equal(perDevice.flops.prefill, alone.flops.prefill / 2);
      assert.equal(perDevice.inference.kvCache, alone.inference.kvCache / 2);
    }
  });

  it('say why a model cannot be split so', () => {
    const pipeline = of('pipeline', 8);
    assert.equal(pipeline.perDevice, undefined);
    assert.match(pipeline.problems.join(' '), /Pipeline degree 8 is more than the 2 layers/);
    const section = parallelDegreesSection({ model, scenario });
    const row = section.table?.rows.find(
      ([title, devices]) => title === 'pipeline parallel' && devices === '8',
    );
    assert.deepEqual(row?.slice(2), ['–', '–', '–', '–']);
    assert.ok(section.remarks.some((remark) => remark.includes('Pipeline degree 8')));
  });
});
