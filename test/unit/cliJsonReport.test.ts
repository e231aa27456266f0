import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateJson, profileJson } from '../../src/cli/jsonReport';
import type { MechanismResult, Report } from '../../src/report/report';
import { sampleRegimes } from '../fixtures/regimesSample';
import { model, report } from './cliReportFixture';

/** Paths of all keys, arrays as `[]`; what is inside `parameters` of a mechanism is its own. */
function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((entry) => keyPaths(entry, `${path}[]`)))];
  if (typeof value !== 'object' || value === null || path.endsWith('[].parameters')) return [path];
  return Object.entries(value).flatMap(([key, entry]) =>
    keyPaths(entry, path === '' ? key : `${path}.${key}`),
  );
}

/** The report with both regimes measured in its first kind of layers. */
const [firstKind, ...otherKinds] = report.layerKinds;
assert.ok(firstKind);
const withRegimes = { ...report, layerKinds: [{ ...firstKind, regimes: sampleRegimes() }, ...otherKinds] };

function withAdoption(adoption: MechanismResult['adoption']): Report {
  assert.ok(firstKind);
  const replacements = firstKind.replacements.map((entry) => ({ ...entry, adoption, modelFits: false }));
  return { ...report, layerKinds: [{ ...firstKind, replacements }] };
}

/** The report of a model that does not fit, whose window is a key of another file. */
const advised: Report = {
  ...report,
  layerKinds: withAdoption({
    kind: 'config',
    edits: [{ path: ['text', 'sliding_window'], value: 256 }],
    file: 'a.json',
    needsRetraining: true,
    reason: 'a test',
  }).layerKinds.map((kind) => ({
    ...kind,
    advice: {
      keep: false,
      fastest: 'slidingWindow',
      inference: {
        fits: false,
        peakBytes: 200,
        limitBytes: 100,
        cheapest: { changes: [{ setting: 'batch', value: 1 }], peakBytes: 90 },
      },
      pair: {
        replacement: 'slidingWindow',
        parameters: { window: 256 },
        fits: true,
        changes: [{ setting: 'cacheDType', value: 'float8' }],
        peakBytes: 80,
      },
      training: {
        fits: false,
        peakBytes: 900,
        limitBytes: 100,
        least: { changes: [], peakBytes: 900 },
        longestWithLeast: 0,
      },
      sentences: ['It does not fit.'],
    },
  })),
};

describe('profileJson', () => {
  const json = profileJson(report);

  it('has the documented figures of the longest valid dense point', () => {
    assert.equal(json.dense?.n, 1024);
    assert.equal(json.dense.medianMs, 4.5);
    assert.ok(Math.abs((json.dense.spread ?? NaN) - (4.5 * 0.3) / 2) < 1e-12);
    assert.equal(json.dense.ciLowMs, 4.5 * 0.9);
    assert.equal(json.dense.ciHighMs, 4.5 * 1.2);
    assert.equal(json.dense.repetitions, 30);
    assert.equal(json.dense.verifiedMaxError, 1.5e-7);
    assert.equal(json.dense.layerKind, 'full_attention');
    assert.equal(json.dense.precision, 'float32');
    assert.equal(json.dense.perHead.length, 4);
    assert.deepEqual(json.dense.perHead[3], {
      layerKind: 'full_attention',
      head: 3,
      qkMs: 0.5,
      softmaxMs: 0.25,
      pvMs: 0.4,
    });
  });

  it('has the measured replacements at the compared length, and the skipped ones apart', () => {
    assert.equal(json.replacements.length, 1);
    const [first] = json.replacements;
    assert.equal(first?.id, 'slidingWindow');
    assert.deepEqual(first.parameters, { window: 256 });
    assert.equal(first.n, 1024);
    assert.equal(first.medianMs, 1.5);
    assert.equal(first.speedup, 3);
    assert.equal(first.flopRatio, 2.1);
    assert.equal(first.memoryRatio, null);
    assert.equal(first.peakBytes, 1024 * 1024);
    assert.deepEqual(
      json.skipped.map((entry) => entry.id),
      ['linformer'],
    );
  });

  it('has the regimes of the layer kinds in which they were measured', () => {
    assert.deepEqual(json.regimes, []);
    const { regimes } = profileJson(withRegimes);
    assert.equal(regimes.length, 1);
    const [{ layerKind, n, prefill, decode, oneByOne, scaling, leftOut } = assert.fail()] = regimes;
    assert.deepEqual([layerKind, n], ['full_attention', 1024]);
    assert.deepEqual(
      [prefill.kernel, prefill.medianMs, prefill.tokensPerSecond, prefill.shareOfPeak, prefill.verified],
      ['blockwise 256', 64, 16_000, null, true],
    );
    assert.equal(decode.length, sampleRegimes().decode.length);
    const wrong = decode.at(-1);
    assert.deepEqual(
      [wrong?.id, wrong?.verified, wrong?.medianMs, wrong?.tokensPerSecond, wrong?.repetitions],
      ['sliding-window', false, null, null, 0],
    );
    assert.deepEqual(
      [decode[3]?.context, decode[3]?.medianMs, decode[3]?.stateBytes],
      [1024, 1.05, 4096 * 1024],
    );
    assert.deepEqual([oneByOne?.ms, oneByOne?.parallelSpeedup], [576, 9]);
    assert.deepEqual(
      scaling.map(({ axis, fullAt, points }) => [axis, fullAt, points.map(({ value }) => value)]),
      [
        ['batch', 2, [1, 2, 4]],
        ['threads', 2, [1, 2]],
      ],
    );
    assert.equal(leftOut.length, 1);
    const value = profileJson(withRegimes);
    assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
    const { oneByOne: sum, ...noDecode } = sampleRegimes();
    assert.ok(sum);
    const encoder = { ...firstKind, regimes: { ...noDecode, decode: [] } };
    assert.equal(profileJson({ ...report, layerKinds: [encoder] }).regimes[0]?.oneByOne, null);
  });

  it('has the model, the conditions, the device and the projection', () => {
    assert.equal(json.model.layers, 6);
    assert.equal(json.model.heads, 4);
    assert.equal(json.model.kvHeads, 2);
    assert.equal(json.sequenceLength, 4096);
    assert.equal(json.dtype, 'bfloat16');
    assert.equal(json.device?.fallbackFrom, 'webgpu');
    assert.equal(json.projection[0]?.measured, true);
    assert.equal(json.projection[1]?.measured, false);
    const { training } = json.memory;
    const parts = [training.weights, training.gradients, training.optimizer, training.activations];
    assert.equal(
      parts.reduce<number>((sum, part) => sum + (part ?? NaN), 0),
      training.total,
    );
  });

  it('writes null for what is no finite number, and leaves no key out', () => {
    assert.equal(json.projection[1]?.high, null);
    assert.equal(json.layerKinds[0]?.points[2]?.medianMs, null);
    assert.equal(json.layerKinds[0].points[2].verifiedMaxError, null);
    // JSON.stringify drops undefined and turns NaN into null: the value itself must have neither.
    assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
  });

  it('says null where no device was found and nothing was measured', () => {
    const { schemaVersion, headroomVersion, createdAt, source, scenario, estimate } = report;
    const run = { ...report.run, state: 'failed' } as const;
    const base = { schemaVersion, headroomVersion, createdAt, source, scenario, estimate };
    const failed = profileJson({ ...base, model, run, layerKinds: [] });
    assert.equal(failed.device, null);
    assert.equal(failed.dense, null);
    assert.deepEqual(failed.replacements, []);
    assert.deepEqual(failed.projection, []);
    const [, second] = report.layerKinds;
    assert.ok(second);
    assert.equal(profileJson({ ...report, layerKinds: [second] }).dense, null);
  });

  it('has the advice, the settings that fit and the keys to set', () => {
    assert.deepEqual(json.advice, []);
    assert.deepEqual(json.memoryAdvice, { inference: null, training: null });
    const told = profileJson(advised);
    assert.deepEqual(told.advice, [
      {
        layerKind: 'full_attention',
        keep: false,
        fastest: 'slidingWindow',
        cheapestThatFits: null,
        sentences: ['It does not fit.'],
      },
    ]);
    assert.deepEqual(told.memoryAdvice.inference, {
      fits: false,
      peakBytes: 200,
      limitBytes: 100,
      cheapest: { changes: [{ setting: 'batch', value: 1 }], peakBytes: 90 },
      smallerBatch: null,
      least: null,
      longestWithLeast: null,
      adapters: null,
      pairs: [
        {
          layerKind: 'full_attention',
          replacement: 'slidingWindow',
          parameters: { window: 256 },
          fits: true,
          changes: [{ setting: 'cacheDType', value: 'float8' }],
          peakBytes: 80,
        },
      ],
    });
    assert.deepEqual(told.memoryAdvice.training?.pairs, []);
    assert.equal(told.memoryAdvice.training.longestWithLeast, 0);
    const [first] = told.replacements;
    assert.deepEqual(first?.adoptionEdits, [
      { path: ['text', 'sliding_window'], value: 256, file: 'a.json' },
    ]);
    assert.equal(first.modelFits, false);
    assert.deepEqual(
      profileJson(withAdoption({ kind: 'none', reason: '' })).replacements[0]?.adoptionEdits,
      [],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(told)), told);
  });

  it('begins with all that the estimate has', () => {
    const estimated = estimateJson(report.source.name, report.headroomVersion, model, report.estimate);
    for (const [key, value] of Object.entries(estimated)) {
      assert.deepEqual(Object.entries(json).find(([name]) => name === key)?.[1], value);
    }
  });

  it('has no key that docs/json.md does not name', () => {
    const docs = readFileSync(join(__dirname, '../../docs/json.md'), 'utf8');
    const all = [withRegimes, advised].flatMap((each) => keyPaths(profileJson(each)));
    const missing = all.filter((path) => {
      const name = path.replace(/\[\]$/, '').split('.').at(-1) ?? '';
      return !docs.includes(`\`${path}\``) && !new RegExp(`\`[\\w.[\\]]*\\b${name}(\\[\\])?\``).test(docs);
    });
    assert.deepEqual(missing, []);
  });
});
