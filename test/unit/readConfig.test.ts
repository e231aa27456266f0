import assert from 'node:assert/strict';
import { ConfigError } from '../../src/config/configError';
import { readConfig } from '../../src/config/readConfig';
import type { ReadContext } from '../../src/config/readContext';
import { reportedModel } from '../../src/config/reportedModel';
import { declaredScenario, withConditions } from '../../src/config/scenario';
import { countParameters } from '../../src/cost/parameters';
import { readText } from '../fixtures/readFixture';
import { tinyLlama } from '../fixtures/tinyLlama';

const path = '/home/someone/private/tiny/config.json';

/** A computer with one model on it. */
const context: ReadContext = {
  folder: '/work',
  workspaceFolders: [],
  environment: {},
  platform: 'linux',
  files: {
    readText: (file) => Promise.resolve(file === path ? JSON.stringify(tinyLlama) : undefined),
    list: () => Promise.resolve(undefined),
    modifiedAt: () => Promise.resolve(undefined),
    join: (folder, ...parts) => [folder, ...parts].join('/'),
    isAbsolute: (file) => file.startsWith('/'),
  },
};

const recipe = [
  'base_model: /home/someone/private/tiny',
  'sequence_len: 256',
  'micro_batch_size: 2',
  'bf16: true',
  'optimizer: adamw_bnb_8bit',
  'datasets: []',
].join('\n');

describe('config: a file with its recipe and its model', () => {
  it('reads a model’s own config without a recipe, at its declared length', async () => {
    const { model, recipe: none } = await readConfig(
      readText('examples/llama-3.2-1b/config.json'),
      'config.json',
      context,
    );
    assert.equal(none, undefined);
    assert.equal(countParameters(model).total, 1_235_814_400);
    assert.deepEqual(declaredScenario(model, none), {
      sequenceLength: 131_072,
      batch: 1,
      dtype: 'bfloat16',
    });
  });

  it('reads a training config and the model that it names, under the conditions that it declares', async () => {
    const reading = await readConfig(recipe, 'train.yaml', context);
    assert.equal(reading.modelSource?.location, path);
    assert.equal(reading.model.hiddenSize, 128);
    const { sequenceLength, batch, dtype, training } = declaredScenario(reading.model, reading.recipe);
    assert.deepEqual([sequenceLength, batch, dtype], [256, 2, 'bfloat16']);
    assert.deepEqual(training, { optimizer: 'adamw8bit', masterWeights: false });
  });

  it('keeps the place of a model out of what is reported', async () => {
    const { assumptions } = reportedModel(await readConfig(recipe, 'train.yaml', context));
    assert.ok(assumptions.some((sentence) => sentence.startsWith('The shape of tiny is from')));
    assert.doesNotMatch(assumptions.join('\n'), /someone|private/);
  });

  it('names the key and the file where the model is not here', async () => {
    const text = recipe.replace('/home/someone/private/tiny', 'nobody/knows-this');
    await assert.rejects(
      readConfig(text, 'train.yaml', context),
      (error: unknown) =>
        error instanceof ConfigError &&
        error.key === 'base_model' &&
        text.slice(error.range?.offset).startsWith('base_model'),
    );
  });

  it('says where it looked for the model: at most four places, none of them long', async () => {
    const problemIn = async (folder: string, workspaceFolders: readonly string[]): Promise<string> => {
      const text = recipe.replace('/home/someone/private/tiny', 'nobody/knows-this');
      const error: unknown = await readConfig(text, 'train.yaml', {
        ...context,
        folder,
        workspaceFolders,
      }).catch((reason: unknown) => reason);
      return error instanceof ConfigError ? error.problem : assert.fail(String(error));
    };
    const config = '/work/nobody/knows-this/config.json';
    const few = await problemIn('/work', []);
    assert.ok(few.includes(`does not know it. Looked in: ${config}, /work/nobody/`), few);
    assert.match(few, /, the built-in table of \d+ models\.$/);
    const many = await problemIn(`/${'deep/'.repeat(60)}\n`, ['/work']);
    const [, places = '', more] = /Looked in: (.*), and (\d+) more\.$/.exec(many) ?? assert.fail(many);
    const named = places.split(', ');
    assert.equal(named.length, 4);
    assert.equal(named[2], config);
    assert.match(named[0] ?? '', /^….*deep\/ \/nobody\/knows-this\/config\.json$/);
    for (const place of named) assert.ok(place.length <= 80, place);
    assert.ok(Number(more) > 0);
  });

  it('names no place where it looked in none', async () => {
    const text = recipe.replace('/home/someone/private/tiny', 'https://hub.example/a/b');
    await assert.rejects(
      readConfig(text, 'train.yaml', context),
      (error: unknown) => error instanceof ConfigError && error.problem.endsWith('nothing is fetched.'),
    );
  });

  it('takes a dtype that is asked for as that of the weights too', () => {
    const declared = { sequenceLength: 8, batch: 1, dtype: 'bfloat16', weightFormat: 'fp8' } as const;
    assert.equal(withConditions(declared, { batch: 4 }).weightFormat, 'fp8');
    assert.equal(withConditions(declared, { dtype: 'float16' }).weightFormat, undefined);
    assert.equal(withConditions(declared, { dtype: 'float16', weightFormat: 'nf4' }).weightFormat, 'nf4');
  });
});
