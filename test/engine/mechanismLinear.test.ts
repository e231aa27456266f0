import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gatedDelta } from '../../src/attention/gatedDelta';
import { gatedLinear } from '../../src/attention/gatedLinear';
import { linear } from '../../src/attention/linear';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from '../../src/attention/mechanism';
import { performer } from '../../src/attention/performer';
import { makeInputs } from '../../src/engine/inputs';
import { eightHeads } from '../fixtures/attentionShapes';
import { assertAsFormula, checkDecode, checkKernels, randomShapes } from './mechanismChecks';

const causalShapes = randomShapes.map((shape): AttentionShape => ({ ...shape, causal: true }));
const causalHeads: AttentionShape = { ...eightHeads, causal: true };

describe('attention by a state, on cpu', function () {
  this.timeout(120_000);

  for (const [mechanism, shapes] of [
    [linear, randomShapes],
    [gatedLinear, causalShapes],
    [gatedDelta, causalShapes],
  ] as const) {
    it(`${mechanism.id} is right on any shape`, async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async (shape) => {
          assert.deepEqual(await checkKernels(mechanism, shape, {}), []);
        }),
        { numRuns: 25, endOnFailure: true },
      );
    });
  }

  it('performer is right on any shape, for any number of features', async () => {
    await fc.assert(
      fc.asyncProperty(randomShapes, fc.integer({ min: 1, max: 300 }), async (shape, features) => {
        assert.deepEqual(await checkKernels(performer, shape, { features }), []);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  // Blocks have several chunks here, and the last n leaves a block of whole chunks and one of a part.
  for (const [mechanism, parameters, lengths] of [
    [linear, {}, [256, 257, 600]],
    [performer, { features: 256 }, [128, 129, 200]],
    [gatedLinear, {}, [256, 257, 600]],
    [gatedDelta, {}, [256, 257, 600]],
  ] as const) {
    it(`${mechanism.id} carries its state over blocks, chunks and what is left`, async () => {
      for (const n of lengths) {
        for (const causal of mechanism.causal === 'yes' ? [true] : [true, false]) {
          assert.deepEqual(await checkKernels(mechanism, { ...eightHeads, n, causal }, parameters), []);
        }
      }
    });
  }

  it('decodes what the definition gives for the last position', async () => {
    for (const mechanism of [linear, gatedLinear, gatedDelta]) {
      for (const n of [1, 2, 65, 300]) {
        await checkDecode(mechanism, { ...causalHeads, batch: 2, heads: 6, kvHeads: 2, headDim: 15, n }, {});
      }
    }
  });

  it('inverts chunks of keys that are all alike, where the powers of their matrix would lose the precision', async () => {
    const shape = { ...causalHeads, heads: 2, kvHeads: 2, headDim: 16, n: 100 };
    const inputs = makeInputs(shape, 7);
    const width = shape.kvHeads * shape.headDim;
    for (let token = 1; token < shape.n; token++) inputs.k.copyWithin(token * width, 0, width);
    assert.deepEqual(await checkKernels(gatedDelta, shape, {}, inputs), []);
  });

  it('keeps a state whose size does not depend on the length', () => {
    for (const mechanism of [linear, gatedLinear, gatedDelta]) {
      const [short, long] = [100, 10_000].map(
        (n) => mechanism.decode?.({ ...causalHeads, n }, {}).stateBytes,
      );
      assert.ok(short !== undefined && short === long);
    }
  });
});

describe('memory of attention by a state, as the runtime counts it', function () {
  this.timeout(180_000);

  const shapes: readonly AttentionShape[] = [
    eightHeads,
    { ...eightHeads, n: 4096 },
    { ...eightHeads, n: 16_384 },
    { ...eightHeads, kvHeads: 2 },
    { ...eightHeads, kvHeads: 2, n: 4096 },
    { ...eightHeads, batch: 2, n: 4096 },
  ];
  const cases: readonly (readonly [AttentionMechanism, MechanismParameters, boolean])[] = [
    [linear, {}, true],
    [linear, {}, false],
    [performer, { features: 256 }, true],
    [performer, { features: 256 }, false],
    [gatedLinear, {}, true],
    [gatedDelta, {}, true],
  ];
  for (const [mechanism, parameters, causal] of cases) {
    it(`${mechanism.id}, ${causal ? 'causal' : 'bidirectional'}: within a quarter of the formula`, async () => {
      for (const shape of shapes.map((each) => ({ ...each, causal }))) {
        for (const kernel of mechanism.kernels(shape, parameters)) {
          // The form in few large operators is for a GPU.
          if (kernel.id === 'folded') continue;
          await assertAsFormula(kernel, shape, { least: 0.8 });
        }
      }
    });
  }
});
