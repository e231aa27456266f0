import assert from 'node:assert/strict';
import fc from 'fast-check';
import { longestThatFits } from '../../src/cost/longestSequence';
import type { EstimateOptions } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
import { memoryCurve, tableLengths } from '../../webview/model/memoryCurve';
import { longestFitting, partsAt, totalBytes, type MemorySettings } from '../../webview/model/memoryParts';
import { receiveReport } from '../../webview/messages';
import { bandSize, fusedBeside, intensity, summariseHeads } from '../../webview/model/headStages';
import { kernelRows } from '../../webview/model/kernelRows';
import { replacementRows } from '../../webview/model/replacementRows';
import { layOutScatter } from '../../webview/model/scatterLayout';
import { markOf } from '../../webview/charts/marks';
import { scatterPoints, type ScatterPoint } from '../../webview/model/scatterPoints';
import { curveLengths, timeAt, timeCurves } from '../../webview/model/timeCurves';
import { deviceLimit, verdict } from '../../webview/model/verdict';
import { llama1b } from '../fixtures/readFixture';
import { sampleReport, twoKindReport, wrongFiguresReport } from '../fixtures/sampleReport';

const gib = 2 ** 30;

const fused: MemorySettings = {
  use: 'inference',
  dtype: 'bfloat16',
  batch: 1,
  attention: 'fused',
  recomputation: 'none',
};

function onlyKind() {
  const [kind] = sampleReport().layerKinds;
  assert.ok(kind);
  return kind;
}

/** A copy of `value` that lacks one optional property. */
function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const copy = { ...value };
  Reflect.deleteProperty(copy, key);
  return copy;
}

describe('webview: memory parts', () => {
  const model = llama1b();
  const total = (settings: Partial<MemorySettings>) =>
    totalBytes(partsAt(model, { ...fused, batch: 2, ...settings }, 4096));
  const at = (training: EstimateOptions['training']) =>
    estimate(model, { sequenceLength: 4096, batch: 2, dtype: 'bfloat16', ...(training && { training }) })
      .memory;

  it('add up to the peaks of the cost model', () => {
    const plain = at(undefined);
    assert.equal(total({}), plain.inferencePeak);
    assert.equal(total({ attention: 'naive' }), plain.inferencePeakNaive);
    for (const attention of ['fused', 'naive'] as const) {
      for (const recomputation of ['none', 'selective', 'full'] as const) {
        const { peak } = at({ attention, recomputation }).training;
        assert.equal(total({ use: 'training', attention, recomputation }), peak);
      }
    }
  });

  it('follow the recipe, cache and degrees of the report', () => {
    const base: EstimateOptions = {
      sequenceLength: 1,
      batch: 2,
      dtype: 'bfloat16',
      weightFormat: 'nf4',
      cacheDType: 'float8',
      training: { optimizer: 'adamw8bit' },
      parallelism: { data: 8, zeroStage: 3 },
    };
    const { perDevice } = estimate(model, { ...base, sequenceLength: 4096 });
    assert.equal(total({ base }), perDevice.inference.peak);
    assert.equal(total({ base, use: 'training' }), perDevice.training.peak);
    assert.ok(perDevice.training.optimizer < at(undefined).training.optimizer / 8);
    // Weights that are asked for in another dtype are not in the report's format.
    const { weights } = estimate(model, { sequenceLength: 1, batch: 2, dtype: 'float32' }).memory;
    assert.equal(partsAt(model, { ...fused, base, dtype: 'float32' }, 1)[0]?.bytes, weights);
  });

  it('are never negative', () => {
    const settings = fc.record<MemorySettings>({
      use: fc.constantFrom('inference', 'training'),
      dtype: fc.constantFrom('float32', 'bfloat16', 'int4'),
      batch: fc.integer({ min: 1, max: 64 }),
      attention: fc.constantFrom('fused', 'naive'),
      recomputation: fc.constantFrom('none', 'selective', 'full'),
    });
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 2 ** 20 }), (chosen, n) =>
        partsAt(model, chosen, n).every((part) => part.bytes >= 0),
      ),
    );
  });

  it('find the same longest length as the cost model, and one that is the last to fit', () => {
    for (const use of ['inference', 'training'] as const) {
      const limit = 31 * gib;
      const longest = longestFitting(model, { ...fused, use }, limit);
      assert.equal(
        longest,
        longestThatFits(model, { batch: 1, dtype: 'bfloat16' }, limit, use).sequenceLength,
      );
      assert.ok(longest > 1);
      assert.ok(totalBytes(partsAt(model, { ...fused, use }, longest)) <= limit);
      assert.ok(totalBytes(partsAt(model, { ...fused, use }, longest + 1)) > limit);
    }
  });

  it('know when nothing and when everything fits', () => {
    assert.equal(longestFitting(model, fused, 1024), 0);
    assert.equal(longestFitting(model, fused, Number.MAX_SAFE_INTEGER), undefined);
  });
});

describe('webview: memory curve', () => {
  const model = llama1b();

  it('has the length asked about and the crossing on its axis, ascending and without doubles', () => {
    const curve = memoryCurve(model, fused, 5000, 31 * gib);
    assert.ok(curve.longest !== undefined && curve.lengths.includes(curve.longest));
    assert.ok(curve.lengths.includes(5000));
    assert.deepEqual(
      curve.lengths,
      [...new Set(curve.lengths)].sort((a, b) => a - b),
    );
    assert.ok(tableLengths(curve, 5000).includes(curve.longest));
  });

  it('crosses the limit where it says', () => {
    const limit = 31 * gib;
    const curve = memoryCurve(model, { ...fused, use: 'training' }, 4096, limit);
    for (const [index, n] of curve.lengths.entries()) {
      assert.equal((curve.totals[index] ?? NaN) <= limit, n <= (curve.longest ?? 0), `n = ${String(n)}`);
    }
  });

  it('draws no limit where the memory is not known', () => {
    const curve = memoryCurve(model, fused, 4096, undefined);
    assert.equal(curve.limit, undefined);
    assert.equal(curve.longest, undefined);
    assert.ok(curve.totals.every(Number.isFinite));
  });

  it('leaves out parts that are zero throughout', () => {
    const ids = memoryCurve(model, fused, 4096, undefined).parts.map((part) => part.id);
    assert.deepEqual(ids, ['weights', 'kvCache', 'activations', 'logits']);
  });
});

describe('webview: verdict', () => {
  it('says fits, does not fit, and up to which length', () => {
    const report = sampleReport();
    const inference = verdict(report, 'inference');
    const training = verdict(report, 'training');
    assert.equal(inference.state, 'fits');
    assert.equal(training.state, 'too-large');
    assert.equal(inference.bytes, report.estimate.memory.inferencePeak);
    assert.ok(typeof inference.longest === 'number' && inference.longest >= report.scenario.sequenceLength);
    assert.ok(typeof training.longest === 'number' && training.longest < report.scenario.sequenceLength);
  });

  it('is open without a device or without its memory', () => {
    const { device, ...rest } = sampleReport();
    assert.ok(device);
    assert.equal(verdict(rest, 'inference').state, 'unknown');
    assert.deepEqual(deviceLimit({ device: { ...device, memoryBytes: 0 } }, 'inference'), {});
  });

  it('is about the planned device in place of the one that was measured on', () => {
    const report = sampleReport();
    const training = verdict(report, 'training', { name: 'H200', memoryBytes: 141 * gib });
    assert.equal(training.state, 'fits');
    assert.equal(training.limit, 141 * gib);
    assert.equal(training.bytes, verdict(report, 'training').bytes);
    assert.ok(Number(training.longest) > Number(verdict(report, 'training').longest));
    assert.equal(verdict(report, 'inference', { name: 'Small', memoryBytes: gib }).state, 'too-large');
  });

  it('is about the planned device where nothing was measured', () => {
    const { device, ...rest } = sampleReport();
    assert.ok(device);
    const planned = { name: 'H200', memoryBytes: 141 * gib };
    assert.deepEqual(deviceLimit({}, 'inference', planned), { limit: 141 * gib });
    assert.equal(verdict(rest, 'inference', planned).state, 'fits');
  });
});

describe('webview: time curves', () => {
  it('join the projection to the last measured point and have nothing projected below it', () => {
    const curves = timeCurves(onlyKind());
    assert.deepEqual(
      curves.map((curve) => curve.id),
      ['dense', 'sliding-window', 'bigbird'],
    );
    for (const { measured, projected } of curves) {
      assert.deepEqual(projected[0], measured.at(-1));
      assert.ok(projected.slice(1).every((point) => point.n > (measured.at(-1)?.n ?? Infinity)));
    }
    const lengths = curveLengths(curves);
    assert.equal(lengths[0], 256);
    assert.equal(lengths.at(-1), 262_144);
  });

  it('show no time of a point that did not verify', () => {
    const { dense } = onlyKind();
    const [first, ...others] = dense.points;
    assert.ok(first);
    const wrong = { ...first, verification: { ...first.verification, passed: false } };
    const result = { ...dense, points: [wrong, ...others], projection: [] };
    assert.equal(timeAt(result, first.n), undefined);
    assert.equal(timeAt(dense, first.n)?.measured, true);
    assert.equal(timeAt(dense, 32_768)?.measured, false);
  });

  it('keep a projection whose band has no upper end', () => {
    const { dense } = onlyKind();
    const open = { n: 8192, ms: 9000, low: 8000, high: Infinity, measured: false, bytes: 1 };
    assert.equal(timeAt({ ...dense, projection: [open] }, 8192)?.ms, 9000);
    // JSON turns the infinity into null.
    const received = receiveReport(JSON.parse(JSON.stringify(wrongFiguresReport())));
    assert.ok(received.ok);
    const [kind] = received.report.layerKinds;
    assert.equal(kind && timeAt(kind.dense, 32_768)?.high, Infinity);
  });
});

describe('webview: heads', () => {
  it('are summarised with shares that add up and the slowest one named', () => {
    const { decomposed } = onlyKind();
    assert.ok(decomposed);
    const summary = summariseHeads(decomposed);
    assert.ok(summary);
    assert.equal(summary.slowest.head, 17);
    const { qk, softmax, pv } = summary.shares;
    assert.ok(Math.abs(qk + softmax + pv - 1) < 1e-12);
    assert.ok(summary.least < summary.most);
    assert.equal(summariseHeads({ ...decomposed, perHead: [] }), undefined);
  });

  it('stand beside the fused time of the same length only', () => {
    const { dense, decomposed } = onlyKind();
    assert.ok(decomposed);
    const beside = fusedBeside(dense, decomposed);
    assert.ok(beside && Math.abs(beside.ratio * beside.fusedMs - decomposed.totalMs) < 1e-9);
    assert.equal(fusedBeside(dense, { ...decomposed, n: 777 }), undefined);
  });

  it('wrap into bands of nearly equal size', () => {
    assert.equal(bandSize(32, 40), 32);
    assert.equal(bandSize(32, 17), 16);
    assert.equal(bandSize(5, 2), 2);
    assert.equal(bandSize(8, 0), 1);
  });

  it('are coloured from 0 to 1, whatever the range', () => {
    assert.equal(intensity(2, 0, 4), 0.5);
    assert.equal(intensity(9, 0, 4), 1);
    assert.equal(intensity(3, 3, 3), 1);
    assert.equal(intensity(0, 0, 0), 0);
  });
});

describe('webview: replacement rows', () => {
  const rows = replacementRows(onlyKind(), { sequenceLength: 32_768 }, []);

  it('name no break-even where the measured intervals overlap', () => {
    const [result] = onlyKind().replacements;
    assert.ok(result?.comparison);
    const { comparison: measured } = result;
    const notesFor = (speedupLow: number, speedupHigh: number) => {
      const comparison = { ...measured, speedupLow, speedupHigh, breakEven: 4096 };
      const [, row] = replacementRows(
        { ...onlyKind(), replacements: [{ ...result, comparison }] },
        { sequenceLength: 32_768 },
        [],
      );
      assert.ok(row?.status === 'measured');
      return row.projected.notes.join(' ');
    };
    assert.match(notesFor(0.9, 1.2), /no clear difference from dense at n\u00a0=\u00a0[\d,]+/);
    assert.doesNotMatch(notesFor(0.9, 1.2), /break-even/);
    assert.match(notesFor(1.1, 1.2), /break-even n: 4,096/);
  });

  it('rank what verified and show no time for the rest', () => {
    assert.deepEqual(
      rows.map((row) => (row.status === 'measured' ? row.rank : row.status)),
      ['rival', '1', '2', 'unverified', 'skipped'],
    );
    const unverified = JSON.stringify(rows[3]);
    assert.match(unverified, /largest error 3\.1e-1 against a tolerance of 1\.0e-4/);
    assert.doesNotMatch(unverified, /\d (ms|s|µs)\b/);
  });

  it('say what each figure is', () => {
    const [, first] = rows;
    assert.ok(first?.status === 'measured');
    assert.match(first.time.value, /^\d+ ms$/);
    assert.match(first.time.notes.join(' '), /^at n.=.4,096 95 % CI .* ms to .* ms, 21 runs$/);
    assert.match(first.speedup.value, /^8\.\d\d×$/);
    assert.match(first.projected.notes.join(' '), /^projected, band .* break-even n: 490$/);
    assert.match(first.memory.notes.join(' '), /^measured/);
    assert.deepEqual(first.ask.notes.slice(0, 3), [
      'use_sliding_window: true',
      'sliding_window: 256',
      'needs retraining',
    ]);
    assert.deepEqual(first.about, ['The weights were trained to see every token.']);
  });

  it('say so when the peak is no measurement and when a mechanism is slower', () => {
    const [window] = onlyKind().replacements;
    assert.ok(window?.comparison);
    const points = window.points.map((point) => without(point, 'peakBytes'));
    const comparison = { ...without(window.comparison, 'breakEven'), speedup: 0.5, flopRatio: 0.5 };
    const [, row] = replacementRows(
      { ...onlyKind(), replacements: [{ ...window, points, comparison }] },
      { sequenceLength: 32_768 },
      [],
    );
    assert.ok(row?.status === 'measured');
    assert.match(row.memory.notes.join(), /by formula/);
    assert.match(row.projected.notes.join(), /no break-even/);
    assert.match(row.speedup.notes.join(), /2\.00× the FLOPs/);
  });

  it('never hold text that is no figure', () => {
    for (const report of [sampleReport(), twoKindReport(), wrongFiguresReport()]) {
      const text = JSON.stringify([
        report.layerKinds.map((kind) => replacementRows(kind, report.scenario, [])),
        kernelRows(report.layerKinds),
      ]);
      assert.doesNotMatch(text, /NaN|undefined|Infinity|null/);
    }
  });

  it('keep their places under the filters, and dense in the first row', () => {
    const filtered = (...filters: Parameters<typeof replacementRows>[2]) =>
      replacementRows(onlyKind(), { sequenceLength: 32_768 }, filters).map(({ id }) => id);
    assert.deepEqual(filtered('configOnly'), ['dense', 'sliding-window']);
    assert.deepEqual(filtered('exact'), ['dense']);
    assert.deepEqual(filtered('noTraining'), ['dense']);
    assert.ok(!filtered('mask').includes('linformer'));
  });

  it('list every kernel that was tried', () => {
    const kinds = sampleReport().layerKinds;
    const rowsOfKernels = kernelRows(kinds);
    // Dense and two replacements at five lengths with two kernels each, and the one that did not verify.
    assert.equal(rowsOfKernels.length, 3 * 5 * 2 + 1);
    assert.equal(rowsOfKernels.at(-1)?.[4], '–');
  });
});

describe('webview: scatter', () => {
  const box = { left: 60, top: 10, width: 500, height: 240 };
  const pointAt = (id: string, ms: number, bytes: number, onFront = false): ScatterPoint => ({
    id,
    title: 'The same name',
    ms,
    bytes,
    measured: true,
    exact: false,
    onFront,
  });

  it('keeps points inside and labels apart, and leaves out those without room, the front last of all', () => {
    const crowd = Array.from({ length: 20 }, (_, index) => pointAt(String(index), 4, 1e6));
    const placed = layOutScatter([...crowd, pointAt('front', 4, 1e6, true)], box).points;
    for (const { x, y } of placed) {
      assert.ok(x >= box.left && x <= box.left + box.width);
      assert.ok(y >= box.top && y <= box.top + box.height);
    }
    const labels = placed.flatMap(({ label }) => label ?? []);
    assert.ok(labels.length > 2 && labels.length < 21);
    assert.ok(placed.find(({ id }) => id === 'front')?.label !== undefined);
    for (const [index, label] of labels.entries()) {
      const others = labels.slice(0, index).filter(({ anchor }) => anchor === label.anchor);
      assert.ok(others.every(({ y }) => Math.abs(y - label.y) > 14.9));
    }
  });

  it('puts no label on the mark of another point', () => {
    const placed = layOutScatter([pointAt('a', 4, 1e6), pointAt('b', 4.2, 1e6), pointAt('c', 40, 4e6)], box);
    for (const { label } of placed.points) {
      assert.ok(label);
      for (const { x, y } of placed.points) {
        const [left, right] = label.anchor === 'start' ? [label.x, label.x + 82] : [label.x - 82, label.x];
        assert.ok(x < left || x > right || Math.abs(y - label.y) >= 7.5);
      }
    }
  });

  it('has a mark of its own for each of 25 mechanisms', () => {
    const marks = Array.from({ length: 25 }, (_, index) => JSON.stringify(markOf(index)));
    assert.equal(new Set(marks).size, 25);
  });

  it('takes verified mechanisms only', () => {
    assert.deepEqual(
      scatterPoints(onlyKind(), 32_768).map((point) => point.id),
      ['dense', 'sliding-window', 'bigbird'],
    );
    assert.deepEqual(scatterPoints(onlyKind(), 12_345), []);
  });
});
