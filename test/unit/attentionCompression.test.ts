import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { coarserPatches } from '../../src/attention/coarserPatches';
import { dense } from '../../src/attention/dense';
import { groupedQuery } from '../../src/attention/groupedQuery';
import { hierarchical } from '../../src/attention/hierarchical';
import { levelsOf, siblings, siblingPairs } from '../../src/attention/hierarchy';
import { latentKeyValue } from '../../src/attention/latentKeyValue';
import { LatentProjection } from '../../src/attention/latentProjection';
import {
  isCurrent,
  resolveParameters,
  type AttentionInputs,
  type AttentionMechanism,
  type AttentionShape,
  type MechanismParameters,
} from '../../src/attention/mechanism';
import {
  coarseTokens,
  patchBlocks,
  patchGrid,
  patchMembers,
  pooledBuffers,
} from '../../src/attention/patchGrid';
import { pooledKeyValue } from '../../src/attention/pooledKeyValue';
import { queryPooling } from '../../src/attention/queryPooling';
import { BLOCK_ROWS, fillingRows } from '../../src/attention/rowBlocks';
import { readModel } from '../../src/config/readModel';
import { makeInputs } from '../../src/engine/inputs';
import { computeReference, samplePositions } from '../../src/engine/verify';
import { attentionKinds } from '../../src/model/attentionKinds';
import type { ModelSpec } from '../../src/model/modelSpec';
import { singleNumbers } from '../fixtures/attentionShapes';
import { fixture } from '../fixtures/readFixture';

/** Outputs of head 0 at every position; headDim 1. */
function outputs(
  mechanism: AttentionMechanism,
  shape: AttentionShape,
  parameters: MechanismParameters,
  [q, k, v]: readonly [readonly number[], readonly number[], readonly number[]],
): number[] {
  const inputs: AttentionInputs = {
    q: Float32Array.from(q),
    k: Float32Array.from(k),
    v: Float32Array.from(v),
  };
  const rows = Array.from({ length: shape.n }, (_, row) => ({ batch: 0, head: 0, row }));
  return Array.from(mechanism.reference(shape, parameters, inputs, rows));
}

function close(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] ?? NaN)) < 1e-6, `${String(actual)} ≠ ${String(expected)}`);
  });
}

const ln3 = Math.log(3);

describe('references of compressed attention, by hand', () => {
  // Equal scores (q = 0) make every weight the number of tokens that a key stands for.
  const flat = [
    [0, 0, 0, 0],
    [1, 2, 3, 4],
    [4, 8, 12, 20],
  ] as const;

  it('pooled keys: means of pairs, each counting once', () => {
    close(outputs(pooledKeyValue, singleNumbers, { stride: 2 }, flat), [11, 11, 11, 11]);
    // Three tokens: the second mean is the third token alone.
    const three = [
      [0, 0, 0],
      [1, 2, 3],
      [4, 8, 12],
    ] as const;
    close(outputs(pooledKeyValue, { ...singleNumbers, n: 3 }, { stride: 2 }, three), [9, 9, 9]);
    // The mean key is ln 3 for the second pair: weights 1/4 and 3/4 of the means 6 and 16.
    const scored = [
      [1, 1, 1, 1],
      [-1, 1, 0, 2 * ln3],
      [4, 8, 12, 20],
    ] as const;
    close(outputs(pooledKeyValue, singleNumbers, { stride: 2 }, scored), [13.5, 13.5, 13.5, 13.5]);
  });

  it('pooled keys, causal: the stretches that have ended and the own tokens so far', () => {
    close(outputs(pooledKeyValue, { ...singleNumbers, causal: true }, { stride: 2 }, flat), [
      4,
      6,
      (6 + 12) / 2,
      (6 + 12 + 20) / 3,
    ]);
  });

  it('pooled queries: the mean query of a pair answers for both', () => {
    const given = [
      [0, 2, 1, -1],
      [0, ln3, 0, 0],
      [4, 8, 4, 4],
    ] as const;
    // Mean queries 1 and 0: weights 1/6, 3/6, 1/6, 1/6, then a quarter each.
    close(outputs(queryPooling, singleNumbers, { stride: 2 }, given), [6, 6, 5, 5]);
  });

  it('hierarchical: own tokens and the other block as one key that counts twice', () => {
    close(outputs(hierarchical, singleNumbers, { block: 2 }, flat), [11, 11, 11, 11]);
    close(outputs(hierarchical, { ...singleNumbers, causal: true }, { block: 2 }, flat), [4, 6, 8, 11]);
    // Block 2's mean key is ln 3: weights 1, 1 and 2·3.
    const scored = [
      [1, 1, 0, 0],
      [0, 0, 0, 2 * ln3],
      [4, 8, 12, 20],
    ] as const;
    close(outputs(hierarchical, singleNumbers, { block: 2 }, scored).slice(0, 1), [(4 + 8 + 6 * 16) / 8]);
  });

  it('larger patches: four patches of a 2 × 2 square become one, the class token stays', () => {
    const given = [
      [1, 0, 0, 0, 0],
      [0, ln3, ln3, ln3, ln3],
      [1, 2, 4, 6, 8],
    ] as const;
    // The class token weighs itself 1 and the coarse patch (mean 5) 3; the patches weigh both alike.
    close(outputs(coarserPatches, { ...singleNumbers, n: 5 }, { factor: 2 }, given), [4, 3, 3, 3, 3]);
  });

  it('fewer key/value heads: attention to the mean of the heads', () => {
    const shape = { ...singleNumbers, n: 1, heads: 2, kvHeads: 2 };
    close(
      outputs(groupedQuery, shape, { kvHeads: 1 }, [
        [1, 1],
        [0, 0],
        [2, 6],
      ]),
      [4],
    );
  });
});

describe('the hierarchy', () => {
  const sizes = fc.record({
    n: fc.integer({ min: 1, max: 3000 }),
    block: fc.integer({ min: 1, max: 300 }),
    causal: fc.boolean(),
  });

  it('shows every token of the past to a query exactly once', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ({ n, block, causal }, place) => {
        const token = place % n;
        const start = Math.floor(token / block) * block;
        const seen = Array.from({ length: causal ? start : n - Math.min(block, n - start) }, () => 0);
        for (const level of levelsOf(n, block)) {
          for (const group of siblings(level, token, causal)) {
            for (let at = group * level.size; at < Math.min(n, (group + 1) * level.size); at++) {
              const index = at < start ? at : at - block;
              seen[index] = (seen[index] ?? NaN) + 1;
            }
          }
        }
        assert.ok(seen.every((count) => count === 1));
      }),
    );
  });

  it('counts its pairs as a loop does', () => {
    fc.assert(
      fc.property(sizes, ({ n, block, causal }) => {
        for (const level of levelsOf(n, block)) {
          let pairs = 0;
          for (let token = 0; token < n; token++) pairs += siblings(level, token, causal).length;
          assert.equal(siblingPairs(n, level, causal), pairs);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('makes four times the tokens cost hardly more than four times', () => {
    const flops = (n: number): number => hierarchical.flops({ ...singleNumbers, n }, { block: 256 });
    assert.ok(flops(65_536) / flops(16_384) < 4.3);
  });
});

describe('the blocks in which patches are pooled', () => {
  const sizes = fc.record({ n: fc.integer({ min: 1, max: 3000 }), factor: fc.integer({ min: 1, max: 60 }) });

  it('hold every token once, and together those of one coarse patch', () => {
    fc.assert(
      fc.property(sizes, ({ n, factor }) => {
        const grid = patchGrid(n, factor);
        const seen: number[] = [];
        let pooled = 0;
        for (const { groups, members, patches, tokens } of patchBlocks(grid)) {
          assert.equal(tokens.length, groups * members * patches);
          for (let group = 0; group < groups; group++) {
            for (let patch = 0; patch < patches; patch++) {
              const first = group * members * patches + patch;
              const own = Array.from(
                { length: members },
                (_, member) => tokens[first + member * patches] ?? NaN,
              );
              assert.deepEqual(own, patchMembers(grid, own[0] ?? NaN).members);
              pooled++;
            }
          }
          seen.push(...tokens);
        }
        assert.equal(pooled, coarseTokens(grid));
        assert.deepEqual(
          seen.sort((a, b) => a - b),
          Array.from({ length: n }, (_, token) => token),
        );
      }),
    );
  });

  it('are as large as the formula of their memory has it', () => {
    fc.assert(
      fc.property(sizes, ({ n, factor }) => {
        const grid = patchGrid(n, factor);
        // A whole grid is pooled in place, and has the means of its rows instead.
        fc.pre(grid.lead > 0 || grid.side % factor !== 0);
        const copied = patchBlocks(grid).filter(({ members }) => members > 1);
        const distinct = (counts: readonly number[]): number[] => [...new Set(counts)].sort((a, b) => a - b);
        assert.deepEqual(
          distinct(copied.map(({ tokens }) => tokens.length)),
          distinct(pooledBuffers(grid).filter((count) => count > 0)),
        );
      }),
    );
  });

  it('cut the queries so that the scores of a block fill a power of two', () => {
    // 8 heads × 211 rows × 1055 keys × 4 bytes are 7.1 million; 256 rows would be 8.6 million, beyond 8 MiB.
    assert.equal(fillingRows({ ...singleNumbers, heads: 8, n: 1055 }, 1055), 211);
    for (const heads of [1, 4, 8, 12]) {
      for (let n = 1; n <= 5000; n++) {
        const rows = fillingRows({ ...singleNumbers, heads, n }, n);
        assert.ok(rows >= 1 && rows <= BLOCK_ROWS);
        const bytes = heads * rows * n * 4;
        // Short sequences have few numbers of blocks to choose from: 0.67 at n = 363.
        const least = n > 1024 ? 0.75 : 0.66;
        if (n > BLOCK_ROWS) {
          assert.ok(bytes / 2 ** Math.ceil(Math.log2(bytes)) > least, `${String(n)} tokens`);
        }
      }
    }
  });
});

describe('the latent projection', () => {
  it('has orthonormal columns, and is the same each time', () => {
    const matrix = new LatentProjection(24, 10).matrix();
    for (let a = 0; a < 10; a++) {
      for (let b = 0; b < 10; b++) {
        let dot = 0;
        for (let row = 0; row < 24; row++)
          dot += (matrix[row * 10 + a] ?? NaN) * (matrix[row * 10 + b] ?? NaN);
        assert.ok(Math.abs(dot - (a === b ? 1 : 0)) < 1e-6);
      }
    }
    assert.deepEqual(new LatentProjection(24, 10).matrix(), matrix);
  });
});

describe('costs and limits of compressed attention', () => {
  it('pooled keys: pairs as a loop counts them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 2, max: 60 }),
        fc.boolean(),
        (n, stride, causal) => {
          let pairs = 0;
          for (let row = 0; row < n; row++) {
            const own = Math.floor(row / stride);
            pairs += causal ? own + (row - own * stride + 1) : Math.ceil(n / stride);
          }
          assert.equal(pooledKeyValue.flops({ ...singleNumbers, n, causal }, { stride }), 4 * pairs + 2 * n);
        },
      ),
    );
  });

  it('refuses what has no form, in whole sentences', () => {
    const causal = { ...singleNumbers, causal: true };
    assert.throws(() => queryPooling.kernels(causal, { stride: 2 }), /no causal form/);
    assert.throws(() => coarserPatches.flops(causal, { factor: 2 }), /no causal form/);
    assert.throws(() => groupedQuery.kernels(singleNumbers, { kvHeads: 1 }), RangeError);
    assert.throws(
      () => groupedQuery.kernels({ ...singleNumbers, heads: 4, kvHeads: 4 }, { kvHeads: 3 }),
      RangeError,
    );
    assert.throws(() => latentKeyValue.kernels(singleNumbers, { rank: 3 }), RangeError);
    assert.throws(() => hierarchical.kernels(singleNumbers, { block: 0 }), RangeError);
    assert.throws(() => pooledKeyValue.kernels(singleNumbers, { stride: 1.5 }), RangeError);
  });

  it('has defaults that do not depend on the length', () => {
    for (const mechanism of [hierarchical, pooledKeyValue, queryPooling, coarserPatches, latentKeyValue]) {
      assert.deepEqual(
        resolveParameters(mechanism, { ...singleNumbers, n: 1024 }),
        resolveParameters(mechanism, { ...singleNumbers, n: 65_536 }),
      );
    }
    const of = (kvHeads: number): number | undefined =>
      resolveParameters(groupedQuery, { ...singleNumbers, heads: kvHeads, kvHeads })['kvHeads'];
    assert.deepEqual([32, 12, 10, 2, 1].map(of), [8, 3, 2, 1, 1]);
  });

  it('has references that cost little more than the dense one, however long the sequence', () => {
    const shape = { ...singleNumbers, heads: 2, kvHeads: 2, headDim: 64, n: 16_384 };
    const inputs = makeInputs(shape, 1);
    const positions = samplePositions(shape.n, 1);
    const time = (mechanism: AttentionMechanism): number => {
      const start = process.cpuUsage();
      computeReference(mechanism, shape, resolveParameters(mechanism, shape), inputs, positions);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    time(dense);
    const limit = 12 * time(dense);
    for (const mechanism of [hierarchical, pooledKeyValue, queryPooling, coarserPatches, latentKeyValue]) {
      assert.ok(time(mechanism) < limit, mechanism.id);
    }
  }).timeout(90_000);
});

function adopted(
  mechanism: AttentionMechanism,
  model: ModelSpec,
  parameters: MechanismParameters,
): ReturnType<AttentionMechanism['adopt']> {
  const [kind] = attentionKinds(model);
  assert.ok(kind);
  return mechanism.adopt(model, kind.attention, parameters);
}

describe('adopting compressed attention', () => {
  it('sets the key that the architecture reads', () => {
    const found = adopted(groupedQuery, fixture('mistral-7b'), { kvHeads: 2 });
    assert.equal(found.kind, 'config');
    assert.deepEqual(found.edits, [{ path: ['num_key_value_heads'], value: 2 }]);
    assert.ok(found.needsRetraining);
    assert.equal(adopted(groupedQuery, fixture('mistral-7b'), { kvHeads: 8 }).kind, 'none');
  });

  it('gives code where there is none', () => {
    assert.equal(adopted(groupedQuery, fixture('gpt2'), { kvHeads: 3 }).kind, 'code');
  });

  it('reads `patch_size`, and has nothing for a model without images', () => {
    const vit = readModel(
      JSON.stringify({
        model_type: 'vit',
        hidden_size: 192,
        num_hidden_layers: 2,
        num_attention_heads: 3,
        intermediate_size: 768,
        image_size: 224,
        patch_size: 16,
      }),
      'config.json',
    );
    const found = adopted(coarserPatches, vit, { factor: 2 });
    assert.equal(found.kind, 'config');
    assert.deepEqual(found.edits, [{ path: ['patch_size'], value: 32 }]);
    assert.equal(adopted(coarserPatches, fixture('bert-base'), { factor: 2 }).kind, 'none');
  });

  it('knows what a model has already', () => {
    const [kind] = attentionKinds(fixture('qwen2-7b'));
    assert.ok(kind);
    assert.ok(isCurrent(groupedQuery, kind.attention, { kvHeads: kind.attention.kvHeads }));
    assert.ok(!isCurrent(groupedQuery, kind.attention, { kvHeads: 1 }));
    assert.ok(!isCurrent(latentKeyValue, kind.attention, { rank: 512 }));
    const latent = { ...kind.attention, latent: { rank: 512, ropeDim: 64 } };
    assert.ok(isCurrent(latentKeyValue, latent, { rank: 512 }));
  });

  it('writes Python that compiles', function () {
    const snippets = ['gpt2', 'bert-base', 'mistral-7b'].flatMap((name) =>
      [
        [groupedQuery, { kvHeads: 1 }] as const,
        [latentKeyValue, { rank: 64 }] as const,
        [hierarchical, { block: 256 }] as const,
        [pooledKeyValue, { stride: 16 }] as const,
        [queryPooling, { stride: 2 }] as const,
      ].flatMap(([mechanism, parameters]) => {
        const found = adopted(mechanism, fixture(name), parameters);
        return found.kind === 'code' ? [found.code] : [];
      }),
    );
    assert.ok(snippets.length >= 12);
    const checked = spawnSync(
      'python3',
      ['-c', 'import json, sys\nfor code in json.load(sys.stdin): compile(code, "snippet", "exec")'],
      { input: JSON.stringify(snippets), encoding: 'utf8' },
    );
    if (checked.error !== undefined) this.skip();
    assert.equal(checked.status, 0, checked.stderr);
  });
});
