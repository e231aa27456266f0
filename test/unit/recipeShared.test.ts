import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlineModel, readRecipe } from '../../src/config/recipes/registry';
import { readModel } from '../../src/config/readModel';
import { countParameters } from '../../src/cost/parameters';
import { readDocument } from '../../src/config/formats/readDocument';

/** Published configs beside a checkout, with the field that holds their sequence length. */
const folder = join(__dirname, '..', '..', '..', 'shared', 'configs', 'other');

interface Truth {
  readonly sequence_field: string | null;
  readonly sequence_value: number | null;
}

/** Configs of models, which the families read. */
const models = ['llama3.1-8b-params.json', 'phi3-genai_config.json'];

function truths(): Readonly<Record<string, Truth>> {
  return JSON.parse(readFileSync(join(folder, 'TRUTH.json'), 'utf8')) as Record<string, Truth>;
}

function documentFor(file: string): ReturnType<typeof readDocument> {
  return readDocument(readFileSync(join(folder, file), 'utf8'), file);
}

const underscored = (path: string): string => path.replaceAll('-', '_');

describe('recipes: published configs', () => {
  before(function () {
    if (existsSync(folder)) return;
    console.log('      skipped: ../shared/configs/other is not there');
    this.skip();
  });

  it('reads each sequence length from the field that holds it', () => {
    for (const [file, { sequence_field: field, sequence_value: value }] of Object.entries(truths())) {
      if (models.includes(file)) continue;
      const recipe = readRecipe(documentFor(file), file);
      assert.ok(recipe, file);
      assert.equal(recipe.sequenceLength, value ?? undefined, file);
      if (field === null) continue;
      const source = recipe.fields['sequenceLength'];
      assert.equal(source?.kind, 'key', file);
      // The truth writes gpt-neox's key with a hyphen, the file with an underscore; a Modelfile's has no place.
      assert.equal(underscored(source.path).replace(/^PARAMETER\./, ''), underscored(field), file);
    }
  });

  it('leaves the configs of models to the families', () => {
    for (const file of models) assert.equal(readRecipe(documentFor(file), file), undefined, file);
  });

  it('finds the shapes that files have in themselves', () => {
    const sizes = (file: string, ...keys: string[]): unknown[] => {
      const model = inlineModel(documentFor(file), file);
      return keys.map((key) => model?.config[key]);
    };
    assert.deepEqual(
      sizes(
        'nemo-llama2-7b.yaml',
        'model_type',
        'intermediate_size',
        'vocab_size',
        'attention_bias',
        'tie_word_embeddings',
      ),
      ['llama', 11008, 32000, false, false],
    );
    assert.deepEqual(
      sizes(
        'torchtune-llama2-1b-qat.yaml',
        'model_type',
        'intermediate_size',
        'num_key_value_heads',
        'vocab_size',
      ),
      ['llama', 5632, 4, 32000],
    );
    assert.deepEqual(sizes('gpt-neox-pythia-160m.yml', 'model_type', 'vocab_size', 'use_parallel_residual'), [
      'gpt_neox',
      50304,
      true,
    ]);
    assert.deepEqual(sizes('nanogpt-train-gpt2.py', 'model_type', 'n_positions', 'vocab_size'), [
      'gpt2',
      1024,
      50304,
    ]);
  });

  it('gives the families shapes that count to the published sizes', () => {
    const published = JSON.parse(readFileSync(join(folder, '..', 'TRUTH.json'), 'utf8')) as Record<
      string,
      { readonly params: number }
    >;
    const count = (file: string): number => {
      const model = inlineModel(documentFor(file), file);
      return countParameters(readModel(JSON.stringify(model?.config), file)).total;
    };
    assert.equal(count('nemo-llama2-7b.yaml'), published['llama-2-7b']?.params);
    assert.equal(count('gpt-neox-pythia-160m.yml'), published['pythia-160m']?.params);
    // TinyLlama: 2 · 32,000 · 2048 + 22 · (2 · 2048² + 2 · 2048 · 256 + 3 · 2048 · 5632 + 2 · 2048) + 2048.
    assert.equal(count('torchtune-llama2-1b-qat.yaml'), 1_100_048_384);
  });
});
