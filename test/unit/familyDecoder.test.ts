import assert from 'node:assert/strict';
import { decoderFamilies } from '../../src/config/families/decoderVariants';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import { countFlops } from '../../src/cost/flops';
import { formatInteger } from '../../src/model/units';
import {
  parametersOf,
  published,
  publishedType,
  readObject,
  readPublished,
  refusal,
  smallDecoder,
  truths,
} from './familyDecoderFixture';
import { knownModels } from './familyDecoderModels';

/** Of `smallDecoder`: two projections of 128 × 128, two of 128 × 32, and a gated MLP. */
const attention = 2 * 128 * 128 + 2 * 128 * 32;
const mlp = 3 * 128 * 256;
const embedding = 1000 * 128;

const dense: Record<string, { config?: Record<string, unknown>; parameters: number }> = {
  llama: {
    config: { attention_bias: true, mlp_bias: true },
    parameters:
      2 * embedding + 128 + 4 * (attention + (128 + 32 + 32 + 128) + mlp + (256 + 256 + 128) + 2 * 128),
  },
  mistral: { parameters: 2 * embedding + 128 + 4 * (attention + mlp + 256) },
  qwen2: { parameters: 2 * embedding + 128 + 4 * (attention + 128 + 64 + mlp + 256) },
  qwen3: { parameters: 2 * embedding + 128 + 4 * (attention + 32 + mlp + 256) },
  olmo: { parameters: 2 * embedding + 4 * (attention + mlp) },
  olmo2: { parameters: 2 * embedding + 128 + 4 * (attention + 128 + 32 + mlp + 256) },
  gemma: { parameters: embedding + 128 + 4 * (attention + mlp + 256) },
  gemma2: { parameters: embedding + 128 + 4 * (attention + mlp + 512) },
  gemma3_text: { parameters: embedding + 128 + 4 * (attention + 32 + mlp + 512) },
  phi3: { parameters: 2 * embedding + 128 + 4 * (attention + mlp + 256) },
  cohere: {
    config: { use_qk_norm: true },
    parameters: embedding + 128 + 4 * (attention + 128 + 32 + mlp + 128),
  },
  nemotron: { parameters: 2 * embedding + 256 + 4 * (attention + 2 * 128 * 256 + 512) },
  starcoder2: {
    parameters: embedding + 256 + 4 * (attention + (128 + 32 + 32 + 128) + 2 * 128 * 256 + (256 + 128) + 512),
  },
  stablelm: {
    config: { use_parallel_residual: true, qk_layernorm: true },
    parameters: 2 * embedding + 256 + 4 * (attention + 128 + 32 + mlp + 256),
  },
  glm: {
    config: { attention_bias: true },
    parameters: 2 * embedding + 128 + 4 * (attention + 128 + 64 + mlp + 256),
  },
  ernie4_5: {
    config: { use_bias: true },
    parameters:
      embedding + 1000 + 128 + 4 * (attention + (128 + 32 + 32 + 128) + mlp + (256 + 256 + 128) + 256),
  },
};

const modelTypes = new Set(decoderFamilies.flatMap((family) => family.modelTypes));

describe('families: Llama-shaped decoders', () => {
  it('equals the true counts and cache sizes of published configs', function () {
    const known = truths();
    if (known === undefined) {
      console.log(`      skipped: no published configs beside the repository (${published})`);
      this.skip();
    }
    let compared = 0;
    for (const [name, { params, kv_bytes_per_token_fp16: cache }] of known) {
      if (!modelTypes.has(publishedType(name))) continue;
      compared++;
      const model = readPublished(`${name}/config.json`);
      assert.equal(model.reading, 'known');
      assert.equal(countParameters(model).total, params, name);
      assert.equal(kvCacheBytesPerToken(model, 'float16'), cache, name);
    }
    assert.equal(compared, 25);
  });

  for (const { name, config, parameters } of knownModels) {
    it(`counts ${formatInteger(parameters)} for ${name}`, () => {
      assert.equal(parametersOf(config), parameters);
    });
  }

  for (const [modelType, { config, parameters }] of Object.entries(dense)) {
    it(`counts a small ${modelType} as worked out by hand`, () => {
      assert.equal(parametersOf({ model_type: modelType, ...smallDecoder, ...config }), parameters);
    });
  }

  it('names fused matrices as the checkpoint does, with the elements of those they hold', () => {
    const model = readObject({ model_type: 'phi3', ...smallDecoder });
    const names = model.stacks[0]?.layerKinds[0]?.weights.map(({ name }) => name);
    assert.deepEqual(names?.slice(0, 4), [
      'self_attn.qkv_proj.weight',
      'self_attn.o_proj.weight',
      'mlp.gate_up_proj.weight',
      'mlp.down_proj.weight',
    ]);
    const flops = (modelType: string): number =>
      countFlops(readObject({ model_type: modelType, ...smallDecoder }), { sequenceLength: 64, batch: 1 })
        .prefill;
    assert.equal(flops('phi3'), flops('llama'));
  });

  it('puts attention and MLP side by side for Cohere, behind one norm', () => {
    const kind = readObject({ model_type: 'cohere', ...smallDecoder }).stacks[0]?.layerKinds[0];
    assert.equal(kind?.parallel, true);
    assert.equal(kind.norms, 1);
    const stablelm = readObject({ model_type: 'stablelm', ...smallDecoder }).stacks[0]?.layerKinds[0];
    assert.equal(stablelm?.parallel, undefined);
    assert.equal(stablelm?.norms, 2);
  });

  it('reads the dropout of hidden states by the key of the model type', () => {
    const dropout = (config: Record<string, unknown>): number | undefined =>
      readObject({ ...smallDecoder, ...config }).stacks[0]?.dropout.hidden;
    assert.equal(dropout({ model_type: 'starcoder2', residual_dropout: 0.1 }), 0.1);
    assert.equal(dropout({ model_type: 'phi3', resid_pdrop: 0.2 }), 0.2);
    assert.equal(dropout({ model_type: 'llama', resid_pdrop: 0.2 }), 0);
  });

  it('takes for Gemma 3 what its published configs leave out, and says so', () => {
    const { vocabSize, maxSequenceLength, assumptions } = readObject({
      model_type: 'gemma3_text',
      hidden_size: 2560,
      num_hidden_layers: 34,
      intermediate_size: 10240,
      sliding_window: 1024,
    });
    assert.deepEqual([vocabSize, maxSequenceLength], [262208, 131072]);
    assert.ok(assumptions.some((sentence) => sentence.startsWith('num_attention_heads is not set: 8')));
  });

  for (const { modelTypes: types, id } of decoderFamilies) {
    it(`names the key at fault for every model type of ${id}`, () => {
      for (const modelType of types) {
        const base = { model_type: modelType, ...smallDecoder, num_experts_per_tok: 1, n_routed_experts: 8 };
        assert.equal(refusal({ ...base, hidden_size: 'many' }).key, 'hidden_size', modelType);
        const layers = modelType === 'exaone' ? 'num_layers' : 'num_hidden_layers';
        assert.equal(refusal({ ...base, num_hidden_layers: undefined }).key, layers, modelType);
        assert.equal(refusal({ ...base, num_hidden_layers: 0 }).key, 'num_hidden_layers', modelType);
        assert.equal(refusal({ ...base, num_attention_heads: [8] }).key, 'num_attention_heads', modelType);
        assert.equal(refusal({ ...base, vocab_size: -1 }).key, 'vocab_size', modelType);
        assert.equal(refusal({ ...base, tie_word_embeddings: 'yes' }).key, 'tie_word_embeddings', modelType);
      }
    });
  }
});
