import assert from 'node:assert/strict';
import fc from 'fast-check';
import { useTranslations } from '../../src/model/translations';
import { contextOf, found, MemoryFiles, missing, resolve } from './resolveFixture';

const hub = '/home/me/.cache/huggingface/hub';
const ollama = '/home/me/.ollama/models';
const digest = 'a'.repeat(64);
const blob = `${ollama}/blobs/sha256-${digest}`;

function manifest(layerDigest = `sha256:${digest}`): string {
  const layers = [
    { mediaType: 'application/vnd.ollama.image.license', digest: `sha256:${'b'.repeat(64)}` },
    { mediaType: 'application/vnd.ollama.image.model', digest: layerDigest },
  ];
  return JSON.stringify({ schemaVersion: 2, layers });
}

describe('resolve: paths', () => {
  const config = '{"model_type":"llama"}';

  it('reads absolute paths, from the home folder, beside the file and in the workspace', async () => {
    const cases: [string, string, string][] = [
      ['/data/m', '/data/m/config.json', 'beside'],
      ['~/m', '/home/me/m/config.json', 'beside'],
      ['./out/ckpt', '/work/train/out/ckpt/config.json', 'beside'],
      ['../out/ckpt', '/work/out/ckpt/config.json', 'beside'],
      ['out/ckpt/', '/work/out/ckpt/config.json', 'workspace'],
      ['assets/hf/Llama-3.1-8B', '/work/assets/hf/Llama-3.1-8B/config.json', 'workspace'],
      ['/data/m/config.json', '/data/m/config.json', 'beside'],
      ['/data/m/model.safetensors', '/data/m/config.json', 'beside'],
      ['/data/m/llama.gguf', '/data/m/config.json', 'beside'],
      ['/data/m', '/data/m/params.json', 'beside'],
    ];
    for (const [reference, location, how] of cases) {
      const result = found(await resolve(reference, contextOf({ [location]: config })));
      assert.deepEqual([result.location, result.how, result.text], [location, how, config], reference);
      assert.match(result.note, /\.$/);
    }
  });

  it('prefers config.json to params.json, and the folder of the file to the workspace', async () => {
    const texts = {
      '/work/train/m/params.json': 'beside params',
      '/work/m/config.json': 'workspace',
      '/data/m/params.json': 'params',
      '/data/m/config.json': 'config',
    };
    assert.equal(found(await resolve('m', contextOf(texts))).text, 'beside params');
    assert.equal(found(await resolve('/data/m', contextOf(texts))).text, 'config');
  });

  it('gives the path of a GGUF file that has no config', async () => {
    const there = missing(
      await resolve('m/llama-3.1-8b.gguf', contextOf({ '/work/m/llama-3.1-8b.gguf': 'GGUF' })),
    );
    assert.equal(there.ggufPath, '/work/m/llama-3.1-8b.gguf');
    assert.match(there.mend, /config\.json/);
    const absent = missing(await resolve('m/llama-3.1-8b.gguf', contextOf({})));
    assert.equal(absent.ggufPath, undefined);
    assert.ok(absent.tried.includes('/work/m/llama-3.1-8b.gguf'));
  });

  it('never reads the text of weights', async () => {
    const files = new MemoryFiles({ '/work/m/x.gguf': 'GGUF' });
    await resolve('m/x.gguf', contextOf({}, { files }));
    await resolve('m/x.safetensors', contextOf({}, { files }));
    assert.ok(files.read.length > 0);
    assert.ok(files.read.every((path) => !/\/x\.(gguf|safetensors)$/.test(path)));
  });

  it('joins as the platform does', async () => {
    const files = new MemoryFiles(
      { 'C:\\work\\out\\ckpt\\config.json': 'a', 'D:\\m\\config.json': 'b', 'C:\\me\\m\\config.json': 'c' },
      {},
      'win32',
    );
    const changes = {
      files,
      platform: 'win32',
      folder: 'C:\\work\\train',
      workspaceFolders: ['C:\\work'],
    } as const;
    const context = contextOf({}, { ...changes, home: 'C:\\me' });
    assert.equal(found(await resolve('..\\out\\ckpt', context)).text, 'a');
    assert.equal(found(await resolve('out/ckpt', context)).text, 'a');
    assert.equal(found(await resolve('D:\\m', context)).text, 'b');
    assert.equal(found(await resolve('~\\m', context)).text, 'c');
  });

  it('looks at no other computer', async () => {
    const files = new MemoryFiles({}, {}, 'win32');
    for (const reference of ['\\\\host\\share\\m', '//host/share/m', 's3://bucket/m', 'http://host/m']) {
      const result = missing(await resolve(reference, contextOf({}, { files, platform: 'win32' })));
      assert.match(result.problem, /nothing is fetched/);
    }
    assert.deepEqual(files.asked, []);
  });

  it('reads nothing but configs, wherever a name leads', async () => {
    const files = new MemoryFiles({ '/etc/passwd': 'secret', '/etc/config/x': 'secret' });
    for (const reference of [
      '../../etc',
      '../../etc/passwd',
      '/etc/passwd',
      '/etc',
      '..',
      '.',
      '/',
      '~',
      '~root',
    ]) {
      assert.equal((await resolve(reference, contextOf({}, { files }))).kind, 'missing', reference);
    }
    assert.ok(!files.asked.includes('/etc/passwd'));
  });
});

describe('resolve: settings', () => {
  it('takes a config object, in any case and without the organisation', async () => {
    const extraModels = { 'acme/Secret-7B': { model_type: 'llama', hidden_size: 8 } };
    for (const name of ['acme/Secret-7B', 'ACME/secret-7b', 'secret_7b', 'acme/Secret-7B-AWQ']) {
      const result = found(await resolve(name, contextOf({}, { extraModels })));
      assert.deepEqual(JSON.parse(result.text), extraModels['acme/Secret-7B']);
      assert.deepEqual([result.how, result.name, result.location], ['setting', 'acme/Secret-7B', undefined]);
    }
    const quantised = found(await resolve('acme/Secret-7B-AWQ', contextOf({}, { extraModels })));
    assert.match(quantised.note, /"-AWQ"/);
  });

  it('takes a path: absolute, from the home folder, or in the workspace', async () => {
    for (const [value, location] of [
      ['/data/m', '/data/m/config.json'],
      ['~/m/config.json', '/home/me/m/config.json'],
      ['models/x', '/work/models/x/config.json'],
    ] as const) {
      const context = contextOf({ [location]: 'text' }, { extraModels: { mine: value } });
      const result = found(await resolve('mine', context));
      assert.deepEqual([result.how, result.location, result.text], ['setting', location, 'text']);
    }
  });

  it('says what is wrong with an entry', async () => {
    for (const value of [7, null, [], true, '/nowhere', 'https://host/x']) {
      const result = missing(await resolve('mine', contextOf({}, { extraModels: { mine: value } })));
      assert.match(result.problem, /settings have "mine"/);
    }
    const extraModels = { 'a/base': {}, 'b/base': {} };
    assert.match(missing(await resolve('base', contextOf({}, { extraModels }))).problem, /a\/base, b\/base/);
    assert.equal(found(await resolve('b/base', contextOf({}, { extraModels }))).name, 'b/base');
  });
});

describe('resolve: workspace and Ollama', () => {
  it('finds a folder that is named like the model', async () => {
    for (const location of [
      '/work/Qwen3-8B/config.json',
      '/work/models/Qwen3-8B/config.json',
      '/work/models/qwen3-8b/params.json',
      '/work/Qwen/Qwen3-8b/config.json',
    ]) {
      const result = found(
        await resolve('Qwen/Qwen3-8B', contextOf({ [location]: 'x' }, { folder: '/elsewhere' })),
      );
      assert.deepEqual([result.how, result.location], ['workspace', location]);
    }
  });

  it('finds the GGUF file that Ollama has, with the shape of a built-in model', async () => {
    const texts = {
      [`${ollama}/manifests/registry.ollama.ai/library/llama3.2/1b`]: manifest(),
      [blob]: 'GGUF',
    };
    const result = found(await resolve('llama3.2:1b', contextOf(texts)));
    assert.deepEqual([result.how, result.ggufPath, result.name], ['ollama', blob, 'meta-llama/Llama-3.2-1B']);
    assert.equal(result.location, undefined);
    assert.match(result.note, /Ollama/);
    assert.match(result.text, /"hidden_size": 2048/);
  });

  it('gives the GGUF file alone where the model is unknown', async () => {
    const texts = { [`${ollama}/manifests/hf.co/acme/Secret-GGUF/Q4_K_M`]: manifest(), [blob]: 'GGUF' };
    const result = missing(await resolve('hf.co/acme/Secret-GGUF:Q4_K_M', contextOf(texts)));
    assert.equal(result.ggufPath, blob);
  });

  it('takes OLLAMA_MODELS, latest, and the folder of the service', async () => {
    const manifestPath = 'manifests/registry.ollama.ai/me/mine/latest';
    for (const models of ['/big/ollama', '/usr/share/ollama/.ollama/models']) {
      const texts = {
        [`${models}/${manifestPath}`]: manifest(),
        [`${models}/blobs/sha256-${digest}`]: 'GGUF',
      };
      const context = contextOf(texts, { environment: { OLLAMA_MODELS: '/big/ollama' } });
      assert.equal(missing(await resolve('me/mine', context)).ggufPath, `${models}/blobs/sha256-${digest}`);
    }
  });

  it('passes over manifests that are broken or lead elsewhere', async () => {
    const path = `${ollama}/manifests/registry.ollama.ai/library/mine/latest`;
    for (const text of [
      '',
      '{',
      '[]',
      '{"layers":[]}',
      manifest('sha256:../../../etc/passwd'),
      manifest('x'),
    ]) {
      const result = missing(await resolve('mine', contextOf({ [path]: text, [blob]: 'GGUF' })));
      assert.equal(result.ggufPath, undefined, text);
    }
    const gone = missing(await resolve('mine', contextOf({ [path]: manifest() })));
    assert.equal(gone.ggufPath, undefined);
    assert.ok(gone.tried.includes(blob));
  });
});

describe('resolve: order and failures', () => {
  it('takes the first place that has it', async () => {
    const name = 'Qwen/Qwen3-8B';
    const extraModels = { [name]: { here: 'setting' } };
    const texts: Record<string, string> = {
      '/work/train/Qwen/Qwen3-8B/config.json': 'beside',
      '/work/models/Qwen3-8B/config.json': 'workspace',
      [`${hub}/models--Qwen--Qwen3-8B/refs/main`]: 'abcdef1',
      [`${hub}/models--Qwen--Qwen3-8B/snapshots/abcdef1/config.json`]: 'cache',
      [`${ollama}/manifests/registry.ollama.ai/Qwen/Qwen3-8B/latest`]: manifest(),
      [blob]: 'GGUF',
    };
    const steps = ['beside', 'setting', 'workspace', 'hf-cache', 'ollama', 'builtin'];
    const removed = [
      '/work/train/Qwen/Qwen3-8B/config.json',
      'setting',
      '/work/models/Qwen3-8B/config.json',
      `${hub}/models--Qwen--Qwen3-8B/snapshots/abcdef1/config.json`,
      blob,
    ];
    for (const [index, how] of steps.entries()) {
      const gone = removed.slice(0, index);
      const left = Object.fromEntries(Object.entries(texts).filter(([path]) => !gone.includes(path)));
      const context = contextOf(left, gone.includes('setting') ? {} : { extraModels });
      assert.equal(found(await resolve(name, context)).how, how);
    }
  });

  it('says where it looked, and what to do', async () => {
    const result = missing(await resolve('acme/nothing', contextOf({})));
    for (const place of ['/work/train/acme/nothing/config.json', '/work/models/nothing/params.json', hub]) {
      assert.ok(result.tried.includes(place), place);
    }
    assert.match(result.tried.at(-1) ?? '', /built-in table/);
    assert.match(result.problem, /acme\/nothing/);
    assert.match(result.mend, /config\.json/);
  });

  it('says that a placeholder is filled in later', async () => {
    for (const name of ['${MODEL_DIR}', '$MODEL', '{{ model }}', '<path to the model>']) {
      assert.match(missing(await resolve(name, contextOf({}))).problem, /filled in only/);
    }
  });

  it('refuses what is no name', async () => {
    for (const name of ['', '   ', 'a\0b', 'a\nb', 'x'.repeat(5000)]) {
      const files = new MemoryFiles({});
      const result = missing(await resolve(name, contextOf({}, { files })));
      assert.ok(result.problem.length < 200);
      assert.deepEqual(files.asked, []);
    }
  });

  it('sets the sentences of a note apart as the language does', async () => {
    const name = 'TheBloke/Llama-2-7b-chat-hf-GPTQ';
    const english = found(await resolve(name, contextOf({}))).note;
    assert.match(english, /in the built-in table\. \S/);
    useTranslations({ '{0} {1}': '{0}{1}' });
    try {
      assert.match(found(await resolve(name, contextOf({}))).note, /in the built-in table\.\S/);
    } finally {
      useTranslations({});
    }
  });

  it('ends where every look at a file fails', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('EACCES'));
    const files = Object.assign(new MemoryFiles({}), { readText: fail, list: fail, modifiedAt: fail });
    assert.equal((await resolve('acme/nothing', contextOf({}, { files }))).kind, 'missing');
    assert.equal(found(await resolve('gpt2', contextOf({}, { files }))).how, 'builtin');
  });

  it('takes a bounded number of looks, in a short time, whatever there is', async () => {
    const entries = Array.from({ length: 200_000 }, (_, index) => `models--a--m${String(index)}`);
    const files = Object.assign(new MemoryFiles({}), { list: () => Promise.resolve(entries) });
    const workspaceFolders = Array.from({ length: 1000 }, (_, index) => `/w${String(index)}`);
    const started = performance.now();
    const result = await resolve('acme/nothing-AWQ', contextOf({}, { files, workspaceFolders }));
    assert.equal(result.kind, 'missing');
    assert.ok(files.asked.length <= 1000, String(files.asked.length));
    assert.ok(performance.now() - started < 2000);
  });

  it('ends in a result for any name', async () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[./\\~:@${}a-zA-Z0-9_-]{0,40}$/));
    await fc.assert(
      fc.asyncProperty(text, fc.option(text, { nil: undefined }), async (name, revision) => {
        const result = await resolve(name, contextOf({}), revision);
        assert.ok(result.kind === 'found' || result.problem.endsWith('.'));
      }),
      { numRuns: 1000 },
    );
  });
});
