import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigDocument } from '../../src/config/document';
import { inlineModel, readRecipe } from '../../src/config/recipes/registry';
import { readDocument } from '../../src/config/formats/readDocument';
import { documentOf } from '../fixtures/recipeDocument';

const folder = join(__dirname, '..', 'fixtures', 'recipes');
const files = readdirSync(folder);

const documents = new Map(
  files.map((file) => [file, readDocument(readFileSync(join(folder, file), 'utf8'), file)]),
);

function plainOf(document: ConfigDocument): Record<string, unknown> {
  return Object.fromEntries([...document.fields].map(([key, field]) => [key, field.value()]));
}

/** Values that hit a key where it hurts: the right type, the wrong one, the hostile. */
const hostile = fc.oneof(
  // As a file has them: a negative zero is none in JSON.
  fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value))),
  fc.constantFrom<unknown>(
    null,
    'auto',
    -1,
    0,
    1e308,
    '1e999',
    '${a}',
    '${.b}',
    [],
    {},
    [['flash'], 1],
    'constructor',
  ),
  fc.constantFrom<unknown>(
    ['--model', '--constructor', '--max-model-len'],
    'vllm serve --',
    '--__proto__ 1',
    'q4_k',
  ),
);

/** Replaces or adds one key somewhere in a mapping. */
function changed(value: unknown, path: readonly number[], key: string, replacement: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return replacement;
  const entries = Object.entries(value);
  const [first = 0, ...rest] = path;
  const chosen = entries[first % Math.max(1, entries.length + 1)];
  if (chosen === undefined) return { ...value, [key]: replacement };
  return {
    ...value,
    [chosen[0]]: rest.length === 0 ? replacement : changed(chosen[1], rest, key, replacement),
  };
}

/** Reads a document in every way and checks what any outcome must be. */
function check(document: ConfigDocument, file: string): void {
  const recipe = readRecipe(document, file);
  const model = inlineModel(document, file);
  assert.ok(
    [...(recipe?.assumptions ?? []), ...(model?.assumptions ?? [])].every((each) => each.length < 500),
  );
  if (recipe === undefined) return;
  assert.deepEqual(JSON.parse(JSON.stringify(recipe)), recipe, 'not plain data');
  const counts = [
    recipe.sequenceLength,
    recipe.microBatch,
    recipe.accumulation,
    recipe.globalBatch,
    recipe.devices,
    recipe.lora?.rank,
    recipe.maxSequences,
    recipe.cachePageTokens,
    ...(['data', 'tensor', 'pipeline', 'context', 'expert'] as const).map(
      (name) => recipe.parallelism?.[name],
    ),
  ];
  for (const count of counts)
    assert.ok(count === undefined || (Number.isInteger(count) && count >= 1), String(count));
}

describe('recipes: any input ends in a recipe or in none', () => {
  it('survives changed values and keys', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('model', 'args', 'seq_length', 'optimizer', 'deepspeed', 'fsdp', '__proto__'),
        hostile,
        (file, path, key, replacement) => {
          const document = documents.get(file) ?? assert.fail();
          const value = changed(plainOf(document), path, key, replacement);
          check(documentOf(value as object, document.format), file);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('survives documents of any kind', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('model', 'args', 'num_layers', 'seq_length', 'base_model', 'trainer'),
          hostile,
        ),
        fc.constantFrom('json', 'yaml', 'toml', 'python', 'modelfile'),
        (value, format) => {
          check(documentOf(value, format), 'x');
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('does not hang on large and deep documents', () => {
    let deep: unknown = { args: ['--model', 'x'] };
    for (let depth = 0; depth < 2000; depth++) deep = depth % 2 === 0 ? { services: deep } : { spec: [deep] };
    const wide = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`k${String(index)}`, { args: ['-x'] }]),
    );
    const long = 'a'.repeat(1_000_000);
    const lora = {
      base_model: 'x',
      sequence_len: 1,
      adapter: 'lora',
      lora_target_modules: [`(${long}_pro|`],
      lora_r: 1,
    };
    const command = { command: `vllm serve ${'--max-model-len 1 '.repeat(50_000)}` };
    const names = {
      model: long,
      max_model_len: long,
      quantization: long,
      dtype: '${'.repeat(100_000),
      enforce_eager: long,
    };
    const builder = {
      model: { _component_: `torchtune.models.${'a_'.repeat(500_000)}` },
      tokenizer: { _component_: 'torchtune.x' },
    };
    for (const value of [deep as object, wide, lora, command, names, builder]) {
      const document = documentOf(value);
      const start = performance.now();
      check(document, 'x.yaml');
      const elapsed = performance.now() - start;
      assert.ok(elapsed < 500, `${Object.keys(value).slice(0, 3).join()}: ${elapsed.toFixed(0)} ms`);
    }
  });
});
