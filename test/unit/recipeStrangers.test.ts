import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlineModel, readRecipe } from '../../src/config/recipes/registry';
import { readDocument } from '../../src/config/formats/readDocument';
import { documentOf } from '../fixtures/recipeDocument';

const folder = join(__dirname, '..', 'fixtures', 'otherFiles');
const configs = join(__dirname, '..', 'fixtures', 'configs');

/** The files of a folder, under the names by which people know them. */
const knownNames: Readonly<Record<string, string>> = {
  'npm-package.json': 'package.json',
  'typescript-config.json': 'tsconfig.json',
  'python-project.toml': 'pyproject.toml',
  'rust-cargo.toml': 'Cargo.toml',
  'workflow.yml': '.github/workflows/ci.yml',
};

describe('recipes: files that are no training or serving config', () => {
  for (const name of readdirSync(folder)) {
    it(`leaves ${knownNames[name] ?? name} alone`, () => {
      const document = readDocument(readFileSync(join(folder, name), 'utf8'), name);
      assert.equal(readRecipe(document, knownNames[name] ?? name), undefined);
      assert.equal(inlineModel(document, knownNames[name] ?? name), undefined);
    });
  }

  it('leaves the configs of models to the families', () => {
    for (const name of readdirSync(configs)) {
      const document = readDocument(readFileSync(join(configs, name), 'utf8'), name);
      assert.equal(readRecipe(document, name), undefined, name);
    }
  });

  it('leaves an empty document alone', () => {
    for (const format of ['json', 'yaml', 'toml', 'python'] as const) {
      assert.equal(readRecipe(documentOf({}, format), 'x'), undefined);
    }
  });

  it('needs more than one familiar word', () => {
    for (const value of [
      { model: 'x' },
      { base_model: 'x' },
      { base_model: 'x', datasets: [] },
      { model_name_or_path: 'x' },
      { learning_rate: 1, batch_size: 2, epochs: 3 },
      { optimizer: { type: 'Adam' }, batch_size: 2 },
      { max_length: 5, dtype: 'bf16' },
      { args: ['--model', 'x', '--dtype', 'half'] },
      { tensor_parallel_size: 2 },
      { model: 'text', context_length: 4096 },
      { n_ctx: 3 },
    ]) {
      assert.equal(readRecipe(documentOf(value), 'x.yaml'), undefined, JSON.stringify(value));
    }
  });
});
