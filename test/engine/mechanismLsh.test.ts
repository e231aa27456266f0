import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lsh } from '../../src/attention/lsh';
import { hashPlan } from '../../src/attention/lshHash';
import { resolveParameters, type AttentionInputs, type AttentionShape } from '../../src/attention/mechanism';
import { softmaxRows } from '../../src/attention/referenceRows';
import { makeInputs } from '../../src/engine/inputs';
import { computeReference } from '../../src/engine/verify';
import { eightHeads, groupedHeads } from '../fixtures/attentionShapes';
import { assertAsFormula, checkDecode, checkKernels, randomShapes } from './mechanismChecks';
import { allPositions } from './runGraph';

const chunks = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(1, 2, 16, 64, 1000));
const rounds = fc.integer({ min: 1, max: 5 });

const singleHead: AttentionShape = {
  ...groupedHeads,
  batch: 1,
  heads: 1,
  kvHeads: 1,
  headDim: 8,
  causal: true,
};

describe('LSH attention, on cpu', function () {
  this.timeout(120_000);

  it('is right for any shape, chunk and number of rounds', async () => {
    await fc.assert(
      fc.asyncProperty(randomShapes, chunks, rounds, async (random, chunk, count) => {
        const shape = { ...random, n: Math.min(random.n, 60 * chunk) };
        assert.deepEqual(await checkKernels(lsh, shape, { chunk, rounds: count }), []);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('puts every token into the bucket of the reference where queries tie, are zero or beyond the steps', async () => {
    const shape: AttentionShape = { ...groupedHeads, n: 200 };
    const { q, k, v } = makeInputs(shape, 1);
    const coarse = q.map((value, index) => {
      if (index % 7 === 0) return 0;
      // Halves of a step, which are rounded to even, and many equal sums.
      return index % 3 === 0 ? Math.round(value) / 256 : Math.round(value * 40);
    });
    await checkKernels(lsh, shape, { chunk: 16, rounds: 3 }, { q: coarse, k, v });
    await checkKernels(lsh, shape, { chunk: 16, rounds: 3 }, { q: new Float32Array(q.length), k, v });
  });

  it('sorts by one digit after the other where bucket and position together have too many bits', async () => {
    const shape: AttentionShape = { ...singleHead, n: 5000 };
    const { digits } = hashPlan(shape.n, shape.headDim, 1, 2);
    assert.ok(digits.reduce((product, size) => product * size, shape.n) > 2 ** 24);
    assert.deepEqual(await checkKernels(lsh, shape, { chunk: 1, rounds: 2 }), []);
  });

  it("does not read the keys: a token's key is its query", async () => {
    const shape: AttentionShape = { ...groupedHeads, n: 100 };
    const { q, k, v } = makeInputs(shape, 1);
    const parameters = { chunk: 16, rounds: 2 };
    const rows = (inputs: AttentionInputs): Float64Array =>
      computeReference(lsh, shape, parameters, inputs, allPositions(shape.n)).values;
    assert.deepEqual(rows({ q, k, v }), rows({ q, k: k.map(() => NaN), v }));
    await checkKernels(lsh, shape, parameters, { q, k: k.map(() => NaN), v });
  });
});

/** Softmax over all other tokens with queries of unit length as keys: what chunks that hold everything give. */
function sharedRows(shape: AttentionShape, { q, v }: AttentionInputs): Float64Array {
  const { headDim, heads } = shape;
  const keys = new Float32Array(q.length);
  for (let offset = 0; offset < q.length; offset += headDim) {
    const row = q.subarray(offset, offset + headDim);
    const length = Math.hypot(...row);
    // softmaxRows divides by √d once more.
    keys.set(
      row.map((value) => (value / length) * Math.sqrt(headDim)),
      offset,
    );
  }
  const rows = Array.from({ length: shape.batch }, (_, batch) =>
    allPositions(shape.n).flatMap((row) =>
      Array.from({ length: heads }, (__, head) => ({ batch, head, row })),
    ),
  ).flat();
  return softmaxRows({ ...shape, kvHeads: heads }, { q, k: keys, v }, rows, (query, key) => {
    if (shape.causal && query === 0) return key === 0;
    return key !== query && (!shape.causal || key < query);
  });
}

describe('limits in which LSH attention is softmax over all other tokens', () => {
  for (const causal of [true, false]) {
    const shape: AttentionShape = { ...groupedHeads, kvHeads: groupedHeads.heads, n: 48, causal };
    const inputs = makeInputs(shape, 3);
    const expected = sharedRows(shape, inputs);
    const far = (chunk: number, count: number): number => {
      const { values } = computeReference(
        lsh,
        shape,
        { chunk, rounds: count },
        inputs,
        allPositions(shape.n),
      );
      return values.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? NaN))),
        0,
      );
    };
    const masking = causal ? 'causal' : 'bidirectional';
    it(`one chunk, or two in any number of rounds, hold everything, ${masking}`, () => {
      for (const [chunk, count] of [
        [48, 1],
        [1000, 4],
        [24, 1],
        [24, 4],
        [40, 2],
      ] as const) {
        assert.ok(far(chunk, count) < 1e-5, `${String(chunk)}: ${String(far(chunk, count))}`);
      }
    });
    it(`but three do not, ${masking}`, () => {
      assert.ok(far(16, 1) > 1e-2);
    });
  }
});

describe('decode of LSH attention', () => {
  it("gives the reference's last row, for any place of the newest token", async () => {
    for (const n of [1, 2, 16, 17, 33, 64, 130]) {
      for (const chunk of [4, 16]) {
        await checkDecode(lsh, { ...groupedHeads, causal: true, n }, { chunk, rounds: 3 });
      }
    }
  });

  it('keeps a key for each query head, a value for each key/value head, and the orders of the rounds', () => {
    const shape = { ...groupedHeads, causal: true, n: 128 };
    const { batch, heads, kvHeads, headDim, n } = shape;
    const step = lsh.decode?.(shape, { chunk: 16, rounds: 3 });
    const sorted = 2 * 3 * batch * heads * n * 4;
    assert.equal(step?.stateBytes, batch * n * (heads + kvHeads) * headDim * 4 + sorted);
  });
});

describe('memory of LSH attention, as the runtime counts it', function () {
  this.timeout(240_000);

  for (const causal of [true, false]) {
    for (const [name, more] of [
      ['8 heads', {}],
      ['8 heads on 2', { kvHeads: 2 }],
      ['a batch of 2', { batch: 2 }],
    ] as const) {
      it(`${causal ? 'causal' : 'bidirectional'}, ${name}: as the formula says`, async () => {
        for (const n of [1000, 1024, 4096]) {
          const shape: AttentionShape = { ...eightHeads, n, causal, ...more };
          for (const kernel of lsh.kernels(shape, resolveParameters(lsh, shape))) {
            await assertAsFormula(kernel, shape);
          }
        }
      });
    }
  }
});
