import assert from 'node:assert/strict';
import { isDecoder } from '../../src/model/modelSpec';
import { elementsOf } from '../../src/model/weightSpec';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel, supportedModelTypes } from '../../src/config/readModel';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import { formatInteger } from '../../src/model/units';
import { fixture, knownConfigs, llama1b, readConfig, readText } from '../fixtures/readFixture';

/** Published configs beside the repository, where a developer has them. */
const published = join(__dirname, '..', '..', '..', 'shared', 'configs');

describe('cost: parameters', () => {
  for (const { path, parameters } of knownConfigs) {
    it(`counts ${formatInteger(parameters)} for ${path}`, () => {
      const count = countParameters(readConfig(path));
      assert.equal(count.total, parameters);
      assert.equal(count.active, parameters);
      assert.equal(
        count.embedding + count.attention + count.feedForward + count.recurrence + count.other,
        count.total,
      );
      assert.equal(count.outputHead + count.norms + count.pooler, count.other);
    });
  }

  it('counts the parts of Llama 3.2 1B', () => {
    const count = countParameters(llama1b());
    assert.equal(count.embedding, 128256 * 2048);
    assert.equal(count.attention, 16 * (2048 * 2048 * 2 + 2 * 2048 * 512));
    assert.equal(count.feedForward, 16 * 3 * 2048 * 8192);
    assert.equal(count.norms, 33 * 2048);
    assert.equal(count.outputHead, 0);
  });

  it('counts every kind of bias and norm', () => {
    const text = readText('examples/llama-3.2-1b/config.json');
    const plain = countParameters(readModel(text, 'c')).total;
    const total = (from: string, to: string): number =>
      countParameters(readModel(text.replace(from, to), 'c')).total;
    assert.equal(total('attention_bias": false', 'attention_bias": true') - plain, 16 * (2048 + 1024 + 2048));
    assert.equal(total('mlp_bias": false', 'mlp_bias": true') - plain, 16 * (2 * 8192 + 2048));
    assert.equal(total('embeddings": true', 'embeddings": false') - plain, 128256 * 2048);
    const qwen3 = fixture('qwen3-8b');
    const headNorms = qwen3.stacks[0]?.layerKinds[0]?.weights.filter(({ name }) => /[qk]_norm/.test(name));
    assert.deepEqual(headNorms?.map(elementsOf), [128, 128]);
    // Two norms over the width in each of 36 layers, one after them, and the norms of the heads.
    assert.equal(countParameters(qwen3).norms, 73 * 4096 + 36 * 2 * 128);
  });

  it('equals the true counts and cache sizes of published configs', function () {
    if (!existsSync(join(published, 'TRUTH.json'))) {
      console.log(`      skipped: no published configs beside the repository (${published})`);
      this.skip();
    }
    const rows = publishedRows();
    assert.ok(rows.length >= 15, `only ${String(rows.length)} configs of the supported families`);
    console.table(rows);
    for (const row of rows) {
      // Where the count or the cache is not known there is nothing to compare with.
      if (row.truth !== undefined) assert.equal(row.difference, 0, row.file);
      if (row.kvTruth !== undefined) assert.equal(row.kvBytesPerToken, row.kvTruth, row.file);
    }
    const unknown = rows.filter(({ truth }) => truth === undefined);
    assert.ok(unknown.length <= 3, `${String(unknown.length)} configs without a known count`);
  });
});

interface PublishedRow {
  readonly file: string;
  readonly ours: number;
  readonly truth: number | undefined;
  readonly difference: number | undefined;
  readonly kvBytesPerToken: number;
  readonly kvTruth: number | undefined;
}

function publishedRows(): PublishedRow[] {
  const truths = record(JSON.parse(readFileSync(join(published, 'TRUTH.json'), 'utf8')));
  return Object.entries(truths).flatMap(([file, entry]) => {
    const text = readFileSync(join(published, file, 'config.json'), 'utf8');
    const modelType = /"model_type":\s*"(\w+)"/.exec(text)?.[1] ?? '';
    if (!supportedModelTypes.includes(modelType)) return [];
    const truth = record(entry);
    const model = readModel(text, file);
    const ours = countParameters(model).total;
    const params = known(truth['params']);
    return {
      file,
      ours,
      truth: params,
      difference: params === undefined ? undefined : ours - params,
      kvBytesPerToken: kvCacheBytesPerToken(model, 'float16'),
      // Without a figure: none for an encoder, unknown for Reformer.
      kvTruth: known(truth['kv_bytes_per_token_fp16']) ?? (isDecoder(model) ? undefined : 0),
    };
  });
}

function known(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}
