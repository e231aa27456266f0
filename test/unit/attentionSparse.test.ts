import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { applyEdits as applyTextEdits } from 'jsonc-parser';
import { axial } from '../../src/attention/axial';
import { axialGrid } from '../../src/attention/axialGrid';
import { bigBird } from '../../src/attention/bigBird';
import { bigBirdPairs, bigBirdPattern, blockGroups, seenTokens } from '../../src/attention/blockPattern';
import { fixedPairs, fixedViews } from '../../src/attention/fixedPattern';
import {
  isCurrent,
  type Adoption,
  type AttentionMechanism,
  type MechanismParameters,
} from '../../src/attention/mechanism';
import { stridedSparse } from '../../src/attention/stridedSparse';
import { applyEdits } from '../../src/config/editConfig';
import { readModel } from '../../src/config/readModel';
import { attentionKinds } from '../../src/model/attentionKinds';
import type { ModelSpec } from '../../src/model/modelSpec';
import { singleNumbers } from '../fixtures/attentionShapes';
import { fixture } from '../fixtures/readFixture';

const lengths = fc.integer({ min: 1, max: 250 });
const sizes = fc.integer({ min: 1, max: 80 });

describe("BigBird's pattern", () => {
  it('shows a block its neighbours, the ends and as many others as are asked for, or all', () => {
    fc.assert(
      fc.property(lengths, sizes, fc.nat(8), (n, size, random) => {
        const { seen, count } = bigBirdPattern(n, size, random);
        assert.equal(seen.length, Math.ceil(n / size));
        seen.forEach((keys, block) => {
          const fixed = new Set(
            [0, block - 1, block, block + 1, count - 1].filter((key) => key >= 0 && key < count),
          );
          assert.ok([...fixed].every((key) => keys.includes(key)));
          assert.deepEqual(
            [...new Set(keys)].sort((a, b) => a - b),
            keys,
          );
          const isEnd = block === 0 || block === count - 1;
          assert.equal(keys.length, isEnd ? count : Math.min(count, fixed.size + random));
        });
      }),
    );
  });

  it('counts its pairs as a loop does, and its groups are the blocks between the ends', () => {
    fc.assert(
      fc.property(lengths, sizes, fc.nat(8), fc.integer({ min: 1, max: 9 }), (n, size, random, most) => {
        const pattern = bigBirdPattern(n, size, random);
        let pairs = 0;
        for (let row = 0; row < n; row++) pairs += seenTokens(pattern, Math.floor(row / size)).length;
        assert.equal(bigBirdPairs(pattern), pairs);
        const members = blockGroups(pattern, most).flatMap(({ first, blocks, keys }) => {
          assert.ok(blocks <= most);
          return Array.from({ length: blocks }, (_, index) => {
            assert.equal(seenTokens(pattern, first + index).length, keys);
            return first + index;
          });
        });
        assert.deepEqual(
          members,
          Array.from({ length: Math.max(0, pattern.count - 2) }, (_, index) => index + 1),
        );
      }),
    );
  });

  it('is refused where attention is causal', () => {
    const parameters = { blockSize: 2, randomBlocks: 1 };
    assert.throws(
      () => bigBird.kernels({ ...singleNumbers, causal: true }, parameters),
      /bidirectional attention only/,
    );
    assert.throws(() => bigBird.flops({ ...singleNumbers, causal: true }, parameters), RangeError);
    assert.throws(() => bigBird.kernels(singleNumbers, { ...parameters, blockSize: 0 }), RangeError);
  });
});

describe('the fixed pattern and the grid', () => {
  it('the fixed pattern counts its pairs, and those of its graphs, as a loop does', () => {
    const summaries = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(lengths, sizes, summaries, fc.boolean(), (n, block, share, causal) => {
        const pattern = { block, summary: Math.round(share * block) };
        let pairs = 0;
        for (let query = 0; query < n; query++) {
          for (let key = 0; key < (causal ? query + 1 : n); key++) {
            const own = Math.floor(key / block) === Math.floor(query / block);
            if (own || key % block >= block - pattern.summary) pairs++;
          }
        }
        const shape = { ...singleNumbers, n, causal };
        assert.equal(fixedPairs(shape, pattern), pairs);
        const computed = fixedViews(shape, pattern).reduce(
          (sum, { start, end, tokens }) => sum + (end - start) * tokens.length,
          0,
        );
        const { flops, executedFlops } = stridedSparse.cost(shape, pattern);
        assert.deepEqual([flops, executedFlops], [4 * pairs, 4 * computed]);
      }),
    );
  });

  it('axial counts the pairs of its rows and columns as a loop does', () => {
    fc.assert(
      fc.property(lengths, fc.boolean(), (n, causal) => {
        const { columns } = axialGrid(n);
        let pairs = 0;
        for (let query = 0; query < n; query++) {
          for (let key = 0; key < (causal ? query + 1 : n); key++) {
            if (Math.floor(key / columns) === Math.floor(query / columns)) pairs++;
            if (key % columns === query % columns) pairs++;
          }
        }
        assert.equal(axial.flops({ ...singleNumbers, n, causal }, {}), 4 * pairs);
      }),
    );
  });

  it('a grid holds every token, and is nearly square', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => {
        const { rows, columns, tail } = axialGrid(n);
        assert.equal((rows - 1) * columns + tail, n);
        assert.ok(tail >= 1 && tail <= columns && columns * columns <= 2 * n + 2 && rows <= columns);
      }),
    );
  });
});

const bigBirdConfig = JSON.stringify({
  model_type: 'big_bird',
  attention_type: 'original_full',
  vocab_size: 100,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 128,
  max_position_embeddings: 4096,
});

function adopted(mechanism: AttentionMechanism, model: ModelSpec, parameters: MechanismParameters): Adoption {
  const [kind] = attentionKinds(model);
  assert.ok(kind);
  return mechanism.adopt(model, kind.attention, parameters);
}

function hasBlocks(text: string, parameters: MechanismParameters): boolean {
  const [kind] = attentionKinds(readModel(text, 'config.json'));
  assert.ok(kind);
  return isCurrent(bigBird, kind.attention, parameters);
}

describe('adopting sparse attention', () => {
  it("sets BigBird's keys so that the model has the pattern asked for", () => {
    const parameters = { blockSize: 32, randomBlocks: 2 };
    assert.ok(!hasBlocks(bigBirdConfig, parameters));
    const found = adopted(bigBird, readModel(bigBirdConfig, 'config.json'), parameters);
    assert.equal(found.kind, 'config');
    assert.ok(found.needsRetraining);
    const after = applyTextEdits(bigBirdConfig, applyEdits(bigBirdConfig, found.edits));
    assert.ok(hasBlocks(after, parameters));
    assert.ok(!hasBlocks(after, { ...parameters, blockSize: 64 }));
    assert.ok(!hasBlocks(after, { ...parameters, randomBlocks: 3 }));
  });

  it('gives code where an architecture has no switch, and nothing for causal layers', () => {
    const parameters = { blockSize: 64, randomBlocks: 3 };
    assert.equal(adopted(bigBird, fixture('bert-base'), parameters).kind, 'code');
    assert.equal(adopted(bigBird, fixture('mistral-7b'), parameters).kind, 'none');
  });

  it('writes Python that compiles', function () {
    const snippets = ['gpt2', 'bert-base', 'mistral-7b'].flatMap((name) =>
      [
        [bigBird, { blockSize: 64, randomBlocks: 3 }] as const,
        [stridedSparse, { block: 128, summary: 8 }] as const,
        [axial, {}] as const,
      ].flatMap(([mechanism, parameters]) => {
        const found = adopted(mechanism, fixture(name), parameters);
        return found.kind === 'code' ? [found.code] : [];
      }),
    );
    assert.equal(snippets.length, 7);
    const checked = spawnSync(
      'python3',
      ['-c', 'import json, sys\nfor code in json.load(sys.stdin): compile(code, "snippet", "exec")'],
      { input: JSON.stringify(snippets), encoding: 'utf8' },
    );
    if (checked.error !== undefined) this.skip();
    assert.equal(checked.status, 0, checked.stderr);
  });
});
