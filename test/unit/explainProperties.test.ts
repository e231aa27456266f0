import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { explain } from '../../src/explain/explain';
import { figureKeys, figureOf } from '../../src/explain/figureKeys';
import { dtypes } from '../../src/model/dtype';
import type { AttentionSpec, ModelSpec } from '../../src/model/modelSpec';
import { optimizers, weightFormats } from '../../src/model/recipe';
import { oneStack } from '../fixtures/oneStack';

const attention: fc.Arbitrary<AttentionSpec> = fc
  .record({
    kvHeads: fc.integer({ min: 1, max: 16 }),
    group: fc.integer({ min: 1, max: 8 }),
    headDim: fc.integer({ min: 1, max: 256 }),
    causal: fc.boolean(),
    window: fc.option(fc.integer({ min: 1, max: 8192 }), { nil: undefined }),
    queryKeyNorm: fc.boolean(),
  })
  .map(({ group, window, ...rest }) => ({
    ...rest,
    heads: group * rest.kvHeads,
    ...(window === undefined ? {} : { window }),
  }));

const models: fc.Arbitrary<ModelSpec> = fc
  .record({
    hiddenSize: fc.integer({ min: 1, max: 20_000 }),
    vocabSize: fc.integer({ min: 1, max: 300_000 }),
    maxSequenceLength: fc.constant(4096),
    positions: fc.nat(5000),
    kinds: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('full_attention', 'sliding_attention', 'other'),
        layers: fc.integer({ min: 1, max: 100 }),
        attention,
      }),
      { minLength: 1, maxLength: 3, selector: ({ name }) => name },
    ),
    feedForward: fc.oneof(
      fc.record({
        kind: fc.constantFrom('gated' as const, 'plain' as const),
        intermediateSize: fc.integer({ min: 1, max: 80_000 }),
      }),
      fc.record({
        kind: fc.constantFrom('gated' as const, 'plain' as const),
        intermediateSize: fc.integer({ min: 1, max: 80_000 }),
        experts: fc.record({
          count: fc.integer({ min: 8, max: 64 }),
          active: fc.integer({ min: 1, max: 8 }),
          sharedSize: fc.nat(5000),
        }),
      }),
    ),
    bias: fc.boolean(),
    norm: fc.constantFrom('rms' as const, 'layer' as const),
    head: fc.record({
      kind: fc.constantFrom('language-model' as const, 'pooler' as const, 'none' as const),
      tied: fc.boolean(),
    }),
    dropout: fc.record({ attention: fc.constantFrom(0, 0.1), hidden: fc.constantFrom(0, 0.1) }),
    dtype: fc.constantFrom(...dtypes),
  })
  .map(oneStack);

const degree = fc.constantFrom(1, 2, 3, 8);

const conditions: fc.Arbitrary<EstimateOptions> = fc
  .record({
    sequenceLength: fc.integer({ min: 1, max: 2 ** 20 }),
    batch: fc.integer({ min: 1, max: 64 }),
    dtype: fc.constantFrom(...dtypes),
    cacheLayout: fc.constantFrom('window' as const, 'pages' as const),
    weightFormat: fc.constantFrom(...weightFormats),
    training: fc.record({
      optimizer: fc.constantFrom(...optimizers),
      masterWeights: fc.boolean(),
      float32Gradients: fc.boolean(),
      recomputation: fc.constantFrom('none' as const, 'selective' as const, 'full' as const),
      attention: fc.constantFrom('fused' as const, 'naive' as const),
    }),
    lora: fc.option(
      fc.record({
        rank: fc.integer({ min: 1, max: 256 }),
        targets: fc.constantFrom('all-linear' as const, ['q_proj', 'v_proj'], ['none of these']),
        baseFormat: fc.constantFrom(...weightFormats),
      }),
    ),
    parallelism: fc.record({
      data: degree,
      zeroStage: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
      tensor: degree,
      sequence: fc.boolean(),
      pipeline: degree,
      context: degree,
    }),
  })
  .map(({ lora, training, ...rest }) => ({
    ...rest,
    training: lora === null ? training : { ...training, lora },
  }));

describe('explain: properties', () => {
  it('has terms that sum to every figure of any model, and no symbol without a row', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(models, conditions, (model, options) => {
        const figures = estimate(model, options);
        for (const { key } of figureKeys) {
          const { terms, value, fields, formula } = explain(model, options, key, figures);
          assert.equal(value, figureOf(figures, key));
          const sum = terms.reduce((total, term) => total + term.value, 0);
          const scale = terms.reduce((total, term) => total + Math.abs(term.value), Math.abs(value));
          assert.ok(Math.abs(sum - value) <= 1e-12 * scale, `${key}: ${String(sum)} is not ${String(value)}`);
          assert.ok(terms.length <= 20, key);
          assert.equal(terms.length === 0, formula === '0', key);
          assert.ok(
            fields.every((row) => Number.isFinite(row.value)),
            key,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});
