import assert from 'node:assert/strict';
import { attentionKinds } from '../../src/model/attentionKinds';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import { readModel } from '../../src/config/readModel';
import { estimate } from '../../src/cost/estimateModel';
import { knownConfigs, readText } from '../fixtures/readFixture';

const FILE = 'broken/config.json';

const base: Readonly<Record<string, unknown>> = {
  model_type: 'llama',
  hidden_size: 512,
  num_hidden_layers: 6,
  num_attention_heads: 8,
  intermediate_size: 2048,
  vocab_size: 1000,
  max_position_embeddings: 4096,
};

/** The error that `text` must give, checked for what every error must have. */
function refusal(text: string): ConfigError {
  try {
    readModel(text, FILE);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.file, FILE);
    assert.ok(error.message.startsWith(`${FILE}: `) && error.message.endsWith(error.mend));
    assert.ok(error.mend.length > 0);
    assert.ok(error.message.length < 1500);
    if (error.key !== undefined) assert.ok(error.message.includes(error.key));
    if (error.range) assert.ok(error.range.offset + error.range.length <= text.length);
    return error;
  }
  assert.fail('the config was accepted');
}

function refusalOf(changes: Record<string, unknown>): ConfigError {
  return refusal(JSON.stringify({ ...base, ...changes }));
}

describe('config: texts that are no config', () => {
  it('refuses an empty file and one of white space', () => {
    for (const text of ['', '   \n\t', '\uFEFF', '\uFEFF \n'])
      assert.match(refusal(text).message, /is empty/);
  });

  it('says where truncated JSON ends', () => {
    const error = refusal('{\n  "model_type": "llama",\n  "hidden_size": ');
    assert.match(error.message, /line 3, column \d+: the file ends here, but a value was expected/);
    assert.match(refusal('{"model_type": "llama"').message, /closing brace/);
    assert.match(refusal('{"model_type": "lla').message, /no closing quote/);
  });

  it('says what was expected where the syntax is wrong', () => {
    assert.match(refusal('{"a": 1 "b": 2}').message, /line 1, column 9: a comma was expected/);
    assert.match(refusal('{"a": nan}').message, /line 1, column 7: this is not a JSON value/);
    assert.match(refusal("{'a': 1}").message, /not valid at line 1/);
    assert.match(refusal('{} {}').message, /end of the file was expected/);
  });

  it('refuses a value that is no object', () => {
    for (const text of ['[1, 2]', '"llama"', '42', 'null', '[{"model_type": "llama"}]']) {
      assert.match(refusal(text).message, /not an object/);
    }
  });

  it('refuses binary content', () => {
    const error = refusal('\x08\x07\0\0GGUF');
    assert.match(error.message, /binary data/);
    assert.deepEqual(error.range, { offset: 2, length: 1 });
  });

  it('refuses 20 MB at once, and reads what is below the limit within two seconds', function () {
    this.timeout(20_000);
    const start = performance.now();
    assert.match(
      refusal(`{"weights": [${'1.5,'.repeat(5_000_000)}0]}`).message,
      /The file is larger than 16 MiB, too large for a config/,
    );
    assert.ok(performance.now() - start < 1000);
    const labels = Array.from(
      { length: 600_000 },
      (_, index) => `"${String(index)}": "label ${String(index)}"`,
    );
    const large = JSON.stringify(base).replace('{', `{"id2label": {${labels.join(', ')}},`);
    assert.ok(large.length > 15e6 && large.length < 16 * 1024 * 1024);
    const before = performance.now();
    assert.equal(readModel(large, FILE).hiddenSize, 512);
    assert.ok(performance.now() - before < 2000);
    const keys = JSON.stringify(base).replace('{', `{${labels.join(', ')},`);
    assert.match(refusal(keys).message, /more than 100000 keys, too many/);
    assert.ok(performance.now() - before < 6000);
  });

  it('does not overflow the stack on deep nesting', () => {
    const openings = ['[', '{"a":', '[{"a":', '{"a": 1, "b": [2, '];
    for (const opening of openings) {
      assert.match(refusal(opening.repeat(100_000)).message, /nested more than 100 deep/);
      // Behind a fault the parser recovers in its own ways: none may overflow.
      for (const fault of ['{"a": "\n', '{"a": "\\\n', '{"a" ', '[1 ', '{"a": /* ', '{"a": // \n']) {
        refusal(fault + opening.repeat(100_000));
      }
    }
  });
});

describe('config: files of another kind', () => {
  it('says that a package.json is not a model config', () => {
    const error = refusal('{"name": "x", "version": "1.0.0", "dependencies": {}}');
    assert.match(error.message, /not a model config.*Found: none\..*llama, mistral/s);
  });

  it('names the fields that it looked for where a config has none of them', () => {
    for (const text of ['{"a": 1}', '{"a": NaN, "b": [-Infinity]}']) {
      const error = refusal(text);
      assert.equal(error.key, 'model_type');
      assert.match(error.message, /no "model_type"\. Fields looked for: hidden_size.*n_embd.*Found: none\./);
    }
  });

  it('names an unknown model_type, some that are known, and where it stands', () => {
    const text = '{"model_type": "unheard-of", "a": 1}';
    const error = refusal(text);
    assert.match(error.message, /"unheard-of", which is not supported.*hidden_size.*llama, mistral/s);
    assert.equal(text.slice(error.range?.offset).slice(0, error.range?.length), '"unheard-of"');
    assert.match(refusal('{"model_type": 7}').message, /"model_type" is 7, which is not supported/);
    assert.match(refusal(JSON.stringify({ model_type: 'x'.repeat(1e6) })).message, /xxx…"/);
  });

  it('reads a config without a known model_type by its sizes, and says that it is a guess', () => {
    for (const model_type of [undefined, 'unheard-of']) {
      const model = readModel(JSON.stringify({ ...base, model_type }), FILE);
      assert.equal(model.reading, 'best effort');
      assert.equal(model.hiddenSize, 512);
      assert.ok(model.assumptions.length > 0);
    }
  });

  it('reads the words that Python writes for numbers that JSON has not', () => {
    const text = JSON.stringify({ ...base, limit: 0, other: 0 })
      .replace(':0', ':NaN')
      .replace(':0', ':-Infinity');
    assert.equal(readModel(text, FILE).hiddenSize, 512);
  });
});

describe('config: figures that are none', () => {
  const required = Object.keys(base).filter((key) => key !== 'model_type');

  for (const key of required) {
    it(`refuses a wrong ${key}, and names it`, () => {
      const cases: [unknown, RegExp][] = [
        [undefined, /is missing.*Add it, such as/],
        [null, /is null.*Add it/],
        [0, /is 0, but must be 1 or more/],
        [-4, /is -4, but must be 1 or more/],
        [2.5, /is 2\.5, but must be a whole number/],
        [1e12, /1000000000000, which is beyond any model/],
        ['512', /the text "512", a number in quotes\. Remove the quotes: 512/],
        ['many', /the text "many", but must be a number/],
        [true, /is true, but must be a number/],
        [[512], /is a list, but must be a number/],
        [{}, /is an object, but must be a number/],
      ];
      for (const [value, expected] of cases) {
        const error = refusalOf({ [key]: value });
        assert.equal(error.key, key);
        assert.match(error.message, expected);
        assert.equal(error.range === undefined, value === undefined);
      }
    });
  }

  it('refuses a number beyond float64', () => {
    assert.match(
      refusal(JSON.stringify(base).replace('512', '1e999')).message,
      /Infinity, which is beyond any model/,
    );
  });

  it('refuses heads that do not divide', () => {
    const heads = refusalOf({ num_attention_heads: 7 });
    assert.equal(heads.key, 'num_attention_heads');
    assert.match(heads.message, /is 7, which does not divide "hidden_size" 512.*head_dim/);
    assert.match(
      refusalOf({ num_key_value_heads: 3 }).message,
      /is 3, which does not divide "num_attention_heads" 8/,
    );
    assert.match(refusalOf({ num_key_value_heads: 16 }).message, /is 16, which does not divide/);
    const gpt2 = readText('test/fixtures/configs/gpt2.json');
    assert.match(refusal(gpt2.replace('"n_head": 12', '"n_head": 7')).message, /"n_head" is 7.*"n_embd" 768/);
    const bert = readText('test/fixtures/configs/bert-base.json');
    assert.match(
      refusal(bert.replace('heads": 12', 'heads": 7')).message,
      /does not divide "hidden_size" 768/,
    );
  });

  it('accepts heads that do not divide where head_dim is given', () => {
    const model = readModel(JSON.stringify({ ...base, num_attention_heads: 7, head_dim: 64 }), FILE);
    assert.equal(attentionKinds(model)[0]?.attention.headDim, 64);
  });

  it('refuses other keys of the wrong kind', () => {
    assert.match(refusalOf({ tie_word_embeddings: 'false' }).message, /must be true or false/);
    assert.match(refusalOf({ attention_dropout: 1.5 }).message, /must be a number from 0 to 1/);
    assert.match(refusalOf({ model_type: 'mistral', sliding_window: 0 }).message, /must be 1 or more/);
    const qwen = { model_type: 'qwen3', num_key_value_heads: 8, use_sliding_window: true, sliding_window: 8 };
    assert.match(refusalOf({ ...qwen, layer_types: ['full_attention'] }).message, /list of 6 texts/);
    const types = Array.from({ length: 6 }, () => 'linear_attention');
    assert.match(refusalOf({ ...qwen, layer_types: types }).message, /names "linear_attention"/);
    const roberta = readText('test/fixtures/configs/roberta-base.json');
    assert.match(refusal(roberta.replace('514', '2')).message, /reserves 2 rows/);
  });
});

describe('config: any input', () => {
  /** Reads and prices `text`; anything but a model with finite figures or a ConfigError fails. */
  function readsOrRefuses(text: string): boolean {
    try {
      const model = readModel(text, FILE);
      const figures = estimate(model, { sequenceLength: 4096, batch: 8, dtype: model.dtype });
      JSON.stringify(figures, (_, value: unknown) => {
        if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0);
        return value;
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return false;
    }
  }

  it('gives a model or a ConfigError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readsOrRefuses(Buffer.from(bytes).toString('utf8'));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives a model or a ConfigError for any JSON and any cut of a config', () => {
    const texts = knownConfigs.map(({ path }) => readText(path));
    fc.assert(
      fc.property(fc.json(), (text) => void readsOrRefuses(text)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.nat(20), fc.string(), (text, at, length, put) => {
        const offset = at % text.length;
        readsOrRefuses(text.slice(0, offset) + put + text.slice(offset + length));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives a model or a ConfigError for any config with keys deleted or replaced', () => {
    const configs = knownConfigs.map(({ path }) => plainObject(readText(path)));
    const value = fc.oneof(
      fc.constant(undefined),
      fc.constant(null),
      fc.integer(),
      fc.nat(64),
      fc.double(),
      fc.boolean(),
      fc.string(),
      fc.constantFrom(
        'llama',
        'mistral',
        'qwen2',
        'qwen3',
        'gpt2',
        'bert',
        'roberta',
        '__proto__',
        'float16',
      ),
      fc.jsonValue(),
    );
    const keys = [
      ...new Set(configs.flatMap((config) => Object.keys(config))),
      'layer_types',
      'n_inner',
      'is_decoder',
      'quantization_config',
      'dtype',
      '__proto__',
    ];
    const mutation = fc.array(fc.tuple(fc.constantFrom(...keys), value), { minLength: 1, maxLength: 4 });
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...configs), mutation, (config, changes) => {
        if (readsOrRefuses(JSON.stringify({ ...config, ...Object.fromEntries(changes) }))) read++;
      }),
      { numRuns: 2000 },
    );
    // Both outcomes must occur, or the mutations test nothing.
    assert.ok(read > 100 && read < 1900, String(read));
  });
});

/** The object in a fixture whose comments and trailing comma are taken out. */
function plainObject(text: string): Record<string, unknown> {
  const plain = text.replace(/\/\/.*|\/\*.*?\*\//g, '').replace(/,(\s*})/g, '$1');
  const parsed: unknown = JSON.parse(plain);
  assert.ok(typeof parsed === 'object' && parsed !== null);
  return { ...parsed };
}
