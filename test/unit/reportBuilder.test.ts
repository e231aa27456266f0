import assert from 'node:assert/strict';
import { replacements } from '../../src/attention/registry';
import type { ModelSpec } from '../../src/model/modelSpec';
import type { ProfileJob } from '../../src/report/profileJob';
import type { DecomposedResult, LayerKindResult, Report } from '../../src/report/report';
import { ReportBuilder } from '../../src/report/reportBuilder';
import { sampleDevice, samplePoint, unverifiedPoint } from '../fixtures/eventSamples';
import { gptStyle } from '../fixtures/gptStyle';
import { profileJob } from '../fixtures/profileJob';

const model = gptStyle(64, 4, 3);

function job(changes: Partial<ProfileJob> = {}): ProfileJob {
  return profileJob({
    model,
    scenario: { sequenceLength: 2048, batch: 2, dtype: 'bfloat16' },
    replacements: ['sliding-window'],
    ...changes,
  });
}

function builderWithPoints(
  changes: Partial<ProfileJob> = {},
  memoryBytes = sampleDevice.memoryBytes,
): ReportBuilder {
  const builder = new ReportBuilder(job(changes), 11);
  builder.add({ type: 'device', device: { ...sampleDevice, memoryBytes } });
  // Out of order, as events of a retry might be.
  for (const n of [512, 256, 1024]) {
    const common = { type: 'point', layerKind: 'full_attention' } as const;
    builder.add({ ...common, mechanism: 'dense', parameters: {}, point: samplePoint(n, n * n * 1e-5) });
    builder.add({
      ...common,
      mechanism: 'sliding-window',
      parameters: { window: 64 },
      point: samplePoint(n, n * 1e-3),
    });
  }
  return builder;
}

function kindOf(report: Report, index = 0): LayerKindResult {
  const kind = report.layerKinds[index];
  assert.ok(kind);
  return kind;
}

describe('ReportBuilder', () => {
  it('lists every mechanism where none was chosen, and says which chosen one is none', () => {
    const all: ProfileJob = job();
    const everything = Object.fromEntries(
      Object.entries(all).filter(([key]) => key !== 'replacements'),
    ) as unknown as ProfileJob;
    const listed = kindOf(new ReportBuilder(everything, 11).report()).replacements.map(({ id }) => id);
    assert.deepEqual(listed, replacements.map(({ id }) => id).sort());
    const { run } = new ReportBuilder(job({ replacements: ['magic'] }), 11).report();
    assert.match(run.notes.join(' '), /No mechanism is called 'magic'\. There are: .*sliding-window/);
  });

  it('advises within the memory that a server may take', () => {
    const peak = builderWithPoints().report().estimate.memory.inferencePeak;
    const adviceWith = (changes: Partial<ProfileJob>): string =>
      kindOf(builderWithPoints(changes, 2 * peak).report()).advice?.sentences.join(' ') ?? assert.fail();
    assert.match(adviceWith({}), /^Inference at n = 2,048 with a batch of 2 fits on cpu \(a processor\): /);
    const memoryShare = { of: 0.4, key: 'gpu_memory_utilization' };
    assert.match(
      adviceWith({ memoryShare }),
      /^Inference at n = 2,048 .* does not fit on cpu \(a processor\) \(40\.0 % of its memory, by gpu_memory_utilization\)/,
    );
    assert.deepEqual(builderWithPoints({ memoryShare }).report().memoryShare, memoryShare);
    const fitsWith = (changes: Partial<ProfileJob>): boolean | undefined =>
      kindOf(builderWithPoints(changes, 2 * peak).report()).replacements[0]?.modelFits;
    assert.deepEqual([fitsWith({}), fitsWith({ memoryShare })], [true, false]);
  });

  it('has a whole report before anything happened', () => {
    const report = new ReportBuilder(job(), 11).report();
    assert.equal(report.run.state, 'running');
    assert.equal(report.run.seed, 11);
    assert.equal(report.run.budgetSeconds, 5);
    assert.equal(report.device, undefined);
    assert.equal(report.estimate.sequenceLength, 2048);
    assert.equal(report.estimate.batch, 2);
    assert.ok(!Number.isNaN(Date.parse(report.createdAt)));
    const kind = kindOf(report);
    assert.deepEqual([kind.name, kind.layers, kind.shape.n], ['full_attention', 3, 2048]);
    assert.deepEqual(kind.dense.points, []);
    assert.deepEqual(kind.dense.projection, []);
    assert.deepEqual(
      kind.replacements.map(({ id, comparison }) => [id, comparison]),
      [['sliding-window', undefined]],
    );
  });

  it('orders the points and shows measured and projected lengths up to four times the asked one', () => {
    const { dense } = kindOf(builderWithPoints().report());
    assert.deepEqual(
      dense.points.map(({ n }) => n),
      [256, 512, 1024],
    );
    assert.deepEqual(
      dense.projection.map(({ n, measured }) => [n, measured]),
      [
        [256, true],
        [512, true],
        [1024, true],
        [2048, false],
        [4096, false],
        [8192, false],
      ],
    );
    const asked = dense.projection.find(({ n }) => n === 2048);
    assert.ok(asked && Math.abs(asked.ms / (2048 ** 2 * 1e-5) - 1) < 1e-3);
    for (const { low, ms, high, bytes } of dense.projection) {
      assert.ok(low <= ms && ms <= high);
      assert.ok(bytes > 0);
    }
  });

  it('compares the replacement with dense and keeps its parameters', () => {
    const [window] = kindOf(builderWithPoints().report()).replacements;
    assert.ok(window?.comparison);
    assert.deepEqual(window.parameters, { window: 64 });
    assert.ok(Math.abs(window.comparison.speedup - (1024 ** 2 * 1e-5) / (1024 * 1e-3)) < 1e-9);
    assert.equal(window.comparison.n, 1024);
    assert.equal(window.comparison.memoryRatio, 1);
  });

  it('shows an unverified point without a time, a fit or a comparison', () => {
    const builder = new ReportBuilder(job(), 11);
    for (const mechanism of ['dense', 'sliding-window']) {
      builder.add({
        type: 'point',
        layerKind: 'full_attention',
        mechanism,
        parameters: { window: 64 },
        point: mechanism === 'dense' ? samplePoint(256, 1) : unverifiedPoint(256),
      });
    }
    const [window] = kindOf(builder.report()).replacements;
    assert.equal(window?.points[0]?.verification.passed, false);
    assert.equal(window.fit, undefined);
    assert.equal(window.comparison, undefined);
    assert.deepEqual(window.projection, []);
  });

  it('takes steps, notes, skips and per-head timings where they belong', () => {
    const builder = new ReportBuilder(job(), 11);
    const decomposed: DecomposedResult = {
      n: 256,
      verification: { passed: true, maxError: 0, tolerance: 1e-4, rows: 8 },
      perHead: [],
      totalMs: 1,
      sharedMs: 0,
      repetitions: 3,
      clock: 'runtime profile, cpu',
    };
    builder.add({ type: 'step', step: 'at work', fraction: 0.4 });
    builder.add({ type: 'note', note: 'remember' });
    builder.add({
      type: 'skipped',
      layerKind: 'full_attention',
      mechanism: 'sliding-window',
      reason: 'because',
    });
    builder.add({ type: 'decomposed', layerKind: 'full_attention', result: decomposed });
    builder.add({ type: 'decomposed', layerKind: 'unknown', result: decomposed });
    const { run, ...report } = builder.report();
    assert.deepEqual([run.step, run.fraction, run.notes], ['at work', 0.4, ['remember']]);
    const kind = report.layerKinds[0];
    assert.equal(kind?.replacements[0]?.skipped, 'because');
    assert.deepEqual(kind.decomposed, decomposed);
  });

  it('keeps kinds of layers apart, each with its window', () => {
    const [stack] = model.stacks;
    const [kind] = stack?.layerKinds ?? [];
    assert.ok(stack && kind?.attention);
    const windowed = { ...kind, name: 'sliding_attention', attention: { ...kind.attention, window: 32 } };
    const mixed: ModelSpec = { ...model, stacks: [{ ...stack, layerKinds: [kind, windowed] }] };
    const builder = new ReportBuilder(job({ model: mixed }), 11);
    builder.add({
      type: 'point',
      layerKind: 'sliding_attention',
      mechanism: 'dense',
      parameters: {},
      point: samplePoint(256, 1),
    });
    const report = builder.report();
    assert.equal(kindOf(report, 0).dense.points.length, 0);
    assert.equal(kindOf(report, 1).dense.points.length, 1);
    assert.equal(kindOf(report, 0).window, undefined);
    assert.equal(kindOf(report, 1).window, 32);
  });

  it('takes the precision of the shape from the device', () => {
    const builder = new ReportBuilder(job(), 11);
    builder.add({ type: 'device', device: { ...sampleDevice, precision: 'float16' } });
    assert.equal(kindOf(builder.report()).shape.dtype, 'float16');
  });

  it('does not change a report that it gave away', () => {
    const builder = builderWithPoints();
    builder.add({ type: 'note', note: 'first' });
    const report = builder.report();
    const before = structuredClone(report);
    builder.add({ type: 'note', note: 'second' });
    builder.add({
      type: 'point',
      layerKind: 'full_attention',
      mechanism: 'dense',
      parameters: {},
      point: samplePoint(2048, 40),
    });
    assert.deepEqual(report, before);
  });

  it('survives JSON as it is', () => {
    const report = builderWithPoints().report();
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  });

  it('ends complete, cancelled or failed, with what was measured so far', () => {
    const complete = builderWithPoints();
    complete.end({ state: 'complete' });
    assert.deepEqual([complete.report().run.state, complete.report().run.fraction], ['complete', 1]);

    const cancelled = builderWithPoints();
    cancelled.add({ type: 'step', step: 'Timing', fraction: 0.3 });
    cancelled.end({ state: 'cancelled' });
    const { run } = cancelled.report();
    assert.deepEqual([run.state, run.step, run.fraction, run.error], ['cancelled', 'Timing', 0.3, undefined]);
    assert.equal(kindOf(cancelled.report()).dense.points.length, 3);

    const failed = builderWithPoints();
    const error = { kind: 'crash', message: 'it ended', mend: 'retry' } as const;
    failed.end({ state: 'failed', error });
    assert.deepEqual(failed.report().run.error, error);
  });

  it('stops the clock at the end', async () => {
    const builder = new ReportBuilder(job(), 11);
    builder.end({ state: 'complete' });
    const { elapsedMs } = builder.report().run;
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(builder.report().run.elapsedMs, elapsedMs);
  });
});
