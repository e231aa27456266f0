import assert from 'node:assert/strict';
import { estimate } from '../../src/cost/estimateModel';
import { peakWithState } from '../../src/cost/peakWithState';
import { attentionKinds } from '../../src/model/attentionKinds';
import { llama1b } from '../fixtures/readFixture';

describe('peakWithState', () => {
  const model = llama1b();
  const options = { sequenceLength: 131_072, batch: 2, dtype: 'bfloat16' } as const;
  const [kind] = attentionKinds(model);
  assert.ok(kind);

  it('is the estimate itself where the state is the KV cache', () => {
    const { kvHeads, headDim } = kind.attention;
    const elements = 2 * options.batch * kvHeads * headDim * options.sequenceLength;
    const { inferencePeak, kvCache } = estimate(model, options).memory;
    assert.ok(kvCache > 0);
    assert.equal(peakWithState(model, options, kind, elements, 2), inferencePeak);
  });

  it('takes the cache off where nothing is kept, and grows by what is', () => {
    const { inferencePeak, kvCache } = estimate(model, options).memory;
    assert.equal(peakWithState(model, options, kind, 0, 2), inferencePeak - kvCache);
    assert.equal(peakWithState(model, options, kind, 1000, 2), inferencePeak - kvCache + kind.layers * 2000);
  });

  it('is unknown for layers that cache nothing', () => {
    const encoder = { ...model, stacks: model.stacks.map((stack) => ({ ...stack, generates: false })) };
    assert.equal(peakWithState(encoder, options, kind, 0, 2), undefined);
  });
});
