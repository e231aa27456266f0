import assert from 'node:assert/strict';
import fc from 'fast-check';
import { replacementWithSettings } from '../../src/advisor/replacementWithSettings';
import { settingsInOrder, withSettings, type SettingChange } from '../../src/advisor/settings';
import { resolveParameters, type AttentionShape } from '../../src/attention/mechanism';
import { mechanismById, replacements } from '../../src/attention/registry';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { attentionKinds, type AttentionKind } from '../../src/model/attentionKinds';
import type { ModelSpec } from '../../src/model/modelSpec';
import { MechanismCosts } from '../../src/report/mechanismCosts';
import { ReplacedPeak } from '../../src/report/replacedPeak';
import type { Advice, MechanismResult } from '../../src/report/report';
import { ReportBuilder } from '../../src/report/reportBuilder';
import { StatePeaks } from '../../src/report/statePeaks';
import { sampleDevice, samplePoint, unverifiedPoint } from '../fixtures/eventSamples';
import { result } from '../fixtures/madeUpResults';
import { llama2Of7B, llama31Of8B, mixtral8x7b } from '../fixtures/publishedModels';
import { llama1b } from '../fixtures/readFixture';
import { profileJob } from '../fixtures/profileJob';

const GiB = 2 ** 30;
const ids = ['sliding-window', 'attention-sinks', 'performer', 'grouped-query', 'latent-kv'] as const;
type Id = (typeof ids)[number];

/** What a generator makes. */
type Made<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

interface Run {
  readonly model: ModelSpec;
  readonly options: EstimateOptions;
  /** In the order of their made-up times, the fastest first. */
  readonly measured: readonly Id[];
  readonly memoryBytes: number;
}

interface Found {
  readonly advice: Advice;
  readonly rows: readonly MechanismResult[];
}

/** The report of a run in which `measured` verified at 1,024 tokens; times are made up. */
function adviceOf({ model, options, measured, memoryBytes }: Run, unverified: readonly Id[] = []): Found {
  const [kind] = attentionKinds(model);
  assert.ok(kind);
  const builder = new ReportBuilder(
    profileJob({
      model,
      scenario: options,
    }),
    11,
  );
  builder.add({ type: 'device', device: { ...sampleDevice, memoryBytes } });
  for (const id of measured) {
    const parameters = resolveParameters(mechanismById(id), shapeOf(kind, options));
    const point = unverified.includes(id)
      ? unverifiedPoint(1024)
      : samplePoint(1024, 10 ** measured.indexOf(id));
    builder.add({ type: 'point', layerKind: kind.name, mechanism: id, parameters, point });
  }
  builder.end({ state: 'complete' });
  const [{ advice, replacements: rows } = assert.fail()] = builder.report().layerKinds;
  assert.ok(advice);
  return { advice, rows };
}

function peakOf(model: ModelSpec, options: EstimateOptions): number {
  return estimate(model, options).perDevice.inference.peak;
}

/** The peak with a replacement alone, asked anew under the conditions that settings make. */
function peakWith(
  run: Pick<Run, 'model' | 'options'>,
  id: string,
  changes: readonly SettingChange[],
): number {
  const { model } = run;
  const scenario = withSettings(run.options, changes);
  const [kind] = attentionKinds(model);
  assert.ok(kind);
  const mechanism = mechanismById(id);
  const parameters = resolveParameters(mechanism, shapeOf(kind, run.options));
  const costs = new MechanismCosts(mechanism, shapeOf(kind, scenario), parameters);
  const job = { model, scenario };
  const peak = new ReplacedPeak(job, kind, mechanism, parameters, costs, new StatePeaks(job, kind));
  return peak.with([]) ?? Infinity;
}

function shapeOf({ attention }: AttentionKind, { batch, sequenceLength }: EstimateOptions): AttentionShape {
  const { heads, kvHeads, headDim, causal } = attention;
  return { batch, heads, kvHeads, headDim, causal, n: sequenceLength, dtype: 'float32' };
}

const nf4: SettingChange = { setting: 'weightFormat', value: 'nf4' };
const float8: SettingChange = { setting: 'cacheDType', value: 'float8' };
const one: SettingChange = { setting: 'batch', value: 1 };
/** Weights of 15 GiB, a KV cache of 16 GiB and activations of more than 12 GiB. */
const long: Run = {
  model: llama31Of8B(),
  options: { sequenceLength: 131_072, batch: 1, dtype: 'bfloat16' },
  measured: ['sliding-window', 'performer', 'grouped-query'],
  memoryBytes: 20 * GiB,
};

describe('advice about memory, for Llama 3.1 8B', () => {
  it('looks for no pair where it fits, where settings do, and where a replacement does', () => {
    const fits = adviceOf({ ...long, memoryBytes: 80 * GiB }).advice;
    assert.equal(fits.inference?.fits, true);
    assert.match(
      fits.sentences[0] ?? '',
      /^Inference at n = 131,072 with a batch of 1 fits on .*: projected peak 4\d\.\d GiB, 80\.0 GiB available\.$/,
    );
    const settings = adviceOf({ ...long, memoryBytes: 40 * GiB }).advice;
    assert.deepEqual(settings.inference?.cheapest?.changes, [float8]);
    assert.match(
      settings.sentences[1] ?? '',
      /^Cheapest change .*: KV cache in float8; projected inference peak 3\d\.\d GiB\. It asks for a runtime that quantizes /,
    );
    // Where no replacement alone is enough too.
    const only = adviceOf({ ...long, memoryBytes: 24 * GiB }).advice;
    assert.deepEqual([only.inference?.cheapest?.changes.length, only.cheapestThatFits], [2, undefined]);
    // With quantised weights only the cache is left, and 4 bits of it are too many.
    const options = { ...long.options, weightFormat: 'awq4' } as const;
    const replacement = adviceOf({ ...long, options }).advice;
    assert.equal(replacement.inference?.cheapest, undefined);
    assert.equal(replacement.cheapestThatFits, 'sliding-window');
    assert.match(
      replacement.sentences.slice(1, 3).join('\n'),
      /^No settings .* even with KV cache in int4, .* GiB\. With these settings .* \(projected\)\.\nCheapest replacement in these layers with which it fits: Sliding window \(window [\d,]+\); .* It changes the result and needs retraining\.$/,
    );
    for (const { pair, sentences } of [fits, settings, only, replacement]) {
      assert.equal(pair, undefined);
      assert.doesNotMatch(sentences.join(' '), /together/);
    }
  });

  it('names the cheapest pair where neither settings nor a replacement is enough', () => {
    const { advice, rows } = adviceOf(long);
    const { pair, inference, cheapestThatFits } = advice;
    assert.deepEqual([inference?.cheapest, cheapestThatFits], [undefined, undefined]);
    const window = rows.find(({ id }) => id === 'sliding-window');
    assert.deepEqual(pair, {
      replacement: 'sliding-window',
      parameters: window?.parameters,
      fits: true,
      changes: [nf4],
      peakBytes: peakWith(long, 'sliding-window', [nf4]),
    });
    // And as the row of a report says that is asked for with these weights from the start.
    const stored = adviceOf({ ...long, options: withSettings(long.options, [nf4]) }).rows;
    const row = stored.find(({ id }) => id === 'sliding-window');
    assert.equal(row?.modelPeakBytes, pair.peakBytes);
    const [, settings, alone, together] = advice.sentences;
    assert.match(settings ?? '', /^No settings .* even with KV cache in int4, weights stored as nf4, the /);
    assert.match(
      alone ?? '',
      /^None of the replacements that were measured in these layers .* 2\d\.\d GiB, with /,
    );
    assert.match(
      together ?? '',
      /^A replacement together with settings makes it fit; cheapest: Sliding window \(window [\d,]+\) in these layers, with weights stored as nf4; projected inference peak 1\d\.\d GiB, 20\.0 GiB available\. The settings ask for post-training quantization .*\. The replacement changes the result and needs retraining\.$/,
    );
  });

  it('says with what the peak is the least where not even a pair fits', () => {
    const { advice } = adviceOf({ ...long, memoryBytes: 8 * GiB });
    assert.equal(advice.pair?.fits, false);
    const least = advice.inference?.least?.peakBytes;
    assert.ok(least !== undefined && advice.pair.peakBytes > 8 * GiB && advice.pair.peakBytes < least);
    assert.match(
      advice.sentences[3] ?? '',
      /^No replacement together with settings makes it fit either: the least projected inference peak is 1\d\.\d GiB, with .* in these layers and .*weights stored as nf4; 8\.00 GiB available\.$/,
    );
  });

  it('keeps the batch with a pair where settings need a smaller one', () => {
    const options = { sequenceLength: 32_768, batch: 4, dtype: 'bfloat16' } as const;
    const { pair, inference, sentences } = adviceOf({ ...long, options }).advice;
    assert.ok(inference?.cheapest?.changes.some(({ setting }) => setting === 'batch'));
    assert.deepEqual(pair?.changes, [nf4]);
    assert.match(
      sentences[3] ?? '',
      /^With the batch of 4 kept, a replacement together with settings makes it fit; cheapest: Sliding window /,
    );
    // Where no pair keeps it, the smaller batch is the answer.
    const small = adviceOf({ ...long, options, memoryBytes: 14 * GiB }).advice;
    assert.ok(small.inference?.cheapest?.changes.some(({ setting }) => setting === 'batch'));
    assert.equal(small.pair, undefined);
  });

  it('takes a smaller batch as well where nothing else fits', () => {
    const options = { sequenceLength: 131_072, batch: 3, dtype: 'bfloat16' } as const;
    const { pair, inference } = adviceOf({ ...long, options }).advice;
    assert.equal(inference?.cheapest, undefined);
    assert.deepEqual([pair?.fits, pair?.changes], [true, [nf4, one]]);
    // The greatest that will do: each sequence of Llama 2 has 2.6 GiB of activations beside weights of 3.6 GiB.
    const quantised = { sequenceLength: 32_768, batch: 5, dtype: 'bfloat16', weightFormat: 'awq4' } as const;
    const run = { ...long, model: llama2Of7B(), options: quantised, memoryBytes: 9.5 * GiB };
    const { advice } = adviceOf(run);
    assert.equal(advice.inference?.cheapest, undefined);
    assert.deepEqual([advice.pair?.fits, advice.pair?.changes], [true, [{ setting: 'batch', value: 2 }]]);
  });

  it('puts what needs no retraining first, then the faster, and names nothing that did not verify', () => {
    const among = (measured: Run['measured'], unverified: readonly Id[] = []): string | undefined =>
      adviceOf({ ...long, measured }, unverified).advice.pair?.replacement;
    assert.equal(among(['performer', 'attention-sinks']), 'attention-sinks');
    assert.equal(among(['performer', 'attention-sinks'], ['attention-sinks']), 'performer');
    assert.equal(among(['performer', 'sliding-window']), 'performer');
    assert.equal(among(['sliding-window', 'performer']), 'sliding-window');
    assert.equal(among(['performer'], ['performer']), undefined);
    assert.equal(among([]), undefined);
    const trained = made('trained', true);
    const switched = made('switched', false);
    const pair = replacementWithSettings({
      candidates: [switched, trained],
      inference: { fits: false, peakBytes: 9, limitBytes: 4, least: { changes: [nf4], peakBytes: 5 } },
      options: long.options,
      peakWith: (_replacement, changes) => (changes.length === 0 ? 6 : 3),
    });
    assert.equal(pair?.replacement.id, 'switched');
  });

  it('asks for a few hundred peaks at the most', () => {
    let asked = 0;
    const found = replacementWithSettings({
      candidates: Array.from({ length: 18 }, (_, index) => made(String(index), true)),
      inference: { fits: false, peakBytes: 9, limitBytes: 4, least: { changes: [nf4], peakBytes: 8 } },
      options: { sequenceLength: 4096, batch: 8, dtype: 'float32' },
      peakWith: (_replacement, changes) => {
        asked++;
        return 7 - changes.length / 100;
      },
    });
    assert.equal(found?.fits, false);
    assert.ok(asked <= 18 * 20, String(asked));
  });
});

/** A measured replacement with which a model of 9 bytes has a peak of 6. */
function made(id: string, needsRetraining: boolean): MechanismResult {
  return {
    ...result(id, [samplePoint(1024, 1)]),
    modelPeakBytes: 6,
    adoption: { kind: 'config', edits: [], needsRetraining, reason: 'a test' },
  };
}

const questions = fc.record({
  model: fc.constantFrom(llama1b(), llama31Of8B(), mixtral8x7b()),
  options: fc.record(
    {
      sequenceLength: fc.integer({ min: 4096, max: 200_000 }),
      batch: fc.integer({ min: 1, max: 12 }),
      dtype: fc.constantFrom('float32' as const, 'bfloat16' as const),
      cacheDType: fc.constant('float8' as const),
      cacheLayout: fc.constantFrom('pages' as const, 'window' as const),
      weightFormat: fc.constantFrom('none' as const, 'awq4' as const),
    },
    { requiredKeys: ['sequenceLength', 'batch', 'dtype'] },
  ),
  measured: fc.subarray([...ids], { minLength: 1 }),
  /** The limit's place between what the smallest pair needs (0) and the smaller of its parts (1). */
  place: fc.double({ min: -0.2, max: 1.2, noNaN: true }),
  /** Whether both are at a batch of 1. */
  isSingle: fc.boolean(),
});

/** The run with a limit at that place. */
function runOf({ place, isSingle, ...question }: Made<typeof questions>): Run {
  const { model, options, measured } = question;
  const batch = isSingle ? [one] : [];
  const order = [[], ...settingsInOrder(options, 'inference')].map((changes) => [...changes, ...batch]);
  const pair = Math.min(...measured.flatMap((id) => order.map((changes) => peakWith(question, id, changes))));
  const settings = order.map((changes) => peakOf(model, withSettings(options, changes)));
  const alone = measured.map((id) => peakWith(question, id, []));
  const part = Math.min(...settings, ...alone);
  return { ...question, memoryBytes: Math.max(1, pair + place * (part - pair)) };
}

describe('ReplacedPeak', () => {
  // A state that is no KV cache keeps its dtype.
  it('counts what is kept by batch and dtype of the cache, and is unknown for a mask without a form', () => {
    const options = { ...long.options, sequenceLength: 4096, batch: 6 };
    const run = { ...long, options };
    const [kind] = attentionKinds(run.model);
    assert.ok(kind);
    const job = { model: run.model, scenario: options };
    const states = new StatePeaks(job, kind);
    const suited = replacements.filter((each) => 'decode' in each);
    assert.ok(suited.length > 5);
    for (const mechanism of suited) {
      const parameters = resolveParameters(mechanism, shapeOf(kind, options));
      const costs = new MechanismCosts(mechanism, shapeOf(kind, options), parameters);
      const peak: ReplacedPeak = new ReplacedPeak(job, kind, mechanism, parameters, costs, states);
      if (mechanism.causal === 'no') {
        assert.equal(peak.with([]), undefined, mechanism.id);
        continue;
      }
      const known = peak.with([float8, one]) ?? NaN;
      const anew = peakWith(run, mechanism.id, mechanism.family === 'linear' ? [one] : [float8, one]);
      assert.ok(Math.abs(known - anew) <= 1e-9 * anew, mechanism.id);
    }
  });
});

describe('replacementWithSettings', () => {
  it('names a pair that fits, neither part of which does alone, and nothing cheaper would do', () => {
    let pairs = 0;
    let smaller = 0;
    fc.assert(
      fc.property(questions.map(runOf), (run) => {
        const { model, options } = run;
        const { advice, rows } = adviceOf(run);
        const { pair } = advice;
        const limit = advice.inference?.limitBytes ?? NaN;
        if (pair?.fits !== true) return;
        pairs++;
        const fits = (changes: readonly SettingChange[], id = pair.replacement): boolean =>
          peakWith(run, id, changes) <= limit;
        // As a run under the changed conditions would say of it.
        const peak = peakWith(run, pair.replacement, pair.changes);
        assert.ok(Math.abs(pair.peakBytes - peak) <= 1e-9 * peak);
        assert.ok(pair.peakBytes <= limit);
        assert.ok(pair.changes.length > 0);
        assert.ok(peakOf(model, withSettings(options, pair.changes)) > limit);
        for (const each of rows) assert.ok((each.modelPeakBytes ?? Infinity) > limit);
        const batch = pair.changes.find(({ setting }) => setting === 'batch');
        const kept = pair.changes.filter((change) => change !== batch);
        const order = settingsInOrder(options, 'inference');
        const place = order.findIndex((changes) => JSON.stringify(changes) === JSON.stringify(kept));
        if (batch === undefined) {
          assert.ok(place >= 0);
          for (const before of order.slice(0, place))
            for (const id of run.measured) assert.ok(!fits(before, id));
          return;
        }
        smaller++;
        assert.ok(batch.setting === 'batch' && batch.value >= 1 && batch.value < options.batch);
        for (const changes of order) for (const id of run.measured) assert.ok(!fits(changes, id));
        for (const changes of [[], ...order])
          assert.ok(peakOf(model, withSettings(options, [...changes, one])) > limit);
        if (batch.value + 1 < options.batch)
          assert.ok(!fits([...kept, { setting: 'batch', value: batch.value + 1 }]));
      }),
      { numRuns: 24, seed: 20_170_616 },
    );
    assert.ok(pairs > 6 && smaller > 2, `${String(pairs)} pairs, ${String(smaller)} with a smaller batch`);
  });
});
