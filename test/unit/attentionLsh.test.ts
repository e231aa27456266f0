import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { applyEdits as applyTextEdits } from 'jsonc-parser';
import { lsh } from '../../src/attention/lsh';
import { bucketsBy, hashPlan, sortedTokens } from '../../src/attention/lshHash';
import { seenTokens } from '../../src/attention/lshReference';
import { lshPlan } from '../../src/attention/lshPlan';
import { isCurrent } from '../../src/attention/mechanism';
import { seededNormal } from '../../src/attention/seeded';
import { applyEdits } from '../../src/config/editConfig';
import { readModel } from '../../src/config/readModel';
import { attentionKinds } from '../../src/model/attentionKinds';
import type { ModelSpec } from '../../src/model/modelSpec';
import { singleNumbers } from '../fixtures/attentionShapes';
import { fixture } from '../fixtures/readFixture';

const HEAD_DIM = 64;

/** Share of rounds in which the first two of `vectors` come into one bucket. */
function collisions(vectors: readonly (readonly number[])[]): number {
  const plan = hashPlan(1024, HEAD_DIM, 64, 64);
  const buckets = bucketsBy(plan)(Float64Array.from(vectors.flat()));
  return buckets.filter(([first, second]) => first === second).length / buckets.length;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

describe('the hash of LSH attention', () => {
  const [x, y] = [1, 2].map((seed) => [...seededNormal(seed, HEAD_DIM)]);
  assert.ok(x && y);

  it('brings near queries into one bucket more often than others, and opposite ones never', () => {
    const near = x.map((value, index) => value + 0.2 * (y[index] ?? NaN));
    const half = x.map((value, index) => value + 0.8 * (y[index] ?? NaN));
    assert.equal(collisions([x, x]), 1);
    assert.ok(collisions([x, near]) > 0.4, String(collisions([x, near])));
    assert.ok(collisions([x, near]) > 1.5 * collisions([x, half]));
    assert.ok(collisions([x, y]) < 0.15, String(collisions([x, y])));
    assert.equal(collisions([x, x.map((value) => -value)]), 0);
  });

  it('does not ask for the length of a query, within its steps', () => {
    assert.ok(collisions([x, x.map((value) => 2 * value)]) > 0.95);
  });

  it('has about two buckets a chunk, a power of two, and draws the same ones each time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000 }), fc.integer({ min: 1, max: 256 }), (n, chunk) => {
        const { digits } = hashPlan(n, 8, chunk, 1);
        const buckets = product(digits);
        const wanted = Math.max(4, (2 * n) / chunk);
        assert.ok(buckets <= wanted && 2 * buckets > wanted);
        assert.ok(Math.max(...digits) <= 2 * Math.min(...digits) && Math.min(...digits) >= 2);
        // A digit and a position together are exact in float32.
        assert.ok(Math.max(...digits) * n <= 2 ** 24);
      }),
    );
    assert.throws(() => hashPlan(2 ** 24, 8, 64, 1), /more than its sort takes/);
    const plan = hashPlan(100, 8, 10, 2);
    const queries = Float64Array.from(seededNormal(1, 800));
    assert.deepEqual(bucketsBy(plan)(queries), bucketsBy(plan)(queries));
    for (const buckets of bucketsBy(plan)(queries)) {
      assert.ok(buckets.every((bucket) => bucket >= 0 && bucket < product(plan.digits)));
      assert.ok(new Set(buckets).size > 4);
    }
  });
});

describe('the chunks of LSH attention', () => {
  it('hold every token once, by buckets and in them by position', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { minLength: 1, maxLength: 60 }), (buckets) => {
        const order = [...sortedTokens(Int32Array.from(buckets))];
        const expected = buckets
          .map((bucket, token) => ({ bucket, token }))
          .sort((a, b) => a.bucket - b.bucket || a.token - b.token)
          .map(({ token }) => token);
        assert.deepEqual(order, expected);
      }),
    );
  });

  it('show a token its own and the one before it, each token once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), (n, chunk) => {
        const plan = lshPlan({ ...singleNumbers, n }, { chunk, rounds: 1 });
        const order = Array.from({ length: n }, (_, token) => token);
        for (const place of order) {
          const seen = seenTokens(plan, order, place);
          const own = Math.floor(place / chunk);
          const last = Math.ceil(n / chunk) - 1;
          const before = own === 0 ? last : own - 1;
          const expected = order.filter((token) => [own, before].includes(Math.floor(token / chunk)));
          assert.deepEqual(
            [...seen].sort((a, b) => a - b),
            expected,
          );
        }
      }),
    );
  });

  it('refuses chunks and rounds that are none', () => {
    assert.throws(
      () => lsh.kernels(singleNumbers, { chunk: 0, rounds: 1 }),
      /'chunk' must be a whole number/,
    );
    assert.throws(
      () => lsh.flops(singleNumbers, { chunk: 4, rounds: 1.5 }),
      /'rounds' must be a whole number/,
    );
  });
});

describe('adopting LSH attention', () => {
  const parameters = { chunk: 64, rounds: 4 };
  const config = JSON.stringify({
    model_type: 'reformer',
    attn_layers: ['local', 'lsh', 'local'],
    hidden_size: 64,
    num_attention_heads: 2,
    attention_head_size: 32,
    feed_forward_size: 128,
    vocab_size: 100,
    max_position_embeddings: 4096,
    axial_pos_shape: [64, 64],
    axial_pos_embds_dim: [16, 48],
    is_decoder: true,
  });
  const adoptAll = (model: ModelSpec) =>
    attentionKinds(model).map(({ attention }) => lsh.adopt(model, attention, parameters));

  it("sets Reformer's keys so that every layer has it", () => {
    const model = readModel(config, 'config.json');
    const [local, sorted] = adoptAll(model);
    assert.ok(local?.kind === 'config' && local.needsRetraining);
    assert.ok(sorted?.kind === 'config' && !sorted.needsRetraining);
    const after = readModel(applyTextEdits(config, applyEdits(config, local.edits)), 'config.json');
    const kinds = attentionKinds(after);
    assert.equal(kinds.length, 1);
    assert.ok(kinds.every(({ attention }) => isCurrent(lsh, attention, parameters)));
    assert.ok(kinds.every(({ attention }) => !isCurrent(lsh, attention, { ...parameters, rounds: 2 })));
  });

  it('writes Python that compiles for other architectures', function () {
    const snippets = ['gpt2', 'bert-base'].flatMap((name) =>
      adoptAll(fixture(name)).flatMap((found) => (found.kind === 'code' ? [found.code] : [])),
    );
    assert.equal(snippets.length, 2);
    assert.match(snippets[0] ?? '', /is_decoder=True/);
    assert.match(snippets[1] ?? '', /is_decoder=False/);
    const checked = spawnSync(
      'python3',
      ['-c', 'import json, sys\nfor code in json.load(sys.stdin): compile(code, "snippet", "exec")'],
      { input: JSON.stringify(snippets), encoding: 'utf8' },
    );
    if (checked.error !== undefined) this.skip();
    assert.equal(checked.status, 0, checked.stderr);
  });
});
