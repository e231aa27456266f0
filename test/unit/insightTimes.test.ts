import assert from 'node:assert/strict';
import { timeLines } from '../../src/insight/timeLines';
import type { MeasuredPoint, Report } from '../../src/report/report';
import { readText } from '../fixtures/readFixture';
import { sampleReport } from '../fixtures/sampleReport';
import { insightOf, subjectOf } from './insightFixture';

const llama = readText('examples/llama-3.2-1b/config.json');

/** Times that are n / 1024 · 10 ms a layer, from a tenth less to a fifth more. */
function point(n: number, passed = true): MeasuredPoint {
  const ms = (n / 1024) * 10;
  return {
    n,
    kernel: 'GroupQueryAttention',
    timing: {
      medianMs: ms,
      lowMs: 0.9 * ms,
      highMs: 1.2 * ms,
      minMs: 0.9 * ms,
      repetitions: 30,
      converged: true,
      interval: 'confidence',
    },
    verification: { passed, maxError: 0, tolerance: 1e-4, rows: 64 },
    formulaBytes: 1,
    flops: 1,
    executedFlops: 1,
    otherKernels: [],
  };
}

function reportOf(points: readonly MeasuredPoint[], batch = 1): Report {
  const report = sampleReport();
  return {
    ...report,
    layerKinds: report.layerKinds.map((kind) => ({
      ...kind,
      shape: { ...kind.shape, batch },
      dense: {
        ...kind.dense,
        points,
        fit: {
          constant: 0,
          linear: 10 / 1024,
          perGflop: 0,
          leaveOneOutError: 0.1,
          pointsUsed: points.length,
        },
      },
    })),
  };
}

describe('insight: times', () => {
  it('sums what was measured at this length over the layers', async () => {
    const report = reportOf([point(1024), point(131_072)]);
    const insight = insightOf('length', await subjectOf(llama, 'max_position_embeddings', { report }));
    const { measured } = insight.times;
    assert.equal(measured?.atThisLength, true);
    // 16 layers of 1280 ms.
    assert.equal(measured.ms, 16 * 1280);
    assert.equal(Math.round(measured.lowMs), 18_432);
    assert.equal(measured.highMs, 16 * 1536);
    assert.equal(measured.device, report.device?.name);
    assert.match(timeLines(insight)[0]?.text ?? '', /measured on .* in float32\.$/);
  });

  it('projects from the measurements of other lengths, and says so', async () => {
    const report = reportOf([point(1024), point(2048)]);
    const insight = insightOf('length', await subjectOf(llama, 'max_position_embeddings', { report }));
    const { measured } = insight.times;
    assert.equal(measured?.atThisLength, false);
    assert.equal(Math.round(measured.ms), 16 * 1280);
    assert.ok(measured.lowMs < measured.ms && measured.ms < measured.highMs);
    assert.match(timeLines(insight)[0]?.text ?? '', /projected from measurements on .* in float32\.$/);
  });

  it('takes no time of another batch, of other shapes, or that did not verify', async () => {
    const subject = await subjectOf(llama, 'max_position_embeddings');
    const valid = reportOf([point(131_072)]);
    const others: Report[] = [
      reportOf([point(131_072)], 2),
      reportOf([point(131_072, false)]),
      {
        ...valid,
        layerKinds: valid.layerKinds.map((kind) => ({ ...kind, shape: { ...kind.shape, headDim: 128 } })),
      },
      { ...valid, layerKinds: valid.layerKinds.map((kind) => ({ ...kind, window: 128 })) },
      { ...valid, layerKinds: [] },
    ];
    for (const report of others) {
      const { times } = insightOf('length', { ...subject, report });
      assert.equal(times.measured, undefined);
      assert.ok(times.roofline);
    }
  });

  it('labels what the data sheet says, with the device', async () => {
    const insight = insightOf('length', await subjectOf(llama, 'max_position_embeddings'));
    const texts = timeLines(insight).map(({ text }) => text);
    assert.equal(texts.length, 3);
    for (const text of texts) assert.match(text, /\(roofline-projected, Test 80 data sheet\)\.$/);
  });
});
