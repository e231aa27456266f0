import assert from 'node:assert/strict';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { inferenceMemory } from '../../src/cost/inferenceMemory';
import { kvCacheBytes, kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { fixture, llama1b } from '../fixtures/readFixture';

const GiB = 2 ** 30;

function at(
  sequenceLength: number,
  batch = 1,
  dtype: EstimateOptions['dtype'] = 'bfloat16',
): EstimateOptions {
  return { sequenceLength, batch, dtype };
}

describe('cost: KV cache', () => {
  it('is 32 KiB a token, 4 GiB at 131,072 tokens, for Llama 3.2 1B', () => {
    assert.equal(kvCacheBytesPerToken(llama1b(), 'bfloat16'), 32768);
    assert.equal(kvCacheBytes(llama1b(), at(131072)), 4 * GiB);
    assert.equal(kvCacheBytes(llama1b(), at(131072, 3)), 12 * GiB);
    assert.equal(kvCacheBytes(llama1b(), at(131072, 1, 'int4')), GiB);
  });

  it("stops at Mistral's window of 4096 tokens: 512 MiB", () => {
    assert.equal(kvCacheBytes(fixture('mistral-7b'), at(4096)), GiB / 2);
    assert.equal(kvCacheBytes(fixture('mistral-7b'), at(32768)), GiB / 2);
    assert.equal(kvCacheBytesPerToken(fixture('mistral-7b'), 'float16'), 131072);
  });

  it('is none for an encoder', () => {
    assert.equal(kvCacheBytes(fixture('bert-base'), at(512)), 0);
    assert.equal(kvCacheBytesPerToken(fixture('bert-base'), 'float16'), 0);
  });
});

describe('cost: inference memory', () => {
  it('itemises Llama 3.2 1B at 8192 tokens', () => {
    const memory = inferenceMemory(llama1b(), at(8192, 2));
    assert.equal(memory.weights, 2 * 1_235_814_400);
    // The MLP block is the greater: residual, input, activated gate, up and product.
    assert.equal(memory.parts.activations, 2 * 8192 * 2 * (2 * 2048 + 3 * 8192));
    assert.equal(memory.parts.logits, 2 * 4 * 128256);
    assert.equal(memory.parts.naiveScores, 2 * 2 * 32 * 8192 * 8192 * 2);
    assert.equal(memory.peakNaive - memory.peak, memory.parts.naiveScores);
  });

  it('takes the attention block where it is the greater', () => {
    const model = llama1b();
    const narrow = {
      ...model,
      stacks: model.stacks.map((stack) => ({
        ...stack,
        layerKinds: stack.layerKinds.map((kind) => ({
          ...kind,
          feedForward: { kind: 'gated' as const, intermediateSize: 64 },
        })),
      })),
    };
    const { activations } = inferenceMemory(narrow, at(10)).parts;
    assert.equal(activations, 10 * 2 * (2048 + 2048 + 2 * 512 + 2048));
  });

  it('holds activations in 16 bits under a smaller dtype of weights', () => {
    const quantised = inferenceMemory(llama1b(), at(1000, 1, 'int4'));
    const half = inferenceMemory(llama1b(), at(1000));
    assert.equal(quantised.weights, half.weights / 4);
    assert.equal(quantised.parts.activations, half.parts.activations);
  });
});

describe('cost: estimate', () => {
  it('has its conditions and the figures of the parts', () => {
    const figures = estimate(fixture('gpt2'), at(1024, 4, 'float16'));
    assert.equal(figures.sequenceLength, 1024);
    assert.equal(figures.batch, 4);
    assert.equal(figures.dtype, 'float16');
    assert.equal(figures.parameters.total, 124_439_808);
    assert.equal(figures.memory.weights, 248_879_616);
    assert.equal(figures.memory.kvCacheBytesPerToken, 36864);
    assert.equal(figures.memory.kvCache, 36864 * 1024 * 4);
  });

  it('refuses conditions that are none', () => {
    for (const wrong of [0, -1, 1.5, Number.NaN, Infinity]) {
      assert.throws(() => estimate(llama1b(), at(wrong)), /sequenceLength must be a positive whole number/);
      assert.throws(() => estimate(llama1b(), at(1, wrong)), /batch must be a positive whole number/);
    }
  });

  it('takes less than 5 ms', () => {
    const model = llama1b();
    estimate(model, at(1));
    const start = performance.now();
    for (let n = 1; n <= 100; n++) estimate(model, at(n));
    assert.ok((performance.now() - start) / 100 < 5);
  });
});
