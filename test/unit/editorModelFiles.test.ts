import assert from 'node:assert/strict';
import { modelFiles } from '../../src/extension/editor/modelFiles';
import { contextOf, found, MemoryFiles, resolve } from './resolveFixture';

function watched(models: Readonly<Record<string, unknown>>, context = contextOf({})): Set<string> {
  return new Set(modelFiles(models, context).flatMap(({ files }) => [...files]));
}

describe('the files of the setting headroom.models', () => {
  const text = '{ "model_type": "llama" }';
  const places: Readonly<Record<string, { readonly value: string; readonly file: string }>> = {
    'a config': { value: '/models/mine.json', file: '/models/mine.json' },
    'a folder': { value: '/models/mine', file: '/models/mine/config.json' },
    "a folder of Meta's": { value: '/models/mine/', file: '/models/mine/params.json' },
    'a folder with a version in its name': {
      value: '/models/mine-3.1',
      file: '/models/mine-3.1/config.json',
    },
    'a folder that ends as a config does': { value: '/m/mine.json', file: '/m/mine.json/config.json' },
    weights: { value: '/models/mine.gguf', file: '/models/config.json' },
    'a path of the workspace': { value: 'models/mine', file: '/work/models/mine/config.json' },
    'a path of the home folder': { value: '~/mine.json', file: '/home/me/mine.json' },
    'a path with dots': { value: '../mine/./a.json', file: '/mine/a.json' },
  };
  for (const [what, { value, file }] of Object.entries(places)) {
    it(`are those that a model is read from: ${what}`, async () => {
      const models = { mine: value };
      const context = contextOf({ [file]: text }, { extraModels: models });
      const { how, location } = found(await resolve('mine', context));
      assert.equal(how, 'setting');
      assert.ok(location !== undefined && watched(models, context).has(location), location);
    });
  }

  it('are none of a config in the settings themselves, of other values and of other computers', () => {
    const models = { a: { model_type: 'llama' }, b: 5, c: null, d: '', e: 'https://example.org/config.json' };
    assert.deepEqual(modelFiles(models, contextOf({})), []);
    const windows = contextOf({}, { platform: 'win32', files: new MemoryFiles({}, {}, 'win32') });
    assert.deepEqual(modelFiles({ a: '\\\\server\\share\\config.json' }, windows), []);
  });

  it('are taken together by folder, and of at most fifty folders', () => {
    const two = modelFiles({ a: '/models/a.json', b: '/models/b.json' }, contextOf({}));
    const folder = two.find((each) => each.folder === '/models');
    assert.deepEqual([...(folder?.files ?? [])], ['/models/a.json', '/models/b.json']);
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [String(at), `/m/${String(at)}`]));
    assert.equal(modelFiles(many, contextOf({})).length, 50);
  });
});
