import assert from 'node:assert/strict';
import { dense } from '../../src/attention/dense';
import type { AttentionShape } from '../../src/attention/mechanism';
import { makeInputs } from '../../src/engine/inputs';
import { computeReference, samplePositions, sampledRows, TOLERANCE, verify } from '../../src/engine/verify';

const shape: AttentionShape = {
  batch: 2,
  heads: 3,
  kvHeads: 1,
  headDim: 4,
  n: 20,
  causal: true,
  dtype: 'float32',
};
const positions = [0, 7, 19];
const reference = computeReference(dense, shape, {}, makeInputs(shape, 3), positions);
const right = Float32Array.from(reference.values);

function changed(index: number, value: number): Float32Array {
  const output = right.slice();
  output[index] = value;
  return output;
}

/** The index of one element of batch entry `batch`, the `place`th position, head `head`. */
function indexOf(batch: number, place: number, head: number): number {
  return ((batch * positions.length + place) * shape.heads + head) * shape.headDim + 2;
}

describe('verify', () => {
  it('passes the reference itself and counts its rows', () => {
    const result = verify(shape, reference, right);
    assert.equal(result.passed, true);
    assert.equal(result.rows, 2 * 3 * 3);
    assert.ok(result.maxError < 1e-7);
    assert.equal(result.message, undefined);
  });

  it('decides at the tolerance, relative to the largest value at the position', () => {
    const index = indexOf(0, 1, 0);
    const rows = [0, 1].flatMap((batch) => [0, 1, 2].map((head) => indexOf(batch, 1, head) - 2));
    const values = rows.flatMap((from) => [...reference.values.subarray(from, from + shape.headDim)]);
    const largest = Math.max(...values.map(Math.abs));
    const off = (factor: number, tolerance: number): Float32Array =>
      changed(index, (reference.values[index] ?? 0) + factor * tolerance * largest);
    for (const dtype of ['float32', 'float16'] as const) {
      const tolerance = TOLERANCE[dtype];
      assert.equal(verify({ ...shape, dtype }, reference, off(0.9, tolerance)).passed, true);
      assert.equal(verify({ ...shape, dtype }, reference, off(1.1, tolerance)).passed, false);
    }
  });

  it('catches in float16 that late rows, which are small, are off by a tenth', () => {
    const long: AttentionShape = {
      ...shape,
      batch: 1,
      heads: 1,
      kvHeads: 1,
      headDim: 64,
      n: 4096,
      dtype: 'float16',
    };
    const late = computeReference(dense, long, {}, makeInputs(long, 3), [0, 2048, 4095]);
    const output = Float32Array.from(late.values, (value, index) =>
      index < long.headDim ? value : 1.1 * value,
    );
    assert.equal(verify(long, late, Float32Array.from(late.values)).passed, true);
    assert.equal(verify(long, late, output).passed, false);
  });

  it('says in which head and at which position the worst error is', () => {
    const result = verify(shape, reference, changed(indexOf(1, 2, 1), 50));
    assert.equal(result.passed, false);
    assert.match(result.message ?? '', /worst in head 1 at position 19/);
    assert.match(
      verify(shape, reference, changed(indexOf(0, 1, 2), 50)).message ?? '',
      /head 2 at position 7/,
    );
  });

  for (const broken of [NaN, Infinity, -Infinity]) {
    it(`fails an output with one ${String(broken)}, and reports a number that JSON has`, () => {
      const result = verify(shape, reference, changed(indexOf(1, 0, 2), broken));
      assert.equal(result.passed, false);
      assert.equal(result.maxError, Number.MAX_VALUE);
      assert.match(result.message ?? '', /not a number, worst|not a number \(allowed/);
      assert.match(result.message ?? '', /head 2 at position 0/);
    });
  }

  it('fails an output that is too short', () => {
    assert.equal(verify(shape, reference, right.slice(0, -1)).passed, false);
    assert.equal(verify(shape, reference, new Float32Array(0)).passed, false);
  });

  it('fails an output of zeros, as an operator that did nothing leaves behind', () => {
    assert.equal(verify(shape, reference, new Float32Array(right.length)).passed, false);
  });
});

describe('samplePositions', () => {
  it('takes both ends, ascending, each once, the same for a seed', () => {
    for (const n of [17, 100, 4096, 1_000_000]) {
      for (const seed of [0, 1, 20_170_612, -5]) {
        const chosen = samplePositions(n, seed);
        assert.equal(chosen[0], 0);
        assert.equal(chosen.at(-1), n - 1);
        assert.deepEqual(
          chosen,
          [...new Set(chosen)].sort((a, b) => a - b),
        );
        assert.ok(chosen.every((position) => Number.isInteger(position) && position >= 0 && position < n));
        assert.deepEqual(samplePositions(n, seed), chosen);
      }
    }
    assert.notDeepEqual(samplePositions(4096, 1), samplePositions(4096, 2));
  });

  it('takes every position of a short sequence', () => {
    assert.deepEqual(samplePositions(1, 4), [0]);
    assert.deepEqual(samplePositions(5, 4), [0, 1, 2, 3, 4]);
    assert.equal(samplePositions(16, 4).length, 16);
  });

  it('looks into every eighth of the sequence, and at the edges of blocks and windows', () => {
    for (const seed of [1, 7, 20_170_612]) {
      const chosen = samplePositions(4000, seed);
      for (let slice = 0; slice < 8; slice++) {
        assert.ok(chosen.some((position) => position >= slice * 500 && position < (slice + 1) * 500));
      }
      for (const edge of [127, 128, 255, 256, 3967, 3968]) assert.ok(chosen.includes(edge), String(edge));
    }
  });
});

describe('sampledRows', () => {
  it('lists batch, then position, then head, as the output has them', () => {
    const rows = sampledRows({ ...shape, heads: 2 }, [0, 5]);
    assert.deepEqual(
      rows.map(({ batch, row, head }) => [batch, row, head]),
      [
        [0, 0, 0],
        [0, 0, 1],
        [0, 5, 0],
        [0, 5, 1],
        [1, 0, 0],
        [1, 0, 1],
        [1, 5, 0],
        [1, 5, 1],
      ],
    );
  });
});
