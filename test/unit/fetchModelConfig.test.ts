import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '../../src/config/configError';
import { downloadsFolder } from '../../src/config/fetch/downloadsFolder';
import { fetchModelConfig, type FetchRequest } from '../../src/config/fetch/fetchModelConfig';
import { parseRepository } from '../../src/config/fetch/repository';
import { nodeFiles } from '../../src/config/resolve/nodeFiles';
import { contextOf, found, missing, resolve } from './resolveFixture';

const root = path.join(__dirname, '../..');
const config = JSON.stringify({
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 1000,
  max_position_embeddings: 4096,
});
const commit = 'c0ffee'.padEnd(40, '0');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_request, response) => response.writeHead(code, headers).end(body);
}

const ok = status(200, { 'x-repo-commit': commit }, config);

describe('fetchModelConfig', function () {
  this.timeout(30_000);
  let folder = '';
  let answer: Answer = ok;
  let asked: { url: string; token: string | undefined }[] = [];
  const servers: Server[] = [];
  let endpoint = '';

  async function serve(handler: Answer): Promise<string> {
    const server = createServer(handler);
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return `http://127.0.0.1:${String(address.port)}`;
  }

  before(async () => {
    endpoint = await serve((request, response) => {
      asked.push({ url: request.url ?? '', token: request.headers.authorization });
      answer(request, response);
    });
  });
  after(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headroom-fetch-'));
    answer = ok;
    asked = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function fetchIt(changes: Partial<FetchRequest> = {}): ReturnType<typeof fetchModelConfig> {
    return fetchModelConfig({ repository: 'nobody/knows-this', endpoint, folder, ...changes });
  }

  async function fault(changes: Partial<FetchRequest> = {}): Promise<ConfigError> {
    const error: unknown = await fetchIt(changes).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(error.mend.length > 10);
    assert.ok(!existsSync(path.join(folder, 'models--nobody--knows-this', 'config.json')));
    return error;
  }

  it('stores the config with its source, where a config that names the model finds it', async () => {
    const stored = await fetchIt({ revision: 'refs/pr/1' });
    assert.deepEqual(asked, [
      { url: '/nobody/knows-this/resolve/refs%2Fpr%2F1/config.json', token: undefined },
    ]);
    assert.equal(stored.path, path.join(folder, 'models--nobody--knows-this', 'config.json'));
    assert.equal(readFileSync(stored.path, 'utf8'), config);
    assert.deepEqual([stored.source.revision, stored.source.commit], ['refs/pr/1', commit]);
    assert.deepEqual(readdirSync(path.dirname(stored.path)).sort(), ['config.json', 'source.json']);
    const context = contextOf({}, { files: nodeFiles, downloads: folder });
    const model = found(await resolve('nobody/knows-this', context));
    assert.deepEqual([model.how, model.location, model.text], ['downloaded', stored.path, config]);
    assert.match(model.note, /downloaded on \d{4}-\d\d-\d\d, revision refs\/pr\/1, commit c0ffee/);
    assert.doesNotMatch(model.note, /was not downloaded/);
    const other = found(await resolve('nobody/knows-this', context, 'v2'));
    assert.match(other.note, /revision v2 was not downloaded/);
  });

  it('comes after the Hugging Face cache and before the built-in table', async () => {
    await fetchIt({ repository: 'Qwen/Qwen3-8B' });
    const hub = mkdtempSync(path.join(tmpdir(), 'headroom-hub-'));
    const context = contextOf(
      {},
      { files: nodeFiles, downloads: folder, environment: { HF_HUB_CACHE: hub } },
    );
    assert.equal(found(await resolve('Qwen/Qwen3-8B', context)).how, 'downloaded');
    const snapshot = path.join(hub, 'models--Qwen--Qwen3-8B', 'snapshots', commit);
    mkdirSync(snapshot, { recursive: true });
    writeFileSync(path.join(snapshot, 'config.json'), config);
    assert.equal(found(await resolve('Qwen/Qwen3-8B', context)).how, 'hf-cache');
    rmSync(hub, { recursive: true });
  });

  it('replaces what an earlier download stored, and keeps it where a later one fails', async () => {
    const { path: file } = await fetchIt();
    const newer = JSON.stringify({ model_type: 'gpt2' });
    answer = status(200, {}, newer);
    const second = await fetchIt({ revision: 'v2' });
    assert.equal(readFileSync(file, 'utf8'), newer);
    assert.match(readFileSync(path.join(path.dirname(file), 'source.json'), 'utf8'), /"revision": "v2"/);
    assert.equal(second.source.commit, undefined);
    answer = status(500);
    await assert.rejects(fetchIt(), ConfigError);
    assert.equal(readFileSync(file, 'utf8'), newer);
  });

  it('follows redirects at the origin with the token, and keeps the commit that any of them names', async () => {
    answer = (request, response) => {
      if (request.url?.startsWith('/cache') === true) status(200, {}, config)(request, response);
      else status(307, { location: '/cache/config.json', 'x-repo-commit': commit })(request, response);
    };
    const { source } = await fetchIt({ token: ' hf_secret\n' });
    assert.equal(source.commit, commit);
    assert.deepEqual(
      asked.map(({ token }) => token),
      ['Bearer hf_secret', 'Bearer hf_secret'],
    );
  });

  it('sends the token to no other origin', async () => {
    // A local server has no certificate: the transfer to https is played, the first hop is real.
    const elsewhere: (string | null)[] = [];
    const played: typeof globalThis.fetch = (input, init) => {
      const url = input instanceof URL ? input : new URL(input instanceof Request ? input.url : input);
      if (url.protocol === 'http:') return globalThis.fetch(input, init);
      elsewhere.push(new Headers(init?.headers).get('authorization'));
      return Promise.resolve(new Response(config));
    };
    answer = status(302, { location: 'https://cdn.example/config.json' });
    await fetchIt({ token: 'hf_secret', fetch: played });
    assert.equal(asked[0]?.token, 'Bearer hf_secret');
    assert.deepEqual(elsewhere, [null]);
  });

  it('follows no redirect to an unencrypted other origin, nor in circles', async () => {
    let reached = 0;
    const other = await serve((request, response) => {
      reached++;
      ok(request, response);
    });
    answer = status(302, { location: `${other}/config.json` });
    assert.match((await fault()).problem, /not encrypted/);
    assert.equal(reached, 0);
    for (const location of ['file:///etc/passwd', 'data:application/json,{}']) {
      answer = status(302, { location });
      assert.match((await fault()).problem, /not encrypted/);
    }
    answer = status(302, { location: '/again' });
    assert.match((await fault()).problem, /more than 5 times/);
  });

  const refusals: readonly [number, string, RegExp][] = [
    [401, '', /gated or private/],
    [401, 'GatedRepo', /is gated/],
    [403, 'GatedRepo', /is gated/],
    [404, '', /no such repository/],
    [404, 'EntryNotFound', /no config\.json/],
    [404, 'RevisionNotFound', /no revision main/],
    [429, '', /too many requests/],
    [500, '', /fault of its own \(500\)/],
    [204, '', /holds no file \(204\)/],
    [302, '', /holds no file \(302\)/],
  ];
  for (const [code, word, problem] of refusals) {
    it(`says what ${String(code)} ${word} means`, async () => {
      answer = status(code, word === '' ? {} : { 'x-error-code': word });
      const error = await fault({ token: 'hf_secret' });
      assert.match(error.problem, problem);
      if (code === 401 || code === 403) assert.match(error.mend, /ask for access there.*HF_TOKEN/);
      assert.doesNotMatch(error.message, /hf_secret/);
    });
  }

  it('stops at 8 MiB, whatever the length that is declared', async () => {
    answer = (_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    };
    assert.match((await fault()).problem, /larger than 8 MiB/);
  });

  it('waits no longer than it may, for the first byte and for the last', async () => {
    answer = () => undefined;
    assert.match((await fault({ timeoutMs: 150 })).problem, /within 0\.15 s/);
    answer = (_request, response) => {
      response.writeHead(200).write('{');
    };
    assert.match((await fault({ timeoutMs: 150 })).problem, /within 0\.15 s/);
  });

  it('stores nothing that is no JSON object', async () => {
    for (const body of ['<html>Sign in</html>', '[1]', '"text"', '', '{"a":', '{"a":'.repeat(5000)]) {
      answer = status(200, {}, body);
      assert.match((await fault()).problem, /is no config/, body.slice(0, 20));
    }
    answer = (_request, response) => response.end(Buffer.from([0x7b, 0xe9, 0x7d]));
    assert.match((await fault()).problem, /UTF-8/);
  });

  it('ends with the reason of the signal when it is cancelled', async () => {
    const abort = new AbortController();
    answer = () => {
      abort.abort(new Error('enough'));
    };
    await assert.rejects(fetchIt({ signal: abort.signal }), /enough/);
    await assert.rejects(fetchIt({ signal: abort.signal }), /enough/);
    assert.equal(asked.length, 1);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('says when nobody answers, and what cannot be stored', async () => {
    const gone = await serve(ok);
    await new Promise((closed) => servers.pop()?.close(closed));
    assert.match((await fault({ endpoint: gone })).problem, /cannot be reached: .*ECONNREFUSED/);
    const file = path.join(folder, 'taken');
    writeFileSync(file, '');
    assert.match((await fault({ folder: file })).problem, /cannot be stored/);
  });

  it('takes no name, revision, endpoint or token that leads elsewhere, and asks nobody', async () => {
    const names = [
      '',
      '..',
      '../..',
      'a/../b',
      'a/b/c',
      'a/..',
      '/etc',
      'a\\b',
      'a--b/c',
      'a/b?c',
      'a/b.',
      'a b',
      'a/%2e',
      'é/b',
    ];
    for (const repository of names) {
      assert.equal(parseRepository(repository), undefined, repository);
      assert.match((await fault({ repository })).problem, /no name of a repository/, repository);
    }
    for (const revision of ['', '..', 'a/../b', '/a', 'a?b', 'a b', '-'.repeat(300)]) {
      assert.match((await fault({ revision })).problem, /no name of a revision/, revision);
    }
    for (const wrong of ['file:///x', 'hub.example', 'https://me:pw@hub.example', 'ftp://hub.example']) {
      const error = await fault({ endpoint: wrong });
      assert.match(error.problem, /HF_ENDPOINT/, wrong);
      assert.doesNotMatch(error.message, /pw/);
    }
    assert.doesNotMatch((await fault({ token: 'hf_secret\r\nx: y' })).message, /hf_secret/);
    assert.deepEqual(asked, []);
  });

  it('reads a repository from its name, its address, and with a revision', () => {
    const one = { repository: 'Qwen/Qwen3-8B' };
    assert.deepEqual(parseRepository(' Qwen/Qwen3-8B '), one);
    assert.deepEqual(parseRepository('https://huggingface.co/Qwen/Qwen3-8B/tree/main?x=1'), one);
    assert.deepEqual(parseRepository('Qwen/Qwen3-8B@refs/pr/1'), { ...one, revision: 'refs/pr/1' });
    assert.deepEqual(parseRepository('https://hf.co/Qwen/Qwen3-8B/discussions'), one);
    assert.deepEqual(parseRepository('gpt2'), { repository: 'gpt2' });
    for (const page of ['', '/', '/tree/main', '/blob/main/config.json', '/discussions/3'])
      assert.deepEqual(parseRepository(`https://huggingface.co/gpt2${page}`), { repository: 'gpt2' }, page);
  });

  it('names the repository of a model that is missing, where the name can be one', async () => {
    const of = async (name: string, revision?: string) =>
      missing(await resolve(name, contextOf({}), revision)).repository;
    assert.deepEqual(await of('nobody/knows-this', 'v2'), {
      repository: 'nobody/knows-this',
      revision: 'v2',
    });
    for (const name of ['./out/checkpoint', '/data/model', '${MODEL}'])
      assert.equal(await of(name), undefined);
  });

  it('keeps the downloads of the command line in the cache folder of the user', () => {
    assert.equal(downloadsFolder({}, '/home/me', 'linux'), '/home/me/.cache/headroom/models');
    assert.equal(downloadsFolder({ XDG_CACHE_HOME: '/c' }, '/home/me', 'linux'), '/c/headroom/models');
    assert.equal(downloadsFolder({ XDG_CACHE_HOME: 'c' }, '/h', 'darwin'), '/h/.cache/headroom/models');
    assert.equal(downloadsFolder({ LOCALAPPDATA: 'D:\\L' }, 'C:\\me', 'win32'), 'D:\\L\\headroom\\models');
  });

  async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'src/cli/main.ts'), ...args], {
      cwd: root,
      env: {
        ...process.env,
        HF_ENDPOINT: endpoint,
        HF_TOKEN: 'hf_secret',
        XDG_CACHE_HOME: folder,
        LOCALAPPDATA: folder,
      },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const code = await new Promise<number | null>((closed) => child.on('close', closed));
    return { code, out, err };
  }

  it('is what `headroom fetch` does; an estimate names that command and asks nobody', async function () {
    this.timeout(90_000); // Four starts, each of which compiles the sources anew.
    const recipe = path.join(folder, 'train.yaml');
    writeFileSync(
      recipe,
      'base_model: nobody/knows-this\nsequence_len: 64\nmicro_batch_size: 1\ndatasets: []\n',
    );
    const before = await run('estimate', recipe);
    assert.equal(before.code, 2);
    assert.match(before.err, /headroom fetch nobody\/knows-this\n/);
    assert.deepEqual(asked, []);

    const fetched = await run('fetch', 'nobody/knows-this', '--revision', 'main');
    assert.equal(fetched.code, 0, fetched.err);
    assert.equal(fetched.err, `Fetching ${endpoint}/nobody/knows-this/resolve/main/config.json\n`);
    const stored = path.join(folder, 'headroom', 'models', 'models--nobody--knows-this', 'config.json');
    assert.ok(fetched.out.includes(stored), fetched.out);
    assert.ok(existsSync(stored));

    const after = await run('estimate', recipe);
    assert.equal(after.code, 0, after.err);
    assert.equal(asked.length, 1);

    answer = status(404);
    const absent = await run('fetch', 'nobody/else');
    assert.equal(absent.code, 2);
    assert.match(absent.err, /no such repository[\s\S]*Check the spelling/);
    assert.doesNotMatch(absent.err, /hf_secret|\n {4}at /);
  });
});
