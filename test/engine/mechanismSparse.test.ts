import assert from 'node:assert/strict';
import fc from 'fast-check';
import { axial } from '../../src/attention/axial';
import { bigBird } from '../../src/attention/bigBird';
import {
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
} from '../../src/attention/mechanism';
import { stridedSparse } from '../../src/attention/stridedSparse';
import { eightHeads, groupedHeads } from '../fixtures/attentionShapes';
import { assertAsFormula, checkDecode, checkKernels, equalsDense, randomShapes } from './mechanismChecks';

describe('sparse and axial attention, on cpu', function () {
  this.timeout(120_000);

  it('bigbird is right for any shape, block and number of random blocks', async () => {
    const blocks = fc.oneof(fc.integer({ min: 4, max: 120 }), fc.constantFrom(1, 2, 16, 64));
    await fc.assert(
      fc.asyncProperty(randomShapes, blocks, fc.nat(6), async (random, block, randomBlocks) => {
        const shape = { ...random, causal: false, n: Math.min(random.n, 60 * block) };
        assert.deepEqual(await checkKernels(bigBird, shape, { blockSize: block, randomBlocks }), []);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it('sparse-transformer is right for any shape, block and summary', async () => {
    const blocks = fc.oneof(fc.integer({ min: 4, max: 120 }), fc.constantFrom(1, 2, 16, 64));
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(randomShapes, blocks, part, async (random, block, share) => {
        const shape = { ...random, n: Math.min(random.n, 60 * block) };
        const summary = Math.round(share * block);
        assert.deepEqual(await checkKernels(stridedSparse, shape, { block, summary }), []);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it('axial is right for any shape', async () => {
    await fc.assert(
      fc.asyncProperty(randomShapes, async (shape) => {
        assert.deepEqual(await checkKernels(axial, shape, {}), []);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  for (const causal of [true, false]) {
    it(`axial is right on grids with a short last row, and of a single row, ${causal ? 'causal' : 'bidirectional'}`, async () => {
      // Primes fill no grid: 13 = 4 + 4 + 4 + 1; 2 and 3 are one row each, or nearly so.
      for (const n of [1, 2, 3, 5, 13, 127, 257, 509]) {
        assert.deepEqual(await checkKernels(axial, { ...groupedHeads, causal, n }, {}), []);
      }
    });
  }

  it('blocks whose scores pass what a cache holds are attended to some rows at a time', async () => {
    const shape: AttentionShape = { ...groupedHeads, batch: 1, heads: 8, n: 1000 };
    assert.deepEqual(await checkKernels(bigBird, shape, { blockSize: 150, randomBlocks: 2 }), []);
    for (const causal of [true, false]) {
      const large = { ...shape, causal };
      assert.deepEqual(await checkKernels(stridedSparse, large, { block: 400, summary: 30 }), []);
    }
  });
});

describe('limits in which sparse attention is dense attention', function () {
  this.timeout(60_000);

  for (const causal of [true, false]) {
    const shape = { ...groupedHeads, causal };
    const masking = causal ? 'causal' : 'bidirectional';
    it(`sparse-transformer: one block holds everything, ${masking}`, async () => {
      await equalsDense(stridedSparse, shape, { block: 300, summary: 0 });
      await equalsDense(stridedSparse, shape, { block: 1000, summary: 3 });
    });
    it(`sparse-transformer: all of a block is its summary, ${masking}`, () =>
      equalsDense(stridedSparse, shape, { block: 32, summary: 32 }));
    it(`sparse-transformer: but not with a token less, ${masking}`, () =>
      assert.rejects(equalsDense(stridedSparse, shape, { block: 32, summary: 31 })));
    it(`axial: two tokens stand in one row, whose columns are single tokens, ${masking}`, async () => {
      await equalsDense(axial, { ...shape, n: 1 }, {});
      await equalsDense(axial, { ...shape, n: 2 }, {});
      await assert.rejects(equalsDense(axial, { ...shape, n: 4 }, {}));
    });
  }

  it('bigbird: one block, or two, hold everything', async () => {
    await equalsDense(bigBird, groupedHeads, { blockSize: 300, randomBlocks: 0 });
    await equalsDense(bigBird, groupedHeads, { blockSize: 200, randomBlocks: 0 });
  });
  it('bigbird: the random blocks are all that are left', async () => {
    await equalsDense(bigBird, groupedHeads, { blockSize: 32, randomBlocks: 6 });
    await equalsDense(bigBird, groupedHeads, { blockSize: 32, randomBlocks: 60 });
  });
  it('bigbird: but not with fewer', () =>
    assert.rejects(equalsDense(bigBird, groupedHeads, { blockSize: 32, randomBlocks: 4 })));
});

describe('decode of sparse and axial attention', () => {
  it("gives the reference's last row", async () => {
    for (const n of [1, 2, 16, 17, 130]) {
      const shape = { ...groupedHeads, causal: true, n };
      await checkDecode(stridedSparse, shape, { block: 16, summary: 3 });
      await checkDecode(axial, shape, {});
    }
  });

  it('keeps the summaries and the block so far', () => {
    const shape = { ...groupedHeads, causal: true };
    const tokens = (n: number): number =>
      (stridedSparse.decode?.({ ...shape, n }, { block: 16, summary: 3 }).stateBytes ?? NaN) /
      (2 * shape.batch * shape.kvHeads * shape.headDim * 4);
    assert.equal(tokens(16), 16);
    assert.equal(tokens(17), 3 + 1);
    assert.equal(tokens(300), 18 * 3 + 12);
  });
});

describe('memory of sparse and axial attention, as the runtime counts it', function () {
  this.timeout(240_000);

  const cases: readonly (readonly [AttentionMechanism, boolean])[] = [
    [bigBird, false],
    [stridedSparse, true],
    [stridedSparse, false],
    [axial, true],
    [axial, false],
  ];
  const kinds = [
    { name: '8 heads', more: {} },
    { name: '8 heads on 2', more: { kvHeads: 2 } },
    { name: 'a batch of 2', more: { batch: 2 } },
  ];
  for (const [mechanism, causal] of cases) {
    for (const { name, more } of kinds) {
      it(`${mechanism.id}, ${causal ? 'causal' : 'bidirectional'}, ${name}: as the formula says`, async () => {
        for (const n of [1024, 4096]) {
          const shape: AttentionShape = { ...eightHeads, n, causal, ...more };
          for (const kernel of mechanism.kernels(shape, resolveParameters(mechanism, shape))) {
            await assertAsFormula(kernel, shape, { least: 1 / 1.25, most: 1 / 0.75 });
          }
        }
      });
    }
  }
});
