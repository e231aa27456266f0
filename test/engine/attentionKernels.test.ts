import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dense } from '../../src/attention/dense';
import type { AttentionShape } from '../../src/attention/mechanism';
import { slidingWindow } from '../../src/attention/slidingWindow';
import { makeInputs } from '../../src/engine/inputs';
import { checkKernels as check, randomShapes as shapes } from './mechanismChecks';
import { kernelById, runGraph, traceGraph } from './runGraph';

/** GroupQueryAttention is the one operator with a condition on head_dim; everything else runs every shape. */
function assertRefusals(shape: AttentionShape, refused: readonly string[]): void {
  const may = shape.causal && shape.headDim % 8 !== 0 ? ['GroupQueryAttention'] : [];
  assert.deepEqual(refused, may);
}

describe('every kernel of dense attention, on cpu', function () {
  this.timeout(60_000);

  it('is right for any shape, or refused, never wrong', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        assertRefusals(shape, await check(dense, shape, {}));
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  for (const causal of [true, false]) {
    for (const [heads, kvHeads, name] of [
      [6, 6, 'MHA'],
      [6, 2, 'GQA'],
      [6, 1, 'MQA'],
      [1, 1, 'one head'],
    ] as const) {
      it(`is right for ${name}, ${causal ? 'causal' : 'bidirectional'}, over several blocks`, async () => {
        const shape: AttentionShape = {
          batch: 2,
          heads,
          kvHeads,
          headDim: 16,
          n: 530,
          causal,
          dtype: 'float32',
        };
        assert.deepEqual(await check(dense, shape, {}), []);
      });
    }
  }

  it('is right where the scores are large and softmax is one-hot', async () => {
    const shape: AttentionShape = {
      batch: 1,
      heads: 2,
      kvHeads: 1,
      headDim: 16,
      n: 90,
      causal: true,
      dtype: 'float32',
    };
    const { q, k, v } = makeInputs(shape, 4);
    const inputs = { q: q.map((value) => 30 * value), k, v };
    assert.deepEqual(await check(dense, shape, {}, inputs), []);
    assert.deepEqual(await check(slidingWindow, shape, { window: 20 }, inputs), []);
  });
});

describe('every kernel of the sliding window, on cpu', function () {
  this.timeout(60_000);

  it('is right for any shape and window', async () => {
    const windows = fc.oneof(
      fc.integer({ min: 1, max: 700 }),
      fc.constantFrom(1, 2, 3, 63, 64, 65, 128, 129, 256, 257),
    );
    await fc.assert(
      fc.asyncProperty(shapes, windows, async (shape, window) => {
        assert.deepEqual(await check(slidingWindow, shape, { window }), []);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  for (const causal of [true, false]) {
    it(`is dense attention where the window covers everything, ${causal ? 'causal' : 'bidirectional'}`, async () => {
      const shape: AttentionShape = {
        batch: 2,
        heads: 4,
        kvHeads: 2,
        headDim: 15,
        n: 150,
        causal,
        dtype: 'float32',
      };
      const inputs = makeInputs(shape, 8);
      const expected = await runGraph(kernelById(dense.kernels(shape, {}), 'naive').graph, shape, inputs);
      const covering = causal ? shape.n : 2 * shape.n;
      for (const window of [covering, covering + 1, 4 * covering]) {
        for (const { id, graph } of slidingWindow.kernels(shape, { window })) {
          assertAlike(await runGraph(graph, shape, inputs), expected, `${id}, window ${String(window)}`);
        }
      }
      // And is not where a single key is cut off.
      const narrower = causal ? shape.n - 1 : 2 * (shape.n - 2);
      for (const { graph } of slidingWindow.kernels(shape, { window: narrower })) {
        const output = await runGraph(graph, shape, inputs);
        assert.throws(() => {
          assertAlike(output, expected, '');
        });
      }
    });
  }

  for (const id of ['banded blocks', 'folded chunks']) {
    for (const causal of [true, false]) {
      it(`holds no n × n tensor: ${id}, ${causal ? 'causal' : 'bidirectional'}`, async () => {
        const peak = async (n: number): Promise<number> => {
          const shape: AttentionShape = {
            batch: 1,
            heads: 2,
            kvHeads: 1,
            headDim: 8,
            n,
            causal,
            dtype: 'float32',
          };
          const { graph } = kernelById(slidingWindow.kernels(shape, { window: 128 }), id);
          const { peakBytes } = await traceGraph(graph, shape, makeInputs(shape, 1), 2);
          assert.ok(peakBytes !== undefined && peakBytes > 0);
          return peakBytes;
        };
        // The arena hands out blocks of its own sizes: over two doublings that evens out.
        const [short, long] = [await peak(2048), await peak(8192)];
        assert.ok(long <= 4.4 * short, `${String(short)} bytes at 2048, ${String(long)} at 8192`);
        // The scores of one head alone would be 256 MiB.
        assert.ok(long < (8192 ** 2 * 4) / 4, `${String(long)} bytes`);
      });
    }
  }

  it('is projected to hold about what the runtime counts, as dense attention is', async () => {
    for (const causal of [true, false]) {
      const shape: AttentionShape = {
        batch: 1,
        heads: 4,
        kvHeads: 2,
        headDim: 32,
        n: 1024,
        causal,
        dtype: 'float32',
      };
      const inputs = makeInputs(shape, 1);
      for (const { id, graph, cost } of [
        ...dense.kernels(shape, {}),
        ...slidingWindow.kernels(shape, { window: 256 }),
      ]) {
        const ratio = ((await traceGraph(graph, shape, inputs, 1)).peakBytes ?? 0) / cost.workspaceBytes;
        // Blocks of the arena are up to half as large again; a softmax may work in place.
        assert.ok(ratio > 0.45 && ratio < 1.6, `${id}: measured is ${String(ratio)} of the formula`);
      }
    }
  });

  it('the same measure does see the n × n scores of naive dense attention', async () => {
    const peak = async (n: number): Promise<number> => {
      const shape: AttentionShape = {
        batch: 1,
        heads: 1,
        kvHeads: 1,
        headDim: 8,
        n,
        causal: false,
        dtype: 'float32',
      };
      const { graph } = kernelById(dense.kernels(shape, {}), 'naive');
      return (await traceGraph(graph, shape, makeInputs(shape, 1), 1)).peakBytes ?? 0;
    };
    assert.ok((await peak(1024)) > 3.5 * (await peak(512)));
  });
});

function assertAlike(actual: Float32Array, expected: Float32Array, what: string): void {
  assert.equal(actual.length, expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  actual.forEach((value, index) => {
    const difference = Math.abs(value - (expected[index] ?? NaN));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  });
  assert.ok(worst <= 1e-5 * largest, `${what}: ${String(worst)}`);
}
