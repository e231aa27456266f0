import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countFlops } from '../../src/cost/flops';
import { countParameters } from '../../src/cost/parameters';
import { formatInteger } from '../../src/model/units';
import { parametersOf, published, readObject, readPublished, refusal, truths } from './familyDecoderFixture';
import { decoders, encoderDecoders, encoders, sparse } from './familyOriginalModels';

/** Configs beside the repository that these families read. */
const files = [
  'gpt2',
  'gpt2-medium',
  'gpt-j-6b',
  'pythia-160m',
  'redpajama-incite-3b',
  'phi-2',
  'opt-125m',
  'bloom-560m',
  'falcon-7b',
  'bert-base-uncased',
  'bert-base-multilingual-cased',
  'all-MiniLM-L6-v1',
  'roberta-base',
  'longformer-base-4096',
  'bigbird-roberta-base',
  'reformer-enwik8',
  't5-small',
  't5-base',
  'bart-large-cnn',
  'whisper-base',
];

const models = [...decoders, ...encoders, ...encoderDecoders];
const configs = [...models.map(({ config }) => config), ...sparse];

describe('families of GPT, BERT, T5 and BART', () => {
  it('equal the true counts of the published configs', function () {
    const known = truths();
    if (known === undefined) {
      console.log(`      skipped: no published configs beside the repository (${published})`);
      this.skip();
    }
    for (const file of files) {
      const model = readPublished(`${file}/config.json`);
      const truth = known.get(file);
      assert.ok(truth !== undefined, file);
      // Reformer's published count is no more exact than "149M": worked out in familySparse.test.ts.
      if (truth.params !== null) assert.equal(countParameters(model).total, truth.params, file);
      assert.equal(kvCacheBytesPerToken(model, 'float16'), truth.kv_bytes_per_token_fp16 ?? 0, file);
    }
  });

  for (const { name, parameters, config } of models) {
    it(`count ${formatInteger(parameters)} for ${name}`, () => {
      assert.equal(parametersOf(config), parameters);
    });
  }

  it('have layers that add up, and sources for the main figures', () => {
    for (const config of configs) {
      const model = readObject(config);
      const type = String(config['model_type']);
      for (const property of ['hiddenSize', 'layers', 'heads', 'headDim', 'vocabSize', 'intermediateSize']) {
        assert.ok(model.fields[property] !== undefined, `${type}: ${property}`);
      }
      const [first] = model.stacks;
      assert.ok(first !== undefined, type);
      assert.equal(first.tokens, 'sequence', type);
      assert.equal(new Set(first.layerKinds.map(({ name }) => name)).size, first.layerKinds.length, type);
    }
  });

  it('name the key that is missing, zero or of another type', () => {
    for (const config of configs) {
      for (const key of requiredOf(config)) {
        const { [key]: removed, ...without } = config;
        assert.match(refusal(without).message, new RegExp(key), `${String(removed)} of ${key}`);
        for (const value of ['12', 0, -1, 1.5, true]) {
          const error = refusal({ ...config, [key]: value });
          assert.ok(error.problem.includes(key), `${key}: ${error.problem}`);
          assert.ok(error.range !== undefined, key);
        }
      }
    }
  });

  it('end in figures or a named error whatever a key holds', () => {
    const place = fc.nat(configs.length - 1).chain((index) => {
      const keys = Object.keys(configs[index] ?? {}).filter((key) => key !== 'model_type');
      return fc.record({ index: fc.constant(index), key: fc.constantFrom(...keys), value: fc.jsonValue() });
    });
    fc.assert(
      fc.property(place, ({ index, key, value }) => {
        try {
          const model = readObject({ ...configs[index], [key]: value });
          assert.ok(Number.isFinite(countParameters(model).total));
          assert.ok(Number.isFinite(countFlops(model, { sequenceLength: 64, batch: 1 }).prefill));
        } catch (error) {
          assert.ok(error instanceof ConfigError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** The figures that a config cannot do without. */
function requiredOf(config: Readonly<Record<string, unknown>>): string[] {
  const always =
    /^(hidden_size|n_embd|d_model|dim|vocab_size|num_attention_heads|n_heads?|num_heads|ffn_dim)$/;
  const sizes =
    /^(num_hidden_layers|n_layers?|num_layers|encoder_layers|decoder_layers|intermediate_size|d_ff)$/;
  return Object.keys(config).filter((key) => always.test(key) || sizes.test(key));
}
