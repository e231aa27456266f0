import assert from 'node:assert/strict';
import fc from 'fast-check';
import { settingsInOrder, withSettings, type SettingChange } from '../../src/advisor/settings';
import { settingsThatFit } from '../../src/advisor/settingsThatFit';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import type { Workload } from '../../src/cost/longestSequence';
import type { ModelSpec } from '../../src/model/modelSpec';
import { fixture, llama1b } from '../fixtures/readFixture';

const GiB = 2 ** 30;
const models: readonly ModelSpec[] = [
  llama1b(),
  fixture('mistral-7b'),
  fixture('gpt2'),
  fixture('bert-base'),
  fixture('qwen3-8b'),
];

/** The whole estimate, as the `estimate` command prints it. */
function peakOf(model: ModelSpec, options: EstimateOptions, workload: Workload): number {
  return estimate(model, options).perDevice[workload].peak;
}

const questions = fc.record({
  model: fc.constantFrom(...models),
  workload: fc.constantFrom<Workload>('inference', 'training'),
  options: fc.record(
    {
      sequenceLength: fc.integer({ min: 1, max: 200_000 }),
      batch: fc.integer({ min: 1, max: 40 }),
      dtype: fc.constantFrom('float32' as const, 'bfloat16' as const, 'float8' as const),
      cacheDType: fc.constantFrom('float8' as const, 'int4' as const),
      cacheLayout: fc.constantFrom('pages' as const, 'window' as const),
      weightFormat: fc.constantFrom('none' as const, 'awq4' as const),
      training: fc.record(
        {
          optimizer: fc.constantFrom('adamw' as const, 'sgd' as const),
          recomputation: fc.constantFrom('none' as const, 'full' as const),
          attention: fc.constantFrom('naive' as const, 'fused' as const),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['sequenceLength', 'batch', 'dtype'] },
  ),
  /** Of what is needed as it is. */
  share: fc.double({ min: 0.02, max: 0.999, noNaN: true }),
});

function without(changes: readonly SettingChange[], left: SettingChange): SettingChange[] {
  return changes.filter((change) => change !== left);
}

describe('settingsThatFit', () => {
  it('names what fits by the formulas of the estimate, and nothing before it in the order does', () => {
    fc.assert(
      fc.property(questions, ({ model, workload, options, share }) => {
        const limit = share * peakOf(model, options, workload);
        const { cheapest } = settingsThatFit(model, options, limit, workload);
        if (cheapest === undefined) return;
        const { changes } = cheapest;
        const peak = peakOf(model, withSettings(options, changes), workload);
        assert.equal(cheapest.peakBytes, peak);
        assert.ok(peak <= limit);
        const order = settingsInOrder(options, workload);
        const smaller = changes.find((change) => change.setting === 'batch');
        const kept = changes.filter((change) => change !== smaller);
        const place = order.findIndex((each) => JSON.stringify(each) === JSON.stringify(kept));
        const fits = (each: readonly SettingChange[]): boolean =>
          peakOf(model, withSettings(options, each), workload) <= limit;
        if (smaller === undefined) {
          assert.ok(place >= 0);
          assert.ok(!order.slice(0, place).some(fits));
          return;
        }
        assert.ok(smaller.value >= 1 && smaller.value < options.batch);
        assert.ok(place >= 0 || kept.length === 0);
        assert.ok(!order.some(fits));
        const one: SettingChange = { setting: 'batch', value: 1 };
        for (const before of place < 0 ? [] : [[], ...order.slice(0, place)])
          assert.ok(!fits([...before, one]));
        if (smaller.value + 1 < options.batch)
          assert.ok(!fits([...kept, { setting: 'batch', value: smaller.value + 1 }]));
      }),
      { numRuns: 300, seed: 20_170_612 },
    );
  });

  it('has no change in it that is not needed', () => {
    fc.assert(
      fc.property(questions, ({ model, workload, options, share }) => {
        const limit = share * peakOf(model, options, workload);
        const { cheapest } = settingsThatFit(model, options, limit, workload);
        for (const change of cheapest?.changes ?? []) {
          const rest = without(cheapest?.changes ?? [], change);
          // The other settings follow 16 bits, they do not come without.
          if (change.setting === 'dtype' && rest.length > 0) continue;
          assert.ok(peakOf(model, withSettings(options, rest), workload) > limit);
        }
      }),
      { numRuns: 150, seed: 20_170_613 },
    );
  });

  it('has the least peak where nothing fits, and nothing fits then', () => {
    fc.assert(
      fc.property(questions, ({ model, workload, options, share }) => {
        const limit = share * peakOf(model, options, workload);
        const { cheapest, least, smallerBatch } = settingsThatFit(model, options, limit, workload);
        assert.equal(cheapest === undefined, least !== undefined);
        if (least === undefined) return;
        assert.equal(smallerBatch, undefined);
        const one: SettingChange = { setting: 'batch', value: 1 };
        const peaks = [[], ...settingsInOrder(options, workload)].map((changes) =>
          peakOf(model, withSettings(options, [...changes, one]), workload),
        );
        assert.equal(least.peakBytes, Math.min(...peaks));
        assert.ok(least.peakBytes > limit);
        assert.equal(peakOf(model, withSettings(options, least.changes), workload), least.peakBytes);
      }),
      { numRuns: 150, seed: 20_170_614 },
    );
  });

  it('names adapters apart, where all weights cannot be trained, and they fit by the formulas of the estimate', () => {
    const found = fc.sample(questions, { numRuns: 200, seed: 20_170_615 }).flatMap((question) => {
      const { model, options, share } = question;
      const limit = share * peakOf(model, options, 'training');
      const { cheapest, adapters } = settingsThatFit(model, options, limit, 'training');
      if (adapters === undefined) return [];
      assert.equal(cheapest, undefined);
      assert.equal(adapters.changes[0]?.setting, 'adapters');
      const adapted = withSettings(options, adapters.changes);
      assert.equal(peakOf(model, adapted, 'training'), adapters.peakBytes);
      assert.ok(adapters.peakBytes <= limit);
      assert.equal(adapted.training?.lora?.rank, 16);
      return [adapters];
    });
    assert.ok(found.length > 0);
    const options = { sequenceLength: 2048, batch: 1, dtype: 'bfloat16' } as const;
    const { adapters } = settingsThatFit(fixture('mistral-7b'), options, 23.5 * GiB, 'training');
    assert.deepEqual(
      adapters?.changes.map(({ setting }) => setting),
      ['adapters', 'recomputation'],
    );
  });

  it('takes a KV cache in 8 bits before anything else, with the attention as it is', () => {
    const options = { sequenceLength: 300_000, batch: 1, dtype: 'bfloat16' } as const;
    const limit = 23.5 * GiB;
    const { cheapest } = settingsThatFit(llama1b(), options, limit, 'inference');
    assert.deepEqual(cheapest?.changes, [{ setting: 'cacheDType', value: 'float8' }]);
    const { peak } = estimate(llama1b(), { ...options, cacheDType: 'float8' }).perDevice.inference;
    assert.equal(cheapest.peakBytes, peak);
    assert.ok(estimate(llama1b(), options).perDevice.inference.peak > limit && peak <= limit);
  });

  it('offers the greatest smaller batch beside it, which changes no result', () => {
    const options = { sequenceLength: 131_072, batch: 4, dtype: 'bfloat16' } as const;
    const { cheapest, smallerBatch } = settingsThatFit(llama1b(), options, 40 * GiB, 'inference');
    assert.deepEqual(cheapest?.changes[0], { setting: 'cacheDType', value: 'float8' });
    assert.deepEqual(smallerBatch?.changes, [{ setting: 'batch', value: 3 }]);
  });

  it('leaves alone what is quantised already, and what a server does not have', () => {
    const names = (changes: Partial<EstimateOptions>): string[] =>
      settingsInOrder({ sequenceLength: 8, batch: 1, dtype: 'bfloat16', ...changes }, 'inference').map(
        (set) => set.map((change) => String(change.value)).join(' '),
      );
    assert.deepEqual(names({ weightFormat: 'awq4' }), ['float8', 'int4']);
    assert.deepEqual(names({ weightFormat: 'awq4', cacheDType: 'int4' }), []);
    assert.deepEqual(names({ cacheLayout: 'pages' }), ['float8', 'fp8', 'float8 fp8', 'nf4', 'float8 nf4']);
    assert.deepEqual(names({ dtype: 'float32', weightFormat: 'awq4', cacheDType: 'int4' }), ['bfloat16']);
  });

  it('offers recomputation and 8-bit states of Adam for training, whichever is not there', () => {
    const names = (training: EstimateOptions['training']): string[] =>
      settingsInOrder(
        { sequenceLength: 8, batch: 1, dtype: 'bfloat16', ...(training && { training }) },
        'training',
      ).map((set) => set.map(({ setting }) => setting).join(' '));
    assert.deepEqual(names(undefined), ['recomputation', 'optimizer', 'recomputation optimizer']);
    assert.deepEqual(names({ recomputation: 'full', optimizer: 'sgd' }), []);
    assert.deepEqual(names({ attention: 'naive', recomputation: 'full', optimizer: 'sgd' }), ['attention']);
    const lora = { rank: 8, targets: 'all-linear', baseFormat: 'none' } as const;
    assert.deepEqual(names({ recomputation: 'full', optimizer: 'sgd', lora }), ['adapterBase']);
  });
});
