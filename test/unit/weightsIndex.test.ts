import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import { fileByteSource } from '../../src/weights/fileByteSource';
import { readSafetensorsHeader } from '../../src/weights/safetensors';
import { readSafetensorsIndex, readShardedHeader } from '../../src/weights/safetensorsIndex';
import { CountingSource, safetensorsOf } from '../fixtures/weightFiles';
import { refusalOf } from '../fixtures/weightRefusal';

const INDEX = 'model.safetensors.index.json';

function indexText(weightMap: unknown, metadata?: unknown): string {
  return JSON.stringify({ metadata, weight_map: weightMap });
}

function refusal(text: string): string {
  try {
    readSafetensorsIndex(text, INDEX);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.file, INDEX);
    return error.message;
  }
  assert.fail('the index was accepted');
}

function bf16(name: string, ...shape: number[]): Parameters<typeof safetensorsOf>[0][number] {
  return { name, dtype: 'BF16', bits: 16, shape };
}

const shards: Readonly<Record<string, Uint8Array>> = {
  'model-00001-of-00002.safetensors': safetensorsOf([bf16('a', 3, 4), bf16('b', 5)], { format: 'pt' }),
  'model-00002-of-00002.safetensors': safetensorsOf([bf16('c', 7)]),
};

const complete = {
  c: 'model-00002-of-00002.safetensors',
  a: 'model-00001-of-00002.safetensors',
  b: 'model-00001-of-00002.safetensors',
};

function opener(opened: CountingSource[] = []): (shard: string) => Promise<CountingSource> {
  return (shard) => {
    const bytes = shards[shard];
    if (bytes === undefined)
      return Promise.reject(new ConfigError({ file: shard, problem: 'No.', mend: 'Yes.' }));
    const source = new CountingSource(bytes);
    opened.push(source);
    return Promise.resolve(source);
  };
}

describe('weights: an index of shards', () => {
  it('names each shard once', () => {
    const index = readSafetensorsIndex(indexText(complete, { total_size: 48 }), INDEX);
    assert.deepEqual(index.shards, Object.keys(shards));
    assert.equal(index.weightMap.get('c'), 'model-00002-of-00002.safetensors');
  });

  it('takes the shards from the map, whatever the metadata say', () => {
    for (const metadata of [
      undefined,
      null,
      {},
      { total_size: '48' },
      { total_size: 1.5 },
      { total_size: -1 },
    ]) {
      const index = readSafetensorsIndex(indexText(complete, metadata), INDEX);
      assert.deepEqual(index.shards, Object.keys(shards));
    }
  });

  it('sums the headers of all shards, and closes each', async () => {
    const opened: CountingSource[] = [];
    const index = readSafetensorsIndex(indexText(complete, { total_size: 48 }), INDEX);
    const header = await readShardedHeader(index, opener(opened));
    assert.equal(header.parameters, 24);
    assert.equal(header.bytes, 48);
    assert.deepEqual(
      header.tensors.map(({ name }) => name),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(header.metadata, { format: 'pt' });
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [true, true],
    );
  });

  it('counts a tensor only in the shard that the index gives it', async () => {
    const index = readSafetensorsIndex(indexText({ a: complete.a, c: complete.c }), INDEX);
    assert.equal((await readShardedHeader(index, opener())).parameters, 19);
  });

  it('says which tensor is missing, and closes what it opened', async () => {
    const opened: CountingSource[] = [];
    const index = readSafetensorsIndex(indexText({ ...complete, d: complete.c }), INDEX);
    const error = await refusalOf(readShardedHeader(index, opener(opened)), INDEX);
    assert.match(error.message, /"d" is not in "model-00002-of-00002\.safetensors"/);
    assert.ok(opened.every(({ closed }) => closed));
  });

  it('passes on the error of a shard, and closes it', async () => {
    const broken = new CountingSource(new Uint8Array(20));
    const index = readSafetensorsIndex(indexText({ a: 'x.safetensors' }), INDEX);
    await refusalOf(
      readShardedHeader(index, () => Promise.resolve(broken)),
      'x.safetensors',
    );
    assert.ok(broken.closed);
  });

  it('refuses shards that are not files beside it', () => {
    for (const shard of ['../x', '/etc/passwd', 'a/b', 'a\\b', 'c:x', '..', '.', '', 'a\0b', 1, null, {}]) {
      assert.match(refusal(indexText({ a: shard })), /no file name/);
    }
  });

  it('refuses what is no index', () => {
    for (const text of ['', '{', '[]', '{}', '{"weight_map": []}', '{"weight_map": "a"}']) refusal(text);
    assert.match(refusal('{"weight_map": {"a": "x", "a": "y"}}'), /"a" twice/);
  });

  it('ends in an index or a ConfigError for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"weight_map":${json}}`),
        ),
        (text) => {
          try {
            readSafetensorsIndex(text, INDEX);
          } catch (error) {
            assert.ok(error instanceof ConfigError, String(error));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('weights: a local file as a source', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-weights-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads a header from a file', async () => {
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, safetensorsOf([bf16('a', 3, 4)]));
    const source = await fileByteSource(path);
    try {
      assert.equal((await readSafetensorsHeader(source, 'model.safetensors')).parameters, 12);
      assert.equal((await source.read(source.size - 1, 10)).length, 1);
      assert.equal((await source.read(source.size, 10)).length, 0);
    } finally {
      await source.close();
    }
  });

  it('refuses a named pipe without waiting for a writer', async function () {
    if (process.platform === 'win32') this.skip();
    const path = join(folder, 'pipe.gguf');
    execFileSync('mkfifo', [path]);
    assert.match((await refusalOf(fileByteSource(path), 'pipe.gguf')).message, /not a file/);
  });

  it('refuses a folder and a file that is not there', async () => {
    assert.match((await refusalOf(fileByteSource(join(folder, 'none.gguf')), 'none.gguf')).message, /ENOENT/);
    const name = folder.split(/[\\/]/).at(-1) ?? '';
    assert.match((await refusalOf(fileByteSource(folder), name)).message, /not a file|cannot be opened/);
  });
});
