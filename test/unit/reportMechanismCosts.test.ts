import assert from 'node:assert/strict';
import type { AttentionMechanism, AttentionShape } from '../../src/attention/mechanism';
import { hierarchical } from '../../src/attention/hierarchical';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { linear } from '../../src/attention/linear';
import { MechanismCosts } from '../../src/report/mechanismCosts';

const shape: AttentionShape = {
  batch: 1,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  n: 1024,
  causal: true,
  dtype: 'float32',
};

describe('MechanismCosts', () => {
  it('asks for the cost of a length once, and gives what the formulas give', () => {
    let asked = 0;
    const counted: AttentionMechanism = {
      ...slidingWindow,
      cost: (...of) => {
        asked++;
        return slidingWindow.cost(...of);
      },
    };
    const costs = new MechanismCosts(counted, shape, { window: 64 });
    const { flops, compulsoryBytes, workspaceBytes } = slidingWindow.cost(
      { ...shape, n: 512 },
      { window: 64 },
    );
    for (let time = 0; time < 3; time++) {
      assert.deepEqual(costs.at(512), { flops, bytes: compulsoryBytes + workspaceBytes });
    }
    assert.equal(asked, 1);
    costs.at(256);
    assert.equal(asked, 2);
  });

  it('knows what it is of', () => {
    const costs = new MechanismCosts(slidingWindow, shape, { window: 64 });
    assert.ok(costs.isOf(shape, { window: 64 }));
    assert.ok(!costs.isOf(shape, { window: 65 }));
    assert.ok(!costs.isOf({ ...shape, dtype: 'float16' }, { window: 64 }));
    assert.ok(!costs.isOf({ ...shape, n: 2048 }, { window: 64 }));
  });

  it('counts what is kept between tokens, of causal shapes that decode alone', () => {
    const step = linear.decode?.(shape, {});
    assert.ok(step);
    assert.equal(new MechanismCosts(linear, shape, {}).keptElements(), step.stateBytes / 4);
    assert.equal(new MechanismCosts(linear, { ...shape, causal: false }, {}).keptElements(), undefined);
    assert.equal(new MechanismCosts(hierarchical, shape, { block: 64 }).keptElements(), undefined);
  });
});
