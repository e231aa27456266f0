import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttentionShape } from '../../src/attention/mechanism';
import { plannedCalls } from '../../src/engine/regimes/axisCalls';
import { scalingAxis, sumSteps, throughput } from '../../src/engine/regimes/derive';
import { inputsFrom } from '../../src/engine/regimes/inputPool';
import { runRounds } from '../../src/engine/rounds';
import { makeInputs } from '../../src/engine/inputs';
import { withPeak } from '../../src/report/regimes';
import { regimesSections } from '../../src/report/regimesSection';
import {
  curveContexts,
  decodeCurves,
  regimeRows,
  scalingPointRows,
  scalingRows,
} from '../../webview/model/regimes';
import { sampleRegimes, timingOf } from '../fixtures/regimesSample';
import { sampleReport } from '../fixtures/sampleReport';

const shape: AttentionShape = {
  batch: 1,
  heads: 32,
  kvHeads: 8,
  headDim: 64,
  n: 256,
  causal: true,
  dtype: 'float32',
};

describe('figures of the two regimes', () => {
  it('are rates a second from a time in ms', () => {
    assert.deepEqual(throughput(100, 4e6, 2), { tokensPerSecond: 50_000, flopsPerSecond: 2e9 });
  });

  it('sum steps exactly where a step’s time is a line in the context', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 3000 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1e-2, noNaN: true }),
        (n, constant, slope) => {
          const steps = [n, 1, Math.ceil(n / 2)].map((context) => ({
            context,
            timing: timingOf(constant + slope * context),
          }));
          const sum = sumSteps(steps, n, timingOf(10));
          const expected = n * constant + (slope * n * (n + 1)) / 2;
          assert.ok(sum);
          assert.ok(Math.abs(sum.ms - expected) <= 1e-9 * expected);
          assert.ok(Math.abs(sum.lowMs - 0.9 * expected) <= 1e-9 * expected);
          assert.ok(Math.abs(sum.highMs - 1.1 * expected) <= 1e-9 * expected);
        },
      ),
    );
  });

  it('take a step’s time as flat outside the measured contexts, and name these in order', () => {
    const steps = [3, 2].map((context) => ({ context, timing: timingOf(context) }));
    const sum = sumSteps(steps, 5, timingOf(2));
    assert.equal(sum?.ms, 2 + 2 + 3 + 3 + 3);
    assert.deepEqual(sum.contexts, [2, 3]);
    assert.equal(sum.parallelSpeedup, 6.5);
    assert.ok(Math.abs(sum.speedupLow - (0.9 * 13) / 2.2) < 1e-12);
    assert.ok(Math.abs(sum.speedupHigh - (1.1 * 13) / 1.8) < 1e-12);
    assert.equal(sumSteps([], 5, timingOf(2)), undefined);
  });

  it('call a device full at the least value that reaches 90 % of the best rate', () => {
    const call = (value: number, flopsPerSecond: number) => ({ value, timing: timingOf(1), flopsPerSecond });
    const axis = scalingAxis('batch', 256, [call(4, 99), call(8, 100), call(1, 50), call(2, 89)]);
    assert.equal(axis?.fullAt, 4);
    assert.deepEqual(
      axis.points.map(({ value, shareOfBest }) => [value, shareOfBest]),
      [
        [1, 0.5],
        [2, 0.89],
        [4, 0.99],
        [8, 1],
      ],
    );
    assert.equal(scalingAxis('batch', 256, [call(1, 10)]), undefined);
  });

  it('are set against the MatMul rate once that is known', () => {
    const plain = sampleRegimes();
    assert.equal(withPeak(plain, undefined), plain);
    assert.equal(withPeak(plain, 0), plain);
    const peaked = withPeak(plain, 134e9);
    assert.equal(peaked.prefill.shareOfPeak, 0.5);
    for (const { timed } of peaked.decode) {
      if (timed !== undefined) assert.equal(timed.shareOfPeak, timed.flopsPerSecond / 134e9);
    }
    assert.equal(peaked.decode.at(-1)?.timed, undefined);
  });
});

describe('calls of the scaling axes', () => {
  const cpu = { provider: 'cpu', threads: 6 };

  it('double, and end with what the model and the device have', () => {
    const valuesOf = (axis: 'batch' | 'heads' | 'threads', base = shape, device = cpu) =>
      plannedCalls(axis, base, device).map(({ value }) => value);
    assert.deepEqual(valuesOf('batch'), [1, 2, 4, 8]);
    assert.deepEqual(valuesOf('batch', shape, { provider: 'cuda', threads: 6 }), [1, 2, 4, 8, 16, 32, 64]);
    assert.deepEqual(valuesOf('heads'), [4, 8, 16, 32]);
    assert.deepEqual(valuesOf('heads', { ...shape, heads: 12, kvHeads: 12 }), [1, 2, 4, 8, 12]);
    assert.deepEqual(valuesOf('heads', { ...shape, heads: 6, kvHeads: 1 }), [1, 2, 4, 6]);
    assert.deepEqual(valuesOf('threads'), [1, 2, 4, 6]);
    assert.deepEqual(valuesOf('threads', shape, { provider: 'webgpu', threads: 6 }), []);
  });

  it('keep as many query heads to a KV head as the model has', () => {
    for (const call of plannedCalls('heads', shape, cpu)) {
      assert.equal(call.shape.heads, 4 * call.shape.kvHeads);
    }
  });
});

describe('inputs from a pool', () => {
  const pool = makeInputs({ ...shape, n: 2 }, 1);

  it('are its first numbers for a smaller shape', () => {
    const { q, k, v } = inputsFrom(pool, { ...shape, n: 1 });
    assert.deepEqual([...q], [...pool.q.subarray(0, 2048)]);
    assert.deepEqual([k.length, v.length], [512, 512]);
    assert.notDeepEqual([...k], [...v]);
  });

  it('fill a larger shape, with no two entries of the batch alike', () => {
    const { q, k } = inputsFrom(pool, { ...shape, n: 2, batch: 5 });
    assert.equal(k.length, 5 * pool.k.length);
    const entries = Array.from({ length: 5 }, (_, entry) =>
      [...q.subarray(entry * pool.q.length, (entry + 1) * pool.q.length)].join(),
    );
    assert.equal(new Set(entries).size, 5);
    assert.ok(q.every((value) => value !== 0));
  });
});

describe('rounds of repetitions', () => {
  const call = (ms: number) => {
    const samplesMs: number[] = [];
    return { samplesMs, repeat: () => Promise.resolve(void samplesMs.push(ms * (1 + samplesMs.length))) };
  };

  it('are at least six, though their time is over, and run every call in each', async () => {
    const calls = [call(1), call(2)];
    const now = performance.now();
    await runRounds(calls, now - 1, now + 10_000);
    assert.deepEqual(
      calls.map(({ samplesMs }) => samplesMs.length),
      [6, 6],
    );
  });

  it('are none after the deadline', async () => {
    const late = call(1);
    await runRounds([late], performance.now() + 1000, performance.now() - 1);
    assert.equal(late.samplesMs.length, 0);
  });

  it('end early once every interval has its width', async () => {
    const steady = {
      samplesMs: [] as number[],
      repeat: () => Promise.resolve(void steady.samplesMs.push(1)),
    };
    await runRounds([steady], performance.now() + 10_000, performance.now() + 10_000);
    assert.equal(steady.samplesMs.length, 6);
  });
});

function sections(regimes = withPeak(sampleRegimes(), 134e9)) {
  const report = sampleReport();
  const [kind] = report.layerKinds;
  assert.ok(kind);
  return regimesSections(kind, regimes, report.device);
}

describe('report sections of the two regimes', () => {
  it('state the conditions, and give each row a cell a column', () => {
    const [regimes, scaling] = sections();
    assert.ok(regimes?.table && scaling?.table);
    assert.match(regimes.lead[0] ?? '', /float32 on cpu \(AMD EPYC 9R14, 2 threads\)/);
    assert.match(regimes.title, /measured/);
    for (const { columns, rows } of [regimes.table, scaling.table]) {
      for (const row of rows) assert.equal(row.length, columns.length);
    }
    const timed = sampleRegimes().decode.filter((point) => point.timed !== undefined);
    assert.equal(regimes.table.rows.length, 1 + timed.length);
    assert.equal(scaling.table.rows.length, 5);
    const text = JSON.stringify([regimes, scaling]);
    assert.doesNotMatch(text, /NaN|undefined|Infinity|\{\d\}/);
  });

  it('set prefill beside decode, as a multiple of the MatMul rate, which is no upper bound', () => {
    const [regimes] = sections();
    const rows = regimes?.table?.rows ?? [];
    assert.deepEqual(rows[0], [
      'prefill',
      'blockwise 256',
      '1,024',
      '64.0',
      '57.6',
      '70.4',
      '16,000',
      '67.0 GFLOP/s',
      '0.50×',
      '–',
      '–',
    ]);
    assert.match(
      regimes?.lead.join(' ') ?? '',
      /MatMul \(2048³\) measured on this device, which is no upper bound/,
    );
    // Faster than that one MatMul, which is no share of a whole.
    const [fast] = sections(withPeak(sampleRegimes(), 60e9));
    assert.equal(fast?.table?.rows[0]?.[8], '1.12×');
    assert.doesNotMatch(JSON.stringify([fast, regimeRows(withPeak(sampleRegimes(), 60e9))]), /11\d %/);
    assert.equal(rows.find((row) => row[1] === 'Linear Transformer')?.at(-1), '512 KiB, constant');
    assert.equal(rows.find((row) => row[1] === 'Dense attention')?.at(-1), '256 KiB');
  });

  it('call the time of tokens one by one derived', () => {
    const [regimes] = sections();
    assert.match(
      regimes?.remarks[0] ?? '',
      /1,024 positions at once are 9\.00× as fast \(7\.36× to 11\.0×\).*64\.0 ms measured against 576 ms, derived .* n = 64 \/ 256 \/ 512 \/ 1,024\./,
    );
  });

  it('show no time for a step that did not verify, and say what was left out', () => {
    const [regimes] = sections();
    assert.ok(regimes);
    assert.equal(
      regimes.table?.rows.find((cells) => cells[1] === 'Sliding window'),
      undefined,
    );
    assert.ok(
      regimes.remarks.includes(
        'Decode without a time: Sliding window at n = 64. Reason: The output differs.',
      ),
    );
    assert.ok(regimes.remarks.includes(sampleRegimes().leftOut[0] ?? ''));
  });

  it('name the steps without a time in one sentence for each reason', () => {
    const untimed = sampleRegimes().decode.filter((point) => point.timed === undefined);
    const [first] = untimed;
    assert.ok(first);
    const decode = [64, 256, 512].map((context) => ({ ...first, context }));
    const [regimes] = sections({ ...sampleRegimes(), decode });
    const named = regimes?.remarks.filter((remark) => remark.startsWith('Decode without a time'));
    assert.equal(named?.length, 1);
    for (const n of [64, 256, 512]) assert.ok(named[0]?.includes(`Sliding window at n = ${String(n)}`));
  });

  it('say that a time is of one run, in place of an interval of no width', () => {
    const regimes = sampleRegimes();
    const timing = { ...regimes.prefill.timing, lowMs: 64, highMs: 64, repetitions: 1 };
    const scaling = regimes.scaling.map((axis) => ({
      ...axis,
      points: axis.points.map((point) => ({ ...point, timing })),
    }));
    const [prefill, full] = sections({ ...regimes, prefill: { ...regimes.prefill, timing }, scaling });
    assert.deepEqual(prefill?.table?.rows[0]?.slice(3, 6), ['64.0', '1 run', '–']);
    for (const row of full?.table?.rows ?? []) assert.deepEqual(row.slice(3, 6), ['64.0', '1 run', '–']);
  });

  it('say that a call was measured twice, where it was', () => {
    const report = sampleReport();
    const [kind] = report.layerKinds;
    assert.ok(kind);
    const n = 1024;
    const point = kind.dense.points.find((one) => one.n === n && one.timing !== undefined);
    assert.ok(point);
    const remarksWith = (kernel: string): string => {
      const regimes = sampleRegimes();
      const given = { ...regimes, n, prefill: { ...regimes.prefill, kernel } };
      return regimesSections(kind, given, report.device)[0]?.remarks.join(' ') ?? '';
    };
    assert.match(
      remarksWith(point.kernel),
      /at n = 1,024 was measured twice: 64\.0 ms here, and [\d.]+ ms in turn/,
    );
    assert.match(
      remarksWith('another'),
      /64\.0 ms \(kernel another\) here, and [\d.]+ ms \(kernel MultiHeadAttention\) in turn/,
    );
    const [other] = regimesSections(kind, { ...sampleRegimes(), n: 1000 }, report.device);
    assert.doesNotMatch(other?.remarks.join(' ') ?? '', /measured twice/);
  });

  it('say where the device is full', () => {
    const [, scaling] = sections();
    assert.deepEqual(scaling?.remarks, [
      'Batch: 90 % of the best rate from 2 on; a batch of 1 reaches 80.0 % of it.',
      'CPU threads: 90 % of the best rate from 2 on; 1 reaches 50.0 % of it.',
    ]);
  });

  it('do not call a device full from a value on behind which the rate falls again', () => {
    const regimes = sampleRegimes();
    const [batch] = regimes.scaling;
    assert.ok(batch);
    const scaling = [
      {
        ...batch,
        points: batch.points.map((point) =>
          point.value === 4 ? { ...point, shareOfBest: 0.45 } : { ...point, shareOfBest: point.value / 2 },
        ),
      },
    ];
    const [, full] = sections({ ...regimes, scaling });
    assert.deepEqual(full?.remarks, ['Batch: the best rate is at 2; at 4 it is 45.0 % of that.']);
    assert.equal(scalingRows(scaling)[0]?.[3], '2; 45.0 % at 4');
    assert.equal(scalingRows(regimes.scaling)[0]?.[3], '2');
  });

  it('are one for a stack in which nothing scales or decodes', () => {
    const bare = { ...sampleRegimes(), decode: [], scaling: [] };
    Reflect.deleteProperty(bare, 'oneByOne');
    const only = sections(bare);
    assert.equal(only.length, 1);
    assert.equal(only[0]?.table?.rows.length, 1);
  });
});

describe('webview: the two regimes', () => {
  const regimes = withPeak(sampleRegimes(), 134e9);

  it('have prefill, the tokens one by one, and one row a mechanism at the same n', () => {
    const rows = regimeRows(regimes);
    assert.deepEqual(
      rows.map(([regime, n]) => [regime, n]),
      [
        ['Prefill: blockwise 256', '1,024'],
        ['Decode, all positions one by one', '1,024'],
        ['Decode: Dense attention', '1,024'],
        ['Decode: Linear Transformer', '1,024'],
        ['Decode: Sliding window', '64'],
      ],
    );
    assert.deepEqual(rows[0]?.slice(2, 6), [
      { value: '64.0 ms', notes: ['95 % CI 57.6 ms to 70.4 ms, 20 runs'] },
      '16.0 K',
      '67.0 GFLOP/s',
      '0.50×',
    ]);
    assert.deepEqual(rows[1]?.slice(2, 4), [
      { value: '576 ms', notes: ['derived from measured steps, 518 ms to 634 ms'] },
      '1.78 K',
    ]);
    assert.deepEqual(rows[2]?.slice(6), ['3.72 GiB/s', { value: '4.00 MiB', notes: ['grows with\u00a0n'] }]);
    assert.deepEqual(rows[3]?.[7], { value: '512 KiB', notes: ['constant'] });
    assert.deepEqual(rows[4]?.[2], { value: '–', notes: ['Not timed: The output differs.'] });
    assert.ok(rows.every((row) => row.length === 8));
  });

  it('draw a constant state from one valid step on, at the same rate up to the longest context', () => {
    const { decode } = regimes;
    const once = decode.filter(({ id, context }) => id !== 'linear' || context === 256);
    const [growing, constant, ...others] = decodeCurves({ ...regimes, decode: once });
    assert.deepEqual(others, []);
    assert.deepEqual(growing?.projected, []);
    const [point, ...more] = constant?.points ?? [];
    assert.deepEqual(more, []);
    assert.deepEqual(
      constant?.projected,
      [256, 4096].map((context) => ({ context, tokensPerSecond: point?.tokensPerSecond })),
    );
    const cache = decode.filter(({ id, context }) => id === 'dense' && context === 256);
    assert.deepEqual(decodeCurves({ ...regimes, decode: cache }), []);
  });

  it('take no window for a constant state that was measured before it was full', () => {
    const decode = regimes.decode.map((point) =>
      point.id === 'linear' && point.context < 1024 ? { ...point, constantState: false } : point,
    );
    const full = decodeCurves({ ...regimes, decode })[1];
    assert.equal(full?.title, 'Linear Transformer (constant state)');
    assert.deepEqual(
      full.projected.map(({ context }) => context),
      [1024, 4096],
    );
    const [, growing] = decodeCurves({
      ...regimes,
      decode: decode.filter(({ id, context }) => id !== 'linear' || context < 1024),
    });
    assert.equal(growing?.title, 'Linear Transformer (growing KV cache)');
    assert.deepEqual(growing.projected, []);
  });

  it('draw a curve a mechanism with two valid steps or more', () => {
    const curves = decodeCurves(regimes);
    assert.deepEqual(
      curves.map(({ title }) => title),
      ['Dense attention (growing KV cache)', 'Linear Transformer (constant state)'],
    );
    assert.deepEqual(curveContexts(curves), [64, 256, 512, 1024, 4096]);
    for (const point of curves.flatMap((curve) => curve.points)) {
      assert.ok(point.low < point.tokensPerSecond && point.tokensPerSecond < point.high);
    }
  });

  it('have one row an axis, and every call behind it', () => {
    assert.deepEqual(scalingRows(regimes.scaling), [
      ['Batch at n\u00a0=\u00a0256', '60.0 GFLOP/s at 4', '80.0 % at 1', '2'],
      ['CPU threads at n\u00a0=\u00a0512', '66.0 GFLOP/s at 2', '50.0 % at 1', '2'],
    ]);
    assert.equal(scalingPointRows(regimes.scaling).length, 5);
    assert.match(JSON.stringify(scalingPointRows(regimes.scaling)[4]?.[2]), /range of 5 runs/);
  });
});
