import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decomposedGraph, parseStageNodeName, stages } from '../../src/attention/decomposed';
import { dense } from '../../src/attention/dense';
import type { AttentionShape } from '../../src/attention/mechanism';
import { decompose } from '../../src/engine/decompose';
import { makeInputs } from '../../src/engine/inputs';
import { createAttentionSession } from '../../src/engine/runtime/session';
import { computeReference, samplePositions, verify } from '../../src/engine/verify';
import { allPositions, runGraph } from './runGraph';

const base: AttentionShape = {
  batch: 2,
  heads: 6,
  kvHeads: 2,
  headDim: 16,
  n: 70,
  causal: true,
  dtype: 'float32',
};

describe('the decomposed graph', function () {
  this.timeout(60_000);

  it('is right for any shape', async () => {
    const shapes = fc.record({
      batch: fc.integer({ min: 1, max: 3 }),
      kvHeads: fc.integer({ min: 1, max: 3 }),
      group: fc.integer({ min: 1, max: 3 }),
      headDim: fc.constantFrom(1, 8, 15, 40),
      n: fc.integer({ min: 1, max: 130 }),
      causal: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ group, ...rest }) => {
        const shape: AttentionShape = { ...rest, heads: rest.kvHeads * group, dtype: 'float32' };
        const inputs = makeInputs(shape, shape.n);
        const reference = computeReference(dense, shape, {}, inputs, allPositions(shape.n));
        const result = verify(shape, reference, await runGraph(decomposedGraph(shape), shape, inputs));
        assert.ok(result.passed, result.message);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  for (const causal of [true, false]) {
    it(`times every stage of every head within the run, ${causal ? 'causal' : 'bidirectional'}`, async () => {
      const shape = { ...base, causal };
      const session = await createAttentionSession(decomposedGraph(shape), shape, makeInputs(shape, 1), {
        provider: 'cpu',
        profile: true,
        positions: [0],
      });
      try {
        const walls: number[] = [];
        for (let run = 0; run < 4; run++) {
          const start = performance.now();
          await session.run();
          walls.push(performance.now() - start);
        }
        const { runs, clock } = await session.trace();
        assert.equal(clock, 'cpu');
        assert.equal(runs.length, 4);
        const wanted = stages.filter((stage) => causal || stage !== 'mask');
        runs.forEach((events, index) => {
          const places = events.flatMap(({ node }) => parseStageNodeName(node) ?? []);
          assert.equal(places.length, shape.heads * wanted.length);
          for (let head = 0; head < shape.heads; head++) {
            assert.deepEqual(
              places.filter((place) => place.head === head).map(({ stage }) => stage),
              wanted,
            );
          }
          // The nodes run one after another, inside the call.
          const sum = events.reduce((total, { durationMs }) => total + durationMs, 0);
          assert.ok(sum > 0 && sum <= (walls[index] ?? 0), `${String(sum)} ms of ${String(walls[index])} ms`);
        });
      } finally {
        await session.release();
      }
    });
  }

  it('is summarised by head, verified, from three runs or more', async () => {
    const positions = samplePositions(base.n, 3);
    const result = await decompose(base, makeInputs(base, 3), positions, 'cpu', 0);
    assert.equal(result.n, 70);
    assert.equal(result.repetitions, 2);
    assert.equal(result.clock, 'runtime profile, cpu');
    assert.equal(result.verification.passed, true);
    assert.equal(result.verification.rows, base.batch * base.heads * positions.length);
    assert.deepEqual(
      result.perHead.map(({ head }) => head),
      [0, 1, 2, 3, 4, 5],
    );
    for (const { qkMs, softmaxMs, pvMs, spreadMs } of result.perHead) {
      assert.ok(qkMs > 0 && softmaxMs > 0 && pvMs > 0 && spreadMs >= 0);
    }
    assert.ok(result.totalMs > 0 && result.sharedMs > 0);
  });
});
