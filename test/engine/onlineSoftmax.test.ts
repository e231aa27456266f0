import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dense } from '../../src/attention/dense';
import type { AttentionInputs, AttentionShape, Kernel } from '../../src/attention/mechanism';
import { makeInputs } from '../../src/engine/inputs';
import { eightHeads } from '../fixtures/attentionShapes';
import { assertAsFormula, assertGiveDense, peakAndFormula } from './mechanismChecks';
import { kernelById } from './runGraph';

function online(shape: AttentionShape): Kernel {
  return kernelById(dense.kernels(shape, {}), 'online softmax');
}

async function assertRight(shape: AttentionShape, inputs: AttentionInputs): Promise<void> {
  await assertGiveDense([online(shape)], shape, inputs);
}

describe('softmax taken online, block of keys by block of keys', function () {
  this.timeout(60_000);

  it('is right over several blocks of which the last is shorter', async () => {
    const lengths = fc.oneof(fc.integer({ min: 257, max: 800 }), fc.constantFrom(256, 257, 511, 512, 513));
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(1, 2),
        fc.boolean(),
        async (n, group, batch, causal) => {
          const shape = { ...eightHeads, batch, kvHeads: 2, heads: 2 * group, headDim: 15, n, causal };
          await assertRight(shape, makeInputs(shape, n));
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('scales down what it has where a later key scores far higher', async () => {
    const shape = { ...eightHeads, heads: 2, kvHeads: 2, headDim: 16, n: 700 };
    const { q, k, v } = makeInputs(shape, 4);
    // Ten times the scores from one block of keys to the next.
    const block = 256 * shape.kvHeads * shape.headDim;
    const keys = k.map((value, index) => value * (1 + 10 * Math.floor(index / block)));
    for (const causal of [true, false]) await assertRight({ ...shape, causal }, { q, k: keys, v });
  });

  for (const causal of [true, false]) {
    for (const [batch, kvHeads] of [
      [1, 8],
      [1, 2],
      [2, 8],
    ] as const) {
      const name = `batch ${String(batch)}, ${String(kvHeads)} key/value heads, ${causal ? 'causal' : 'bidirectional'}`;
      it(`holds what the formula says, and less than row blocks: ${name}`, async () => {
        const shape = { ...eightHeads, batch, kvHeads, causal, n: 2048 };
        const peakBytes = await assertAsFormula(online(shape), shape);
        const rows = await peakAndFormula(kernelById(dense.kernels(shape, {}), 'row blocks'), shape);
        assert.ok(peakBytes < 0.8 * rows.peakBytes);
      });
    }
  }

  it('has a bounded number of nodes at any length, all of the standard operators', () => {
    for (const causal of [true, false]) {
      for (const n of [1, 255, 4096, 4097, 16_384, 65_536]) {
        const { nodes } = online({ ...eightHeads, causal, n }).graph;
        assert.ok(nodes.length < (causal ? 1600 : 2800), `${String(n)}: ${String(nodes.length)}`);
        assert.ok(nodes.every(({ domain }) => domain === ''));
      }
    }
  });
});
