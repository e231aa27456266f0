import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dense } from '../../src/attention/dense';
import { linformer, linformerKernels } from '../../src/attention/linformer';
import type { AttentionShape } from '../../src/attention/mechanism';
import { makeInputs } from '../../src/engine/inputs';
import { computeReference, verify } from '../../src/engine/verify';
import { groupedHeads } from '../fixtures/attentionShapes';
import { assertAsFormula, assertGiveDense, checkKernels, randomShapes } from './mechanismChecks';
import { allPositions, runGraph } from './runGraph';

const bidirectional = randomShapes.map((shape): AttentionShape => ({ ...shape, causal: false }));

const base: AttentionShape = { ...groupedHeads, n: 150 };

/** A projection that leaves `n` tokens as they are, and adds none. */
function identity(n: number): { length: number; values: Float32Array } {
  const values = new Float32Array(n * n);
  for (let token = 0; token < n; token++) values[token * n + token] = 1;
  return { length: n, values };
}

describe('linformer, on cpu', function () {
  this.timeout(60_000);

  it('is right for any shape and length', async () => {
    await fc.assert(
      fc.asyncProperty(bidirectional, fc.integer({ min: 1, max: 300 }), async (shape, length) => {
        assert.deepEqual(await checkKernels(linformer, shape, { length }), []);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('is dense attention where the projection is the identity, and not otherwise', async () => {
    const inputs = makeInputs(base, 5);
    await assertGiveDense(linformerKernels(base, identity(base.n)), base, inputs);
    const expected = computeReference(dense, base, {}, inputs, allPositions(base.n));
    const other = { length: base.n, values: identity(base.n).values.map((value) => value / 2) };
    for (const { id, graph } of linformerKernels(base, other)) {
      assert.ok(!verify(base, expected, await runGraph(graph, base, inputs)).passed, id);
    }
  });

  for (const [batch, kvHeads] of [
    [1, 8],
    [1, 2],
    [2, 8],
  ] as const) {
    it(`holds what the formula says, batch ${String(batch)}, ${String(kvHeads)} key/value heads`, async () => {
      for (const n of [1024, 4096]) {
        const shape: AttentionShape = { ...base, batch, heads: 8, kvHeads, headDim: 64, n };
        for (const kernel of linformer.kernels(shape, { length: 256 })) {
          await assertAsFormula(kernel, shape);
        }
      }
    });
  }
});
