import assert from 'node:assert/strict';
import { samplePositions } from '../../src/engine/verify';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSpec } from '../../src/model/modelSpec';
import { gptStyle } from '../fixtures/gptStyle';
import { onlyKind, profileRun, type ProfileRun } from './profileRun';
import { workerBundle } from './workerBundle';

/** Runs `work` with the workers' temporary files in `folder`. */
async function withTemporaryFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const saved = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return await work();
  } finally {
    // Assigning undefined would make it the text 'undefined'.
    if (saved === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = saved;
  }
}

describe('the engine’s process, on cpu', function () {
  this.timeout(60_000);
  let run: ProfileRun;
  let folder: string;

  before(async () => {
    await workerBundle();
    folder = mkdtempSync(join(tmpdir(), 'headroom-worker-'));
    run = await withTemporaryFolder(folder, () => profileRun());
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends complete and tells the device', () => {
    const { report } = run;
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    assert.equal(report.run.fraction, 1);
    assert.equal(report.run.error, undefined);
    assert.equal(report.device?.provider, 'cpu');
    assert.equal(report.device.fallbackFrom, undefined);
    assert.equal(report.device.precision, 'float32');
    assert.ok(report.device.memoryBytes > 0 && report.device.freeMemoryBytes <= report.device.memoryBytes);
    assert.ok((report.device.matmulFlopsPerSecond ?? 0) > 0);
    assert.ok((report.device.matmulSize ?? 0) >= 256);
  });

  it('has verified points of dense attention and the sliding window', () => {
    const kind = onlyKind(run.report);
    assert.deepEqual(
      kind.replacements.map(({ id }) => id),
      ['sliding-window'],
    );
    for (const { id, points } of [kind.dense, ...kind.replacements]) {
      assert.equal(points[0]?.n, 16, id);
      for (const { n, verification, timing, peakBytes } of points) {
        assert.equal(verification.passed, true, `${id} at ${String(n)}: ${verification.message ?? ''}`);
        assert.ok(verification.maxError <= 1e-4);
        assert.equal(verification.rows, 2 * samplePositions(n, 20_170_612).length);
        assert.ok(timing && timing.repetitions >= 6);
        assert.ok(timing.minMs <= timing.medianMs && timing.lowMs <= timing.highMs);
        assert.ok((peakBytes ?? 0) > 0);
      }
    }
  });

  it('has a comparison, a projection beyond the asked length, and per-head times', () => {
    const kind = onlyKind(run.report);
    assert.ok(kind.replacements[0]?.comparison);
    assert.ok(kind.dense.projection.some(({ n, measured }) => n === 512 && !measured));
    assert.ok(kind.decomposed);
    assert.equal(kind.decomposed.verification.passed, true);
    assert.equal(kind.decomposed.perHead.length, 2);
    assert.equal(kind.decomposed.clock, 'runtime profile, cpu');
  });

  it('reports as it goes: running first, the fraction never back, the final state last', () => {
    const { updates, report } = run;
    assert.ok(updates.length > 5);
    assert.equal(updates[0]?.run.state, 'running');
    assert.deepEqual(updates.at(-1)?.run.state, report.run.state);
    updates.forEach((update, index) => {
      assert.ok(update.run.fraction >= (updates[index - 1]?.run.fraction ?? 0));
    });
    const points = updates.map((update) => onlyKind(update).dense.points.length);
    assert.ok(points.includes(0) && points.includes(1));
  });

  it('leaves no file behind: no profile, and nothing of the runtime’s telemetry', () => {
    // With telemetry on, the runtime writes `.ses` and `mat-debug-*.log` here.
    assert.deepEqual(readdirSync(folder), []);
  });

  it('measures a bidirectional model with grouped heads and a batch, each kind of layer', async () => {
    const model = gptStyle(64, 4, 1);
    const [stack] = model.stacks;
    const [kind] = stack?.layerKinds ?? [];
    assert.ok(stack && kind?.attention);
    const attention = { ...kind.attention, kvHeads: 2, causal: false };
    const mixed: ModelSpec = {
      ...model,
      stacks: [
        {
          ...stack,
          layerKinds: [
            { ...kind, attention },
            { ...kind, name: 'sliding_attention', attention: { ...attention, window: 8 } },
          ],
        },
      ],
    };
    const { report } = await profileRun({
      model: mixed,
      scenario: { sequenceLength: 40, batch: 2, dtype: 'float32' },
    });
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    assert.deepEqual(
      report.layerKinds.map(({ name, replacements }) => [name, replacements[0]?.parameters]),
      [
        ['full_attention', { window: 256 }],
        ['sliding_attention', { window: 8 }],
      ],
    );
    for (const { dense, replacements, decomposed } of report.layerKinds) {
      for (const { points } of [dense, ...replacements]) {
        assert.ok(points.length > 0);
        assert.ok(points.every(({ verification }) => verification.passed));
        assert.equal(
          points[0]?.verification.rows,
          2 * 4 * samplePositions(points[0]?.n ?? 0, 20_170_612).length,
        );
      }
      assert.equal(decomposed?.perHead.length, 4);
    }
  });

  it('falls back to the CPU from a device that is not there, and says so', async function () {
    const { report } = await profileRun({ device: 'cuda' });
    if (report.device?.provider === 'cuda') {
      console.log('      skipped: this machine has a GPU with CUDA');
      this.skip();
    }
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    assert.equal(report.device?.provider, 'cpu');
    assert.equal(report.device.fallbackFrom, 'cuda');
    const cuda = report.device.tried.find(({ provider }) => provider === 'cuda');
    assert.equal(cuda?.ok, false);
    assert.notEqual(cuda.detail, '');
    assert.ok(report.run.notes.some((note) => /cuda was asked for .* measured on cpu instead/.test(note)));
    assert.ok(onlyKind(report).dense.points.some(({ verification }) => verification.passed));
  });

  it('fails by the name of a crash when it is killed, and the next run works', async () => {
    let pid: number | undefined;
    const { report } = await profileRun({
      onWorker: (id) => {
        pid = id;
        process.kill(id, 'SIGKILL');
      },
    });
    assert.ok(pid !== undefined);
    assert.equal(report.run.state, 'failed');
    assert.equal(report.run.error?.kind, 'crash');
    assert.notEqual(report.run.error.mend, '');
    assert.equal(existsSync(`/proc/${String(pid)}/exe`), false);
    assert.equal((await profileRun()).report.run.state, 'complete');
  });

  it('keeps what was measured when it is cancelled half-way', async () => {
    const controller = new AbortController();
    const { report } = await profileRun({
      signal: controller.signal,
      onUpdate: (update) => {
        if (onlyKind(update).dense.points.length > 0) controller.abort();
      },
    });
    assert.equal(report.run.state, 'cancelled');
    assert.equal(report.run.error, undefined);
    assert.equal(onlyKind(report).dense.points.length, 1);
  });

  it('makes no inputs that memory cannot hold, and says why', async () => {
    const { report } = await profileRun({
      model: gptStyle(4096, 32, 1),
      scenario: { sequenceLength: 16, batch: 2 ** 24, dtype: 'float32' },
    });
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    assert.deepEqual(onlyKind(report).dense.points, []);
    assert.match(
      report.run.notes.join(' '),
      /lengths from n = 16 on were not measured: attention at n = 16 needs 16\.0 TiB \(projected\)/,
    );
  });

  it('still measures where the runtime cannot write its profile', async () => {
    const { report } = await withTemporaryFolder(join(folder, 'missing'), () => profileRun());
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    const kind = onlyKind(report);
    assert.ok(kind.dense.points[0]?.timing);
    assert.equal(kind.dense.points[0].peakBytes, undefined);
    assert.equal(kind.decomposed, undefined);
    assert.ok(report.run.notes.some((note) => note.startsWith('Per-head timings failed')));
  });

  it('runs dense attention and one replacement where the time is up at once, and says so of the others', async () => {
    const replacements = ['sliding-window', 'axial', 'linear'];
    const { report } = await profileRun({ budgetSeconds: 0.001, replacements });
    const { dense, replacements: results } = onlyKind(report);
    assert.equal(report.run.state, 'complete', JSON.stringify(report.run));
    const ran = [dense, ...results].filter(({ points }) => points[0]?.timing !== undefined);
    assert.deepEqual(
      ran.map(({ id }) => id),
      ['dense', 'sliding-window'],
    );
    const others = results.filter(({ id }) => id !== 'sliding-window');
    assert.deepEqual(others.map(({ id }) => id).sort(), ['axial', 'linear']);
    for (const { skipped } of others) assert.match(skipped ?? '', /time budget ended before it/);
  });
});
