import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EstimateOptions } from '../../src/cost/estimate';
import { inferenceMemory } from '../../src/cost/inferenceMemory';
import {
  longestThatFits,
  MAX_SEARCHED_LENGTH,
  memoryShares,
  type Workload,
} from '../../src/cost/longestSequence';
import { perDevice } from '../../src/cost/perDevice';
import { trainingMemory } from '../../src/cost/trainingMemory';
import type { ModelSpec } from '../../src/model/modelSpec';
import { anyModel, anyTraining } from '../fixtures/anyModel';
import { fixture, llama1b } from '../fixtures/readFixture';

const GiB = 2 ** 30;
const conditions = { batch: 2, dtype: 'bfloat16' } as const;

/** The peak at the length found is within the limit, and at the next one is not. */
function assertLongest(
  model: ModelSpec,
  options: Omit<EstimateOptions, 'sequenceLength'>,
  limit: number,
  what: Workload,
): number {
  const { sequenceLength: n, capped } = longestThatFits(model, options, limit, what);
  const peak = (sequenceLength: number): number =>
    perDevice(model, { ...options, sequenceLength })[what].peak;
  if (n > 0) assert.ok(peak(n) <= limit);
  if (!capped) assert.ok(peak(n + 1) > limit);
  return n;
}

describe('cost: the longest sequence that fits', () => {
  it('fits at the length found and not at the next, in inference and in training', () => {
    for (const model of [llama1b(), fixture('mistral-7b'), fixture('bert-base')]) {
      const n = assertLongest(model, conditions, 24 * GiB, 'inference');
      assert.ok(n > 0);
      assert.ok(inferenceMemory(model, { ...conditions, sequenceLength: n }).peak <= 24 * GiB);
    }
    const n = assertLongest(llama1b(), conditions, 80 * GiB, 'training');
    assert.ok(trainingMemory(llama1b(), { ...conditions, sequenceLength: n }).peak <= 80 * GiB);
    assert.ok(trainingMemory(llama1b(), { ...conditions, sequenceLength: n + 1 }).peak > 80 * GiB);
  });

  it('does so for any model under any recipe and degrees', () => {
    const degrees = fc.record({
      data: fc.constantFrom(1, 8),
      zeroStage: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
      tensor: fc.constantFrom(1, 2, 8),
      sequence: fc.boolean(),
      pipeline: fc.constantFrom(1, 4),
      context: fc.constantFrom(1, 2),
    });
    const gigabytes = fc.integer({ min: 1, max: 20_000 });
    const workload = fc.constantFrom<Workload>('inference', 'training');
    fc.assert(
      fc.property(
        anyModel,
        anyTraining,
        degrees,
        gigabytes,
        workload,
        (model, training, split, limit, what) => {
          assertLongest(model, { ...conditions, training, parallelism: split }, limit * GiB, what);
        },
      ),
      // Each is a search of some thirty estimates.
      { numRuns: 30 },
    );
  });

  it('is longer with recomputation and shorter with kept scores', () => {
    const longest = (training: EstimateOptions['training']): number =>
      longestThatFits(llama1b(), { ...conditions, training: { ...training } }, 80 * GiB, 'training')
        .sequenceLength;
    const plain = longest({});
    assert.ok(longest({ recomputation: 'full' }) > plain);
    assert.ok(longest({ attention: 'naive' }) < plain);
    assert.equal(longest({ attention: 'fused', recomputation: 'none' }), plain);
    assert.ok(longest({ attention: 'naive', recomputation: 'selective' }) > longest({ attention: 'naive' }));
  });

  it('is longer on each of more devices', () => {
    const longest = (parallelism: EstimateOptions['parallelism'], what: Workload): number =>
      longestThatFits(llama1b(), { ...conditions, parallelism: { ...parallelism } }, 24 * GiB, what)
        .sequenceLength;
    assert.ok(longest({ data: 8, zeroStage: 3 }, 'training') > longest({}, 'training'));
    assert.ok(longest({ context: 4 }, 'inference') > longest({ tensor: 2 }, 'inference'));
    assert.ok(longest({ tensor: 2 }, 'inference') > longest({}, 'inference'));
  });

  it('is longer for an adapter on 4-bit weights', () => {
    const lora = { rank: 16, targets: 'all-linear', baseFormat: 'nf4-double' } as const;
    const longest = (training: EstimateOptions['training']): number =>
      longestThatFits(fixture('qwen3-8b'), { ...conditions, training: { ...training } }, 24 * GiB, 'training')
        .sequenceLength;
    assert.equal(longest({}), 0);
    assert.ok(longest({ lora, recomputation: 'full' }) > 4096);
  });

  it('is 0 where the weights alone are too much, and capped where memory never ends', () => {
    const none = longestThatFits(llama1b(), conditions, GiB, 'inference');
    assert.equal(none.sequenceLength, 0);
    assert.equal(none.capped, false);
    const endless = longestThatFits(llama1b(), conditions, 1e18, 'inference');
    assert.equal(endless.sequenceLength, MAX_SEARCHED_LENGTH);
    assert.equal(endless.capped, true);
  });
});

describe('cost: what binds at the longest length', () => {
  it('is the KV cache of a long prefill, the weights where none fits, activations in training', () => {
    const first = (
      limit: number,
      what: Workload,
      training: EstimateOptions['training'] = {},
    ): string | undefined =>
      longestThatFits(llama1b(), { ...conditions, training }, limit, what).parts[0]?.part;
    // One layer's activations of 57 KiB a token are more than the cache of 32 KiB.
    assert.equal(first(24 * GiB, 'inference'), 'activations');
    assert.equal(first(GiB, 'inference'), 'weights');
    assert.equal(first(80 * GiB, 'training'), 'activations');
    assert.equal(first(80 * GiB, 'training', { attention: 'naive' }), 'scores');
    assert.equal(first(20 * GiB, 'training', { recomputation: 'full' }), 'optimizer');
  });

  it('has shares that add up to one, and bytes that add up to the peak, the greatest first', () => {
    fc.assert(
      fc.property(
        anyModel,
        anyTraining,
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom<Workload>('inference', 'training'),
        (model, training, sequenceLength, what) => {
          const options = { ...conditions, training, sequenceLength };
          const parts = memoryShares(model, options, what);
          const { peak } = perDevice(model, options)[what];
          const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
          assert.ok(Math.abs(bytes / peak - 1) < 1e-12);
          assert.ok(Math.abs(parts.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
          for (const [index, part] of parts.entries()) {
            assert.ok(part.bytes > 0);
            assert.ok(part.bytes <= (parts[index - 1]?.bytes ?? Infinity));
          }
        },
      ),
    );
  });
});
