import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import fc from 'fast-check';
import { decomposedWorkspaceBytes } from '../../src/attention/decomposed';
import { dense } from '../../src/attention/dense';
import { resolveParameters, type AttentionInputs, type AttentionShape } from '../../src/attention/mechanism';
import { mechanismById, replacements } from '../../src/attention/registry';
import { slidingWindow } from '../../src/attention/slidingWindow';
import type { AttentionSpec, ModelSpec } from '../../src/model/modelSpec';
import { fixture, llama1b } from '../fixtures/readFixture';

const base: AttentionShape = {
  batch: 1,
  heads: 1,
  kvHeads: 1,
  headDim: 1,
  n: 2,
  causal: false,
  dtype: 'float32',
};

function inputs(q: readonly number[], k: readonly number[], v: readonly number[]): AttentionInputs {
  return { q: Float32Array.from(q), k: Float32Array.from(k), v: Float32Array.from(v) };
}

/** Outputs of head 0 (or `head`) of the batch entry 0 at every position; headDim 1. */
function outputs(
  mechanism: typeof dense,
  shape: AttentionShape,
  parameters: Readonly<Record<string, number>>,
  given: AttentionInputs,
  head = 0,
): number[] {
  const rows = Array.from({ length: shape.n }, (_, row) => ({ batch: 0, head, row }));
  return Array.from(mechanism.reference(shape, parameters, given, rows));
}

function close(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] ?? NaN)) < 1e-6, `${String(actual)} ≠ ${String(expected)}`);
  });
}

describe('the float64 reference, by hand', () => {
  // Scores of query 1: 0 and ln 3, so weights 1/4 and 3/4; of query 2: 0 and ln 9, so 1/10 and 9/10.
  const given = inputs([1, 2], [0, Math.log(3)], [4, 8]);

  it('dense, bidirectional', () => {
    close(outputs(dense, base, {}, given), [7, 7.6]);
  });

  it('dense, causal: the first token sees itself only', () => {
    close(outputs(dense, { ...base, causal: true }, {}, given), [4, 7.6]);
  });

  it('divides the scores by √head_dim', () => {
    const wide = inputs([2, 0, 0, 0], [Math.log(3), 5, 5, 5], [8, 1, 2, 3]);
    // One key: its value whatever the score.
    const one = { ...base, n: 1, headDim: 4 };
    close(Array.from(dense.reference(one, {}, wide, [{ batch: 0, head: 0, row: 0 }])), [8, 1, 2, 3]);
    // Two keys, q·k = 2·ln 3, over √4: ln 3.
    const two = inputs(
      [2, 0, 0, 0, 0, 0, 0, 0],
      [0, 9, 9, 9, Math.log(3), 9, 9, 9],
      [4, 0, 0, 1, 8, 0, 0, 1],
    );
    close(
      Array.from(dense.reference({ ...one, n: 2 }, {}, two, [{ batch: 0, head: 0, row: 0 }])),
      [7, 0, 0, 1],
    );
  });

  // Queries of zero weigh all visible keys alike: the mean of their values.
  const zero = (shape: AttentionShape, values: readonly number[]): AttentionInputs =>
    inputs(
      new Array<number>(shape.n * shape.heads).fill(0),
      new Array<number>(values.length).fill(1),
      values,
    );

  it('gives each group of query heads its own key/value head', () => {
    const shape = { ...base, heads: 4, kvHeads: 2 };
    // Token-major: [token 1: kv head 1, kv head 2; token 2: ...].
    const grouped = zero(shape, [1, 10, 3, 30]);
    const means = [0, 1, 2, 3].map((head) => outputs(dense, shape, {}, grouped, head)[0]);
    assert.deepEqual(means, [2, 2, 20, 20]);
  });

  it('causal window 2: a query sees itself and the one before it', () => {
    const shape = { ...base, n: 4, causal: true };
    close(outputs(slidingWindow, shape, { window: 2 }, zero(shape, [1, 2, 4, 8])), [1, 1.5, 3, 6]);
  });

  it('causal window 1: each token keeps its own value', () => {
    const shape = { ...base, n: 3, causal: true };
    close(outputs(slidingWindow, shape, { window: 1 }, zero(shape, [5, 7, 9])), [5, 7, 9]);
  });

  it('bidirectional window 2: one position on each side', () => {
    const shape = { ...base, n: 4 };
    close(outputs(slidingWindow, shape, { window: 2 }, zero(shape, [1, 2, 3, 7])), [1.5, 2, 4, 5]);
  });

  it('reads the batch entry that is asked for', () => {
    const shape = { ...base, batch: 2, n: 1 };
    const result = dense.reference(shape, {}, inputs([1, 1], [1, 1], [3, 5]), [
      { batch: 1, head: 0, row: 0 },
      { batch: 0, head: 0, row: 0 },
    ]);
    assert.deepEqual(Array.from(result), [5, 3]);
  });

  it('survives scores that would overflow exp', () => {
    const huge = inputs([1000, 1000], [1, 2], [4, 8]);
    close(outputs(dense, base, {}, huge), [8, 8]);
  });
});

describe('the closed formulas', () => {
  const shapes = fc.record({
    n: fc.integer({ min: 1, max: 120 }),
    window: fc.integer({ min: 1, max: 150 }),
    causal: fc.boolean(),
    batch: fc.integer({ min: 1, max: 3 }),
    group: fc.integer({ min: 1, max: 3 }),
    headDim: fc.integer({ min: 1, max: 80 }),
  });

  it('count 4·head_dim FLOP for each visible pair of the reference’s mask', () => {
    fc.assert(
      fc.property(shapes, ({ n, window, causal, batch, group, headDim }) => {
        const shape: AttentionShape = { ...base, n, causal, batch, headDim, heads: 2 * group, kvHeads: 2 };
        const side = Math.floor(window / 2);
        let all = 0;
        let near = 0;
        for (let query = 0; query < n; query++) {
          for (let key = 0; key < n; key++) {
            if (causal && key > query) continue;
            all++;
            if (causal ? query - key < window : Math.abs(query - key) <= side) near++;
          }
        }
        const perPair = 4 * headDim * batch * 2 * group;
        assert.equal(dense.cost(shape, {}).flops, all * perPair);
        assert.equal(slidingWindow.cost(shape, { window }).flops, near * perPair);
      }),
      { numRuns: 60 },
    );
  });

  it('never execute fewer operations than the mathematics needs, and cost what q, k, v and o hold', () => {
    fc.assert(
      fc.property(shapes, ({ n, window, causal, batch, group, headDim }) => {
        const shape: AttentionShape = { ...base, n, causal, batch, headDim, heads: 2 * group, kvHeads: 2 };
        const kernels = [...dense.kernels(shape, {}), ...slidingWindow.kernels(shape, { window })];
        for (const { id, cost } of kernels) {
          assert.ok(cost.executedFlops >= cost.flops, id);
          assert.ok(cost.workspaceBytes > 0, id);
          assert.equal(cost.compulsoryBytes, 4 * batch * n * headDim * (2 * 2 * group + 2 * 2), id);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('halve the bytes in float16', () => {
    const shape = { ...base, n: 64, headDim: 16, heads: 4, kvHeads: 2, causal: true };
    const half = { ...shape, dtype: 'float16' } as const;
    assert.equal(dense.cost(half, {}).compulsoryBytes * 2, dense.cost(shape, {}).compulsoryBytes);
    assert.equal(dense.cost(half, {}).workspaceBytes * 2, dense.cost(shape, {}).workspaceBytes);
    assert.equal(decomposedWorkspaceBytes(half) * 2, decomposedWorkspaceBytes(shape));
  });

  it('grow linearly for a window and by the square for naive dense scores', () => {
    const at = (n: number): AttentionShape => ({
      ...base,
      n,
      headDim: 64,
      heads: 8,
      kvHeads: 8,
      causal: true,
    });
    const window = (n: number): number => slidingWindow.cost(at(n), { window: 256 }).workspaceBytes;
    assert.ok(window(16_384) / window(8192) < 2.01);
    const naive = (n: number): number => dense.kernels(at(n), {}).at(-1)?.cost.workspaceBytes ?? NaN;
    assert.ok(naive(16_384) / naive(8192) > 3.8);
  });
});

describe('the registry', () => {
  it('finds dense and every replacement by its id, and nothing else', () => {
    for (const mechanism of [dense, ...replacements]) assert.equal(mechanismById(mechanism.id), mechanism);
    assert.throws(() => mechanismById('dens'), RangeError);
  });

  it('resolves parameters: the chosen value, else the default', () => {
    assert.deepEqual(resolveParameters(slidingWindow, base), { window: 256 });
    assert.deepEqual(resolveParameters(slidingWindow, base, { window: 7, other: 1 }), { window: 7 });
    assert.deepEqual(resolveParameters(dense, base), {});
  });

  for (const window of [0, -1, 2.5, NaN, Infinity]) {
    it(`refuses a window of ${String(window)}`, () => {
      assert.throws(() => slidingWindow.kernels(base, { window }), RangeError);
    });
  }
});

describe('adopting a sliding window', () => {
  const attentionOf = (model: ModelSpec): AttentionSpec => {
    const [kind] = attentionKinds(model);
    assert.ok(kind);
    return kind.attention;
  };
  const open = attentionOf(fixture('gpt2'));

  it('is an edit of Mistral’s `sliding_window`', () => {
    const adoption = slidingWindow.adopt(fixture('mistral-7b'), open, { window: 512 });
    assert.ok(adoption.kind === 'config');
    assert.deepEqual(adoption.edits, [{ path: ['sliding_window'], value: 512 }]);
    assert.equal(adoption.needsRetraining, true);
  });

  it('is none where the model has a window as small', () => {
    const adoption = slidingWindow.adopt(fixture('mistral-7b'), { ...open, window: 256 }, { window: 256 });
    assert.equal(adoption.kind, 'none');
    const smaller = slidingWindow.adopt(fixture('mistral-7b'), { ...open, window: 4096 }, { window: 256 });
    assert.equal(smaller.kind, 'config');
  });

  it('switches Qwen’s windows on for all layers', () => {
    const adoption = slidingWindow.adopt(fixture('qwen2-7b'), open, { window: 1024 });
    assert.ok(adoption.kind === 'config');
    assert.deepEqual(Object.fromEntries(adoption.edits.map(({ path, value }) => [path.join('.'), value])), {
      use_sliding_window: true,
      sliding_window: 1024,
      max_window_layers: 0,
    });
  });

  it('is code with the right mask elsewhere', () => {
    const llama = llama1b();
    const adoption = slidingWindow.adopt(llama, attentionOf(llama), { window: 128 });
    assert.ok(adoption.kind === 'code');
    assert.match(adoption.code, /q_idx >= kv_idx\) & \(q_idx - kv_idx < 128\)/);
    assert.match(adoption.code, /enable_gqa=True/);
    const bert = fixture('bert-base');
    const both = slidingWindow.adopt(bert, attentionOf(bert), { window: 128 });
    assert.ok(both.kind === 'code');
    assert.match(both.code, /\(q_idx - kv_idx\)\.abs\(\) <= 64/);
    assert.doesNotMatch(both.code, /enable_gqa/);
  });
});
