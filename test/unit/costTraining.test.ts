import assert from 'node:assert/strict';
import { sumOf } from '../../src/cost/term';
import type { EstimateOptions } from '../../src/cost/estimate';
import type { ActivationItem } from '../../src/cost/layerActivations';
import { layerActivations } from '../../src/cost/layerActivations';
import { countParameters } from '../../src/cost/parameters';
import { outsideLayers, trainingMemory } from '../../src/cost/trainingMemory';
import type { ModelSpec } from '../../src/model/modelSpec';
import { gptStyle } from '../fixtures/gptStyle';
import { fixture, llama1b } from '../fixtures/readFixture';

const GiB = 2 ** 30;

/** What the first kind of layer keeps. */
function itemsOf(model: ModelSpec, options: EstimateOptions): ActivationItem[] {
  const [stack] = model.stacks;
  const [kind] = stack?.layerKinds ?? [];
  assert.ok(stack && kind);
  return layerActivations(model, stack, kind, options);
}

function kept(model: ModelSpec, options: EstimateOptions, keptBy: ActivationItem['keptBy']): number {
  return sumOf(itemsOf(model, options).filter((item) => item.keptBy === keptBy));
}

describe('cost: kept activations', () => {
  const [h, a, L] = [4096, 32, 32];
  const model = gptStyle(h, a, L);

  // Korthikanti et al. 2022 at L = 32, h = 4096, a = 32, b = 1.
  const naiveGiB: [number, number][] = [
    [1024, 9.25],
    [2048, 28.5],
    [4096, 97],
    [8192, 354],
    [16384, 1348],
  ];
  for (const [s, expected] of naiveGiB) {
    it(`is s·b·h·L·(34 + 5·a·s/h) = ${String(expected)} GiB at s = ${String(s)}, and 34·s·b·h·L fused`, () => {
      const options: EstimateOptions = { sequenceLength: s, batch: 1, dtype: 'bfloat16' };
      const { activationVariants, logits } = trainingMemory(model, options);
      const extras = logits + outsideLayers(model, options);
      assert.equal(activationVariants.naiveNone - extras, expected * GiB);
      assert.equal(L * kept(model, options, 'any'), (4.25 * s * GiB) / 1024);
      assert.equal(activationVariants.selective - extras, (4.25 * s * GiB) / 1024);
      // A fused kernel adds one float32 a row and head.
      assert.equal(activationVariants.fusedNone - activationVariants.selective, 4 * s * a * L);
    });
  }

  it('is 34·s·b·h and 5·a·s²·b a layer for other shapes and batches', () => {
    for (const [hidden, heads, s, b] of [
      [768, 12, 1024, 8],
      [1024, 16, 77, 3],
    ] as const) {
      const options: EstimateOptions = { sequenceLength: s, batch: b, dtype: 'float16' };
      const shape = gptStyle(hidden, heads, 12);
      assert.equal(kept(shape, options, 'any'), 34 * s * b * hidden);
      assert.equal(kept(shape, options, 'naive'), 5 * heads * s * s * b);
    }
  });

  it('keeps layer inputs and one layer under full recomputation', () => {
    const options: EstimateOptions = { sequenceLength: 1024, batch: 2, dtype: 'bfloat16' };
    const { activationVariants, logits } = trainingMemory(model, options);
    const tokens = 2 * 1024;
    const expected = 31 * 2 * tokens * h + 34 * tokens * h + 4 * tokens * a;
    assert.equal(activationVariants.full - logits - outsideLayers(model, options), expected);
  });

  it('itemises GQA, a gated MLP and no dropout', () => {
    const options: EstimateOptions = { sequenceLength: 100, batch: 1, dtype: 'bfloat16' };
    const llama = llama1b();
    // Norm inputs 2h, block inputs 2h, q and heads' output 2h, k and v 2·512, gate, up, act and product 4·8192.
    const elements = 6 * 2048 + 2 * 512 + 4 * 8192;
    assert.equal(kept(llama, options, 'any'), 2 * 100 * elements);
    assert.equal(kept(llama, options, 'naive'), 2 * 100 * 32 * 100);
    const qwen3 = fixture('qwen3-8b');
    const headNorms = itemsOf(qwen3, options).find(
      ({ label }) => label === 'inputs of the query and key norms',
    );
    assert.equal(headNorms?.value, 2 * 100 * (32 + 8) * 128);
  });

  it('keeps whole n × n scores of a windowed layer in a naive implementation', () => {
    const options: EstimateOptions = { sequenceLength: 8192, batch: 1, dtype: 'bfloat16' };
    assert.equal(kept(fixture('mistral-7b'), options, 'naive'), 2 * 32 * 8192 * 8192);
  });

  it('keeps the inputs of the last norm and of the head, and the embedding mask, outside the layers', () => {
    const options: EstimateOptions = { sequenceLength: 1024, batch: 2, dtype: 'bfloat16' };
    assert.equal(outsideLayers(model, options), 2 * 1024 * h * (2 + 2 + 1));
    assert.equal(outsideLayers(llama1b(), options), 2 * 1024 * 2048 * (2 + 2));
    assert.equal(outsideLayers(fixture('bert-base'), options), 2 * 1024 * 768 * (2 + 1));
  });

  it('keeps logits and their gradient in float32', () => {
    const options: EstimateOptions = { sequenceLength: 1024, batch: 2, dtype: 'bfloat16' };
    assert.equal(trainingMemory(llama1b(), options).logits, 8 * 2 * 1024 * 128256);
    assert.equal(trainingMemory(fixture('bert-base'), options).logits, 0);
  });
});

describe('cost: training state', () => {
  it('is 2 + 2 + 12 bytes a parameter in 16 bits and below, 4 + 4 + 8 in float32', () => {
    const llama = llama1b();
    const parameters = countParameters(llama).total;
    const at = (dtype: EstimateOptions['dtype']): number[] => {
      const memory = trainingMemory(llama, { sequenceLength: 1, batch: 1, dtype });
      assert.equal(memory.bytesPerParameter, 16);
      assert.equal(memory.total, memory.weights + memory.gradients + memory.optimizer + memory.activations);
      return [memory.weights, memory.gradients, memory.optimizer].map((bytes) => bytes / parameters);
    };
    assert.deepEqual(at('bfloat16'), [2, 2, 12]);
    assert.deepEqual(at('float32'), [4, 4, 8]);
    for (const dtype of ['float8', 'int8', 'int4'] as const) assert.deepEqual(at(dtype), [2, 2, 12]);
  });

  it('needs twice the activations in float32, masks and statistics aside', () => {
    const llama = llama1b();
    const at = (dtype: EstimateOptions['dtype']): number =>
      kept(llama, { sequenceLength: 512, batch: 1, dtype }, 'any');
    assert.equal(at('float32'), 2 * at('bfloat16'));
  });
});
