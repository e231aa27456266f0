import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attentionSinks } from '../../src/attention/attentionSinks';
import { dense } from '../../src/attention/dense';
import { dilatedWindow } from '../../src/attention/dilatedWindow';
import { globalWindow } from '../../src/attention/globalWindow';
import {
  isCurrent,
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
  type MechanismParameters,
} from '../../src/attention/mechanism';
import { slidingWindow } from '../../src/attention/slidingWindow';
import type { AttentionSpec } from '../../src/model/modelSpec';
import { singleNumbers } from '../fixtures/attentionShapes';

const base: AttentionShape = { ...singleNumbers, n: 6, causal: true };

/**
 * What each query sees, by the reference: with queries of zero the output is the mean of the visible values, here
 * powers of two, of which no two sets have the same mean and count.
 */
function visibleSets(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
): string[] {
  const { n } = shape;
  const inputs = {
    q: new Float32Array(n),
    k: new Float32Array(n),
    v: Float32Array.from({ length: n }, (_, token) => 2 ** token),
  };
  const rows = Array.from({ length: n }, (_, row) => ({ batch: 0, head: 0, row }));
  return Array.from(mechanism.reference(shape, parameters, inputs, rows), (mean) => {
    for (let set = 1; set < 2 ** n; set++) {
      const tokens = Array.from({ length: n }, (_, token) => token).filter((token) => (set >> token) & 1);
      if (Math.abs(set / tokens.length - mean) < 1e-9) return tokens.join('');
    }
    return '?';
  });
}

/** Pairs of the reference's mask. */
function countPairs(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
): number {
  const { n } = shape;
  const ones = { q: new Float32Array(n), k: new Float32Array(n) };
  const rows = Array.from({ length: n }, (_, row) => ({ batch: 0, head: 0, row }));
  // A query's weight of one key is 1 / (keys that it sees), or 0.
  let pairs = 0;
  for (let key = 0; key < n; key++) {
    const v = new Float32Array(n);
    v[key] = 1;
    for (const weight of mechanism.reference(shape, parameters, { ...ones, v }, rows)) {
      if (weight > 0) pairs++;
    }
  }
  return pairs;
}

describe('the windows, by hand', () => {
  it('attention sinks: the first tokens, and the window’s', () => {
    assert.deepEqual(visibleSets(attentionSinks, base, { window: 2, sinks: 1 }), [
      '0',
      '01',
      '012',
      '023',
      '034',
      '045',
    ]);
  });

  it('a dilated window: every second position, causal and on both sides', () => {
    assert.deepEqual(visibleSets(dilatedWindow, base, { window: 2, dilation: 2 }), [
      '0',
      '1',
      '02',
      '13',
      '24',
      '35',
    ]);
    const both = { ...base, causal: false };
    assert.deepEqual(visibleSets(dilatedWindow, both, { window: 2, dilation: 2 }), [
      '02',
      '13',
      '024',
      '135',
      '24',
      '35',
    ]);
  });

  it('a window with a global token: it sees all and all see it', () => {
    const both = { ...base, causal: false };
    assert.deepEqual(visibleSets(globalWindow, both, { window: 2, global: 1 }), [
      '012345',
      '012',
      '0123',
      '0234',
      '0345',
      '045',
    ]);
  });
});

describe('the closed formulas of the windows', () => {
  const shapes = fc.record({ n: fc.integer({ min: 1, max: 40 }), causal: fc.boolean() });
  const counts = fc.integer({ min: 0, max: 45 });

  it('count the pairs of the reference’s mask', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 50 }), counts, ({ n, causal }, window, count) => {
        const shape: AttentionShape = { ...base, n, causal };
        const cases: [AttentionMechanism, AttentionShape, MechanismParameters][] = [
          [slidingWindow, shape, { window }],
          [dilatedWindow, shape, { window, dilation: count + 1 }],
          [attentionSinks, { ...shape, causal: true }, { window, sinks: count }],
          [globalWindow, { ...shape, causal: false }, { window, global: count }],
        ];
        for (const [mechanism, at, parameters] of cases) {
          const pairs = countPairs(mechanism, at, parameters);
          assert.equal(mechanism.flops(at, parameters), 4 * pairs, mechanism.id);
          const wide = { ...at, batch: 2, heads: 6, kvHeads: 2, headDim: 16 };
          assert.equal(mechanism.flops(wide, parameters), 4 * pairs * 2 * 6 * 16);
          for (const { id, cost } of mechanism.kernels(wide, parameters)) {
            assert.ok(cost.executedFlops >= cost.flops && cost.workspaceBytes > 0, id);
            assert.equal(cost.flops, mechanism.flops(wide, parameters));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep a state of one size however long the sequence, in sinks and windows', () => {
    const state = (mechanism: AttentionMechanism, n: number, parameters: MechanismParameters): number =>
      mechanism.decode?.({ ...base, heads: 4, kvHeads: 2, headDim: 8, n }, parameters).stateBytes ?? NaN;
    const perToken = 2 * 2 * 8 * 4;
    for (const n of [100, 1000]) {
      assert.equal(state(slidingWindow, n, { window: 20 }), 20 * perToken);
      assert.equal(state(attentionSinks, n, { window: 20, sinks: 4 }), 24 * perToken);
      assert.equal(state(dilatedWindow, n, { window: 20, dilation: 3 }), 60 * perToken);
    }
    assert.equal(state(attentionSinks, 10, { window: 20, sinks: 4 }), 10 * perToken);
    assert.equal(state(dilatedWindow, 10, { window: 20, dilation: 3 }), 10 * perToken);
  });
});

describe('the windows’ terms', () => {
  const shape = { ...base, n: 64, heads: 2, kvHeads: 2, headDim: 8 };

  it('refuse the masking that they have no form for', () => {
    const bidirectional = { ...shape, causal: false };
    assert.throws(() => attentionSinks.kernels(bidirectional, { window: 8, sinks: 4 }), RangeError);
    assert.throws(() => attentionSinks.decode?.(bidirectional, { window: 8, sinks: 4 }), RangeError);
    assert.throws(() => globalWindow.kernels(shape, { window: 8, global: 1 }), /attention sinks/);
  });

  it('refuse numbers that are none', () => {
    for (const [mechanism, parameters] of [
      [slidingWindow, { window: 0 }],
      [dilatedWindow, { window: 8, dilation: 0 }],
      [attentionSinks, { window: 8, sinks: -1 }],
      [attentionSinks, { window: 1.5, sinks: 4 }],
      [globalWindow, { window: 8, global: 0.5 }],
    ] as const) {
      const at = { ...shape, causal: mechanism.causal !== 'no' };
      assert.throws(() => mechanism.kernels(at, parameters), RangeError, JSON.stringify(parameters));
    }
  });

  it('run as the runtime’s operator too where causal, which counts all that it computes on cpu', () => {
    const causal = { ...shape, headDim: 16, n: 512, causal: true };
    const fused = slidingWindow
      .kernels(causal, { window: 8 })
      .filter(({ id }) => id === 'GroupQueryAttention, local window');
    assert.equal(fused.length, 1);
    const [node] = fused[0]?.graph.nodes.filter(({ op }) => op === 'GroupQueryAttention') ?? [];
    assert.deepEqual(node?.attributes['local_window_size'], { kind: 'int', value: 8 });
    assert.equal(fused[0]?.cost.flops, slidingWindow.flops(causal, { window: 8 }));
    assert.equal(fused[0].cost.executedFlops, dense.flops(causal, {}));
    for (const other of [
      { ...causal, causal: false },
      { ...causal, headDim: 15 },
    ]) {
      const ids = slidingWindow.kernels(other, { window: 8 }).map(({ id }) => id);
      assert.ok(!ids.includes('GroupQueryAttention, local window'));
    }
  });

  it('have the defaults of their papers', () => {
    assert.deepEqual(resolveParameters(attentionSinks, shape), { window: 256, sinks: 4 });
    assert.deepEqual(resolveParameters(dilatedWindow, shape), { window: 256, dilation: 2 });
    assert.deepEqual(resolveParameters(globalWindow, shape), { window: 256, global: 1 });
  });

  it('know layers that compute them already, by the keys that a query sees', () => {
    const causal: AttentionSpec = { heads: 8, kvHeads: 8, headDim: 64, causal: true, window: 128 };
    assert.ok(isCurrent(slidingWindow, causal, { window: 128 }));
    assert.ok(!isCurrent(slidingWindow, causal, { window: 129 }));
    const both: AttentionSpec = { ...causal, causal: false, window: 129 };
    assert.ok(isCurrent(slidingWindow, both, { window: 128 }));
    assert.ok(!isCurrent(slidingWindow, both, { window: 130 }));
    const global: AttentionSpec = { ...both, pattern: { kind: 'global', global: 1 } };
    assert.ok(!isCurrent(slidingWindow, global, { window: 128 }));
    assert.ok(isCurrent(globalWindow, global, { window: 128, global: 1 }));
    assert.ok(!isCurrent(globalWindow, global, { window: 128, global: 2 }));
    assert.ok(!isCurrent(globalWindow, both, { window: 128, global: 1 }));
    assert.ok(!isCurrent(attentionSinks, causal, { window: 128, sinks: 0 }));
    assert.ok(!isCurrent(dilatedWindow, causal, { window: 128, dilation: 1 }));
  });
});
