import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../../src/config/resolve/nodeFiles';
import { contextOf, found, resolve } from './resolveFixture';

describe('resolve: files through Node', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'headroom-resolve-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('reads, lists and dates', async () => {
    const file = path.join(folder, 'config.json');
    await writeFile(file, '{"é":1}');
    await utimes(file, 10, 10);
    assert.equal(await nodeFiles.readText(file), '{"é":1}');
    assert.deepEqual(await nodeFiles.list(folder), ['config.json']);
    assert.equal(await nodeFiles.modifiedAt(file), 10_000);
  });

  it('has nothing for what is missing, a folder, too large, or no path', async () => {
    const large = path.join(folder, 'large.json');
    await writeFile(large, '');
    await truncate(large, 100 * 1024 ** 2);
    for (const file of [path.join(folder, 'none'), folder, large, 'a\0b', '']) {
      assert.equal(await nodeFiles.readText(file), undefined, file);
    }
    assert.equal(await nodeFiles.list(path.join(folder, 'none')), undefined);
    assert.equal(await nodeFiles.list(large), undefined);
    assert.equal(await nodeFiles.modifiedAt(path.join(folder, 'none')), undefined);
  });

  it('joins and knows absolute paths as Node does', () => {
    assert.equal(nodeFiles.join(folder, 'a', '..', 'b'), path.join(folder, 'b'));
    assert.equal(nodeFiles.isAbsolute(folder), true);
    assert.equal(nodeFiles.isAbsolute('a/b'), false);
  });

  it('serves a search in a real cache', async () => {
    const snapshot = path.join(folder, 'hub', 'models--acme--Own-7B', 'snapshots', 'abcdef1');
    await mkdir(snapshot, { recursive: true });
    await writeFile(path.join(snapshot, 'config.json'), '{}');
    const context = contextOf(
      {},
      { files: nodeFiles, environment: { HF_HOME: folder }, platform: process.platform },
    );
    const result = found(await resolve('acme/Own-7B', context));
    assert.equal(result.location, path.join(snapshot, 'config.json'));
  });
});
