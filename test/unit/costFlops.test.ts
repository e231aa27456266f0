import assert from 'node:assert/strict';
import { changedAttention } from '../fixtures/changedAttention';
import { countFlops } from '../../src/cost/flops';
import type { ModelSpec } from '../../src/model/modelSpec';
import { fixture, llama1b } from '../fixtures/readFixture';

describe('cost: FLOPs', () => {
  it('equals a sum over the matrix products of Llama 3.2 1B', () => {
    const n = 1000;
    const product = (m: number, k: number, columns: number): number => 2 * m * k * columns;
    const projections = 2 * product(n, 2048, 2048) + 2 * product(n, 2048, 512);
    const feedForward = 2 * product(n, 2048, 8192) + product(n, 8192, 2048);
    const attention = 32 * 2 * (2 * 64 * ((n * (n + 1)) / 2));
    const flops = countFlops(llama1b(), { sequenceLength: n, batch: 3 });
    assert.equal(flops.projectionsPrefill, 3 * 16 * projections);
    assert.equal(flops.feedForwardPrefill, 3 * 16 * feedForward);
    assert.equal(flops.attentionPrefill, 3 * 16 * attention);
    assert.equal(flops.logitsPrefill, 3 * product(n, 2048, 128256));
    assert.equal(
      flops.prefill,
      flops.projectionsPrefill + flops.feedForwardPrefill + flops.attentionPrefill + flops.logitsPrefill,
    );
  });

  it('adds up to one prefill when every token of the sequence is decoded', () => {
    // A cached token costs what it costs in a prefill: the identity ties the two formulas together.
    for (const model of [llama1b(), fixture('gpt2'), windowed(fixture('mistral-7b'), 5)]) {
      let decoded = 0;
      for (let n = 1; n <= 12; n++)
        decoded += countFlops(model, { sequenceLength: n, batch: 2 }).decodePerToken;
      assert.equal(decoded, countFlops(model, { sequenceLength: 12, batch: 2 }).prefill);
    }
  });

  it('stops growing with the cache once a window is full', () => {
    const model = fixture('mistral-7b');
    const at = (sequenceLength: number): number =>
      countFlops(model, { sequenceLength, batch: 1 }).decodePerToken;
    assert.ok(at(4095) < at(4096));
    assert.equal(at(4096), at(32768));
  });

  it('pools one position of an encoder, which decodes nothing', () => {
    const flops = countFlops(fixture('bert-base'), { sequenceLength: 512, batch: 4 });
    assert.equal(flops.decodePerToken, 0);
    assert.equal(flops.logitsPrefill, 0);
    assert.equal(flops.otherPrefill, 4 * 2 * 768 * 768);
    assert.equal(flops.attentionPrefill, 4 * 12 * 12 * 4 * 64 * 512 * 512);
  });
});

function windowed(model: ModelSpec, window: number): ModelSpec {
  return changedAttention(model, (attention) => ({ ...attention, window }));
}
