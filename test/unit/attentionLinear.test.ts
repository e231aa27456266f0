import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chunkedBlocks, blockTokens } from '../../src/attention/chunkedBlocks';
import { dense } from '../../src/attention/dense';
import { gatedDelta } from '../../src/attention/gatedDelta';
import { gatedLinear } from '../../src/attention/gatedLinear';
import { headDecays } from '../../src/attention/headDecays';
import { linear } from '../../src/attention/linear';
import type {
  AttentionInputs,
  AttentionMechanism,
  AttentionShape,
  MechanismParameters,
} from '../../src/attention/mechanism';
import { performer } from '../../src/attention/performer';
import { makeInputs } from '../../src/engine/inputs';
import { computeReference } from '../../src/engine/verify';
import { attentionKinds } from '../../src/model/attentionKinds';
import { singleNumbers } from '../fixtures/attentionShapes';
import { fixture } from '../fixtures/readFixture';

const base: AttentionShape = { ...singleNumbers, n: 3, causal: true };

function outputs(mechanism: AttentionMechanism, shape: AttentionShape, inputs: AttentionInputs): number[] {
  const rows = Array.from({ length: shape.n }, (_, row) => ({ batch: 0, head: 0, row }));
  return Array.from(mechanism.reference(shape, {}, inputs, rows));
}

function inputs(q: readonly number[], k: readonly number[], v: readonly number[]): AttentionInputs {
  return { q: Float32Array.from(q), k: Float32Array.from(k), v: Float32Array.from(v) };
}

function close(actual: readonly number[], expected: readonly number[], tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(
      Math.abs(value - (expected[index] ?? NaN)) < tolerance,
      `${String(actual)} ≠ ${String(expected)}`,
    );
  });
}

describe('references of attention by a state, by hand', () => {
  // γ of the first head is 31/32.
  const g = 31 / 32;

  it('retention: products of queries and keys, older ones decayed, not normalised', () => {
    const given = inputs([1, 2, 1], [1, 3, 1], [4, 1, 2]);
    close(outputs(gatedLinear, base, given), [4, 2 * (4 * g + 3), 4 * g * g + 3 * g + 2]);
  });

  it('decays each head by its own rate', () => {
    close(headDecays(3), [31 / 32, 63 / 64, 127 / 128], 1e-12);
  });

  it('gated delta rule: a key of the same direction is rewritten by β, and its length does not matter', () => {
    const beta = (first: number, second: number, third: number): number[] =>
      outputs(gatedDelta, base, inputs([1, 1, 1], [5, 0.1, 3], [first, second, third]));
    // The state after one token is β·v of a unit key; ε moves short keys by 5e-5.
    const [rate = NaN] = beta(1, 0, 0);
    assert.ok(rate > 0.05 && rate < 0.95);
    const second = g * rate + rate * (2 - g * rate);
    close(beta(1, 2, 3), [rate, second, g * second + rate * (3 - g * second)], 1e-3);
  });

  it('gated delta rule: an orthogonal key leaves what is stored, but for the decay', () => {
    const shape = { ...base, headDim: 2, n: 2 };
    const given = inputs([1, 0, 1, 0], [1, 0, 0, 1], [1, 2, 5, 6]);
    const [a = NaN, b = NaN, c = NaN, d = NaN] = outputs(gatedDelta, shape, given);
    close([c, d], [g * a, g * b]);
    assert.ok(a > 0.01);
  });
});

describe('Performer', () => {
  it('approaches dense attention as its features grow: the error falls as 1/√m', () => {
    const shape: AttentionShape = { ...base, heads: 4, kvHeads: 4, headDim: 16, n: 96, causal: false };
    // Half of the usual length: the estimate's variance grows as the exponential of |q + k|².
    const drawn = makeInputs(shape, 3);
    const given = { ...drawn, q: drawn.q.map((x) => x / 2), k: drawn.k.map((x) => x / 2) };
    const positions = [0, 17, 40, 63, 95];
    for (const causal of [false, true]) {
      const expected = computeReference(dense, { ...shape, causal }, {}, given, positions).values;
      const error = (features: number): number => {
        const { values } = computeReference(performer, { ...shape, causal }, { features }, given, positions);
        const squares = values.reduce((sum, value, i) => sum + (value - (expected[i] ?? NaN)) ** 2, 0);
        return Math.sqrt(squares / expected.reduce((sum, value) => sum + value ** 2, 0));
      };
      const errors = [16, 64, 256, 1024, 4096].map(error);
      errors.forEach((value, step) => {
        // Sixteen times the features: a quarter of the error, were they drawn again and again.
        const before = errors[step - 1] ?? Infinity;
        const long = errors[step - 2] ?? Infinity;
        assert.ok(value < before && value < long / 2, errors.join(', '));
      });
      assert.ok((errors.at(-1) ?? NaN) < 0.1, errors.join(', '));
    }
  });
});

describe('chunks', () => {
  it('cover every token once, whole chunks first', () => {
    for (const n of [1, 63, 64, 65, 256, 300, 1000]) {
      let next = 0;
      for (const block of chunkedBlocks(n, 4, 64)) {
        assert.equal(block.start, next);
        assert.ok(block.size === 64 || block.chunks === 1);
        next += blockTokens(block);
      }
      assert.equal(next, n);
    }
  });
});

describe('attention by a state', () => {
  it('is refused where a query sees what comes after it', () => {
    for (const mechanism of [gatedLinear, gatedDelta]) {
      assert.throws(() => mechanism.kernels({ ...base, causal: false }, {}), RangeError);
    }
  });

  it('counts FLOPs that grow with n alone, grouped keys making fewer', () => {
    const shape = { ...base, heads: 8, kvHeads: 8, headDim: 64, n: 1000 };
    // Two products of 64 × 64 for a token and head; the delta rule reads what it replaces.
    assert.equal(gatedLinear.flops(shape, {}), 1000 * 8 * 2 * (2 * 64 * 64));
    assert.equal(gatedDelta.flops(shape, {}), 1000 * 8 * 3 * (2 * 64 * 64));
    assert.equal(gatedDelta.flops({ ...shape, kvHeads: 2 }, {}), 1000 * (8 + 2 * 2) * (2 * 64 * 64));
  });

  it('is adopted by Python that compiles', function () {
    const cases: readonly (readonly [AttentionMechanism, MechanismParameters])[] = [
      [linear, {}],
      [performer, { features: 128 }],
      [gatedLinear, {}],
      [gatedDelta, {}],
    ];
    const snippets = ['bert-base', 'mistral-7b'].flatMap((name) => {
      const model = fixture(name);
      const [kind] = attentionKinds(model);
      assert.ok(kind);
      return cases.flatMap(([mechanism, parameters]) => {
        const found = mechanism.adopt(model, kind.attention, parameters);
        if (mechanism.causal === 'yes' && !kind.attention.causal) {
          assert.ok(found.kind === 'none' && found.reason.includes('cannot replace attention to both sides'));
          return [];
        }
        assert.ok(found.kind === 'code' && found.needsRetraining);
        return [found.code];
      });
    });
    assert.equal(snippets.length, 6);
    const checked = spawnSync(
      'python3',
      ['-c', 'import json, sys\nfor code in json.load(sys.stdin): compile(code, "snippet", "exec")'],
      { input: JSON.stringify(snippets), encoding: 'utf8' },
    );
    if (checked.error !== undefined) this.skip();
    assert.equal(checked.status, 0, checked.stderr);
  });
});
