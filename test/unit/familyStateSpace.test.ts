import assert from 'node:assert/strict';
import { kvCacheBytes, kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countFlops } from '../../src/cost/flops';
import { countParameters } from '../../src/cost/parameters';
import { formatInteger } from '../../src/model/units';
import { published, readPublished, truths } from './familyDecoderFixture';
import { kindOf, parametersOf, readObject, refusal, without, type Config } from './familyObjectFixture';
import { stateSpaceModels } from './familyStateSpaceModels';

/** One Mamba layer: h = 64, D = 128, N = 16, kernel 4, rank 4. */
const mamba = { model_type: 'mamba', hidden_size: 64, num_hidden_layers: 1, vocab_size: 100 };
const mixer = 2 * 128 * 64 + 128 * 4 + 128 + (4 + 32) * 128 + 128 * 4 + 128 + 128 * 16 + 128 + 64 * 128;

/** Two Mamba-2 heads of 64: D = 128, one group, N = 16. */
const mamba2 = {
  model_type: 'mamba2',
  hidden_size: 64,
  num_hidden_layers: 1,
  vocab_size: 100,
  num_heads: 2,
  head_dim: 64,
  n_groups: 1,
  state_size: 16,
};
const mixer2 = (2 * 128 + 2 * 16 + 2) * 64 + (128 + 32) * 5 + 3 * 2 + 128 + 64 * 128;

const attention = 2 * 64 * 64 + 2 * 64 * 32;
const heads = { num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 4096 };

const jamba = {
  ...mamba,
  ...heads,
  model_type: 'jamba',
  num_hidden_layers: 4,
  intermediate_size: 96,
  num_experts: 4,
  num_experts_per_tok: 2,
  attn_layer_period: 4,
  attn_layer_offset: 2,
  expert_layer_period: 2,
  expert_layer_offset: 1,
};

const nemotron = {
  ...heads,
  model_type: 'nemotron_h',
  hidden_size: 64,
  num_hidden_layers: 4,
  vocab_size: 100,
  hybrid_override_pattern: 'M-*M',
  mamba_num_heads: 2,
  mamba_head_dim: 64,
  n_groups: 1,
  ssm_state_size: 16,
  head_dim: 16,
  intermediate_size: 96,
};

const qwen = {
  ...heads,
  model_type: 'qwen3_next',
  hidden_size: 64,
  num_hidden_layers: 4,
  vocab_size: 100,
  head_dim: 16,
  num_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 32,
  shared_expert_intermediate_size: 48,
  linear_num_key_heads: 2,
  linear_num_value_heads: 4,
  linear_key_head_dim: 8,
  linear_value_head_dim: 16,
};

describe('families: state-space models and hybrids', () => {
  it('equals the true counts of the published configs', function () {
    const known = truths();
    if (known === undefined) {
      console.log(`      skipped: no published configs beside the repository (${published})`);
      this.skip();
    }
    for (const file of ['mamba-130m-hf', 'jamba-1.5-mini']) {
      const model = readPublished(`${file}/config.json`);
      assert.equal(countParameters(model).total, known.get(file)?.params, file);
      assert.equal(kvCacheBytesPerToken(model, 'float16'), known.get(file)?.kv_bytes_per_token_fp16, file);
    }
  });

  it('reads Nemotron-H 56B, whose file has a bare Infinity', function () {
    const known = truths();
    if (known === undefined) {
      console.log(`      skipped: no published configs beside the repository (${published})`);
      this.skip();
    }
    const model = readPublished('nemotron-h-56b/config.json');
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 40_960);
    // No published count: the name rounds it.
    assert.equal(countParameters(model).total, 56_324_350_464);
  });

  for (const { name, parameters, config } of stateSpaceModels) {
    it(`counts ${formatInteger(parameters)} for ${name}`, () => {
      assert.equal(parametersOf(config), parameters);
    });
  }

  it('counts a Mamba layer weight by weight', () => {
    assert.equal(parametersOf(mamba), 100 * 64 + 64 + mixer + 64);
    assert.equal(parametersOf({ ...mamba, use_bias: true }) - parametersOf(mamba), 256 + 64);
    assert.equal(parametersOf({ ...mamba, use_conv_bias: false }) - parametersOf(mamba), -128);
    assert.equal(parametersOf({ ...mamba, tie_word_embeddings: false }) - parametersOf(mamba), 100 * 64);
  });

  it('counts a Mamba-2 layer weight by weight', () => {
    assert.equal(parametersOf(mamba2), 2 * 100 * 64 + 64 + mixer2 + 64);
  });

  it('holds a state of fixed size in place of a cache', () => {
    const model = readObject(mamba);
    const options = { batch: 2, dtype: 'float16' } as const;
    const state = 2 * 2 * (128 * 16 + 128 * 4);
    assert.equal(kvCacheBytes(model, { ...options, sequenceLength: 10 }), state);
    assert.equal(kvCacheBytes(model, { ...options, sequenceLength: 10_000 }), state);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 0);
    assert.equal(kindOf(readObject(mamba2), 'mamba2').recurrence?.stateElements, 2 * 64 * 16);
  });

  it('counts the operations of the scan beside the products with weights', () => {
    const flops = countFlops(readObject(mamba), { sequenceLength: 10, batch: 1 });
    const products = 2 * (2 * 128 * 64 + 128 * 4 + 36 * 128 + 128 * 4 + 64 * 128);
    const scan = 128 * (6 * 16 + 4);
    assert.equal(flops.recurrencePrefill, 10 * (products + scan));
    assert.equal(flops.attentionPrefill, 0);
    assert.equal(flops.decodePerToken, products + scan + 2 * 100 * 64);
    const second = countFlops(readObject(mamba2), { sequenceLength: 1, batch: 1 });
    assert.equal(second.recurrencePrefill, 2 * (290 * 64 + 160 * 4 + 64 * 128) + 128 * (5 * 16 + 4));
  });

  it("puts Jamba's attention and experts where the periods say", () => {
    const model = readObject(jamba);
    const names = model.stacks[0]?.layerKinds.map(({ name, layers }) => `${name} × ${String(layers)}`);
    assert.deepEqual(names, ['mamba × 1', 'mamba, experts × 2', 'attention × 1']);
    const norms = 4 + 16 + 16;
    const mlp = 3 * 64 * 96;
    const layers = 3 * (mixer + norms) + attention + 2 * mlp + 2 * (4 * 64 + 4 * mlp) + 4 * 128;
    assert.equal(parametersOf(jamba), 2 * 100 * 64 + 64 + layers);
    // Of four experts a token passes two, in two layers.
    assert.equal(countParameters(model).total - countParameters(model).active, 2 * 2 * mlp);
  });

  it('has no router where Jamba has one expert', () => {
    const model = readObject({ ...jamba, num_experts: 1, num_experts_per_tok: 1 });
    assert.equal(countParameters(model).parts.router, 0);
  });

  it('makes a layer of Nemotron-H of one mixer', () => {
    const layers = 2 * mixer2 + 2 * 64 * 96 + attention + 4 * 64;
    assert.equal(parametersOf(nemotron), 2 * 100 * 64 + 64 + layers);
    assert.equal(kvCacheBytesPerToken(readObject(nemotron), 'float16'), 2 * 2 * 2 * 16);
    const listed = { ...nemotron, layers_block_type: ['mamba', 'mlp', 'attention', 'mamba'] };
    assert.equal(parametersOf(without(listed, 'hybrid_override_pattern')), parametersOf(nemotron));
  });

  it('counts Gated DeltaNet and gated attention of Qwen3-Next', () => {
    const delta = (2 * 16 + 2 * 64) * 64 + 2 * 4 * 64 + (32 + 64) * 4 + 2 * 4 + 16 + 64 * 64;
    const gated = attention + 64 * 64 + 2 * 16;
    const experts = 4 * 64 + 4 * 3 * 64 * 32 + 3 * 64 * 48 + 64;
    assert.equal(parametersOf(qwen), 2 * 100 * 64 + 64 + 3 * delta + gated + 4 * (experts + 128));
    const { recurrence } = kindOf(readObject(qwen), 'linear_attention');
    assert.equal(recurrence?.stateElements, 4 * 8 * 16);
    assert.equal(recurrence.convolutionElements, 96 * 4);
    assert.equal(recurrence.scanFlopsPerToken, 4 * (7 * 8 * 16 + 3 * 16));
    const dense = readObject({ ...qwen, mlp_only_layers: [0], intermediate_size: 80 });
    assert.deepEqual(kindOf(dense, 'linear_attention, dense MLP').feedForward, {
      kind: 'gated',
      intermediateSize: 80,
    });
  });

  it('follows layer_types and full_attention_interval', () => {
    const full = (config: Config): number =>
      kindOf(readObject({ ...qwen, ...config }), 'full_attention').layers;
    assert.equal(full({}), 1);
    assert.equal(full({ full_attention_interval: 2 }), 2);
    const types = ['full_attention', 'linear_attention', 'full_attention', 'full_attention'];
    assert.equal(full({ layer_types: types }), 3);
  });

  it('gives RecurrentGemma windows and a recurrence of one number a channel', () => {
    const config = stateSpaceModels.find(({ name }) => name.startsWith('RecurrentGemma'))?.config ?? {};
    const model = readObject(config);
    assert.equal(kindOf(model, 'attention').attention?.window, 2048);
    assert.equal(kindOf(model, 'attention').layers, 8);
    const options = { batch: 1, dtype: 'float16', sequenceLength: 8192 } as const;
    assert.equal(kvCacheBytes(model, options), 2 * (8 * 2 * 256 * 2048 + 18 * (2560 + 2560 * 3)));
  });

  it('puts attention beside Mamba-2 in every layer of Falcon-H1', () => {
    const config = stateSpaceModels.find(({ name }) => name.startsWith('Falcon-H1'))?.config ?? {};
    const kind = kindOf(readObject(config), 'attention beside mamba');
    assert.equal(kind.layers, 36);
    assert.ok(kind.attention !== undefined && kind.recurrence !== undefined);
  });

  it("runs Zamba2's shared block six times and counts it once", () => {
    const config = stateSpaceModels.find(({ name }) => name.startsWith('Zamba2'))?.config ?? {};
    const model = readObject(config);
    assert.equal(kindOf(model, 'hybrid').layers, 1);
    assert.equal(kindOf(model, 'hybrid, shared block').layers, 5);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 6 * 2 * 2 * 2 * 2048);
    // Two blocks take turns: one more is counted, and no more is multiplied.
    const two = { ...config, num_mem_blocks: 2 };
    const block = 4 * 2048 * 4096 + 2 * 2048 * 4096 + 2048 * 4096 + 3 * 2048 * 8192 + 3 * 2048;
    assert.equal(parametersOf(two) - parametersOf(config), block);
    const options = { sequenceLength: 8, batch: 1 };
    assert.equal(countFlops(readObject(two), options).prefill, countFlops(model, options).prefill);
    assert.equal(refusal(without(config, 'hybrid_layer_ids')).key, 'layers_block_type');
  });

  const refusals: readonly [string, Config, string][] = [
    ['a missing width', without(mamba, 'hidden_size'), 'hidden_size'],
    ['no layers', { ...mamba, num_hidden_layers: 0 }, 'num_hidden_layers'],
    ['a rank in words', { ...mamba, time_step_rank: 'many' }, 'time_step_rank'],
    ['heads that do not make up the width', { ...mamba2, num_heads: 3 }, 'num_heads'],
    ['groups that do not divide the heads', { ...mamba2, n_groups: 3 }, 'n_groups'],
    ['an offset beyond the period', { ...jamba, attn_layer_offset: 4 }, 'attn_layer_offset'],
    ['more active experts than there are', { ...jamba, num_experts_per_tok: 5 }, 'num_experts_per_tok'],
    ['key/value heads that do not divide', { ...jamba, num_key_value_heads: 3 }, 'num_key_value_heads'],
    [
      'a pattern of another length',
      { ...nemotron, hybrid_override_pattern: 'M-*' },
      'hybrid_override_pattern',
    ],
    ['an unknown letter', { ...nemotron, hybrid_override_pattern: 'M-*X' }, 'hybrid_override_pattern'],
    ['a pattern that is a number', { ...nemotron, hybrid_override_pattern: 4 }, 'hybrid_override_pattern'],
    ['layer_types of another length', { ...qwen, layer_types: ['full_attention'] }, 'layer_types'],
    ['layer_types of another name', { ...qwen, layer_types: Array(4).fill('mamba') }, 'layer_types'],
    ['value heads that share no key heads', { ...qwen, linear_num_value_heads: 3 }, 'linear_num_value_heads'],
    [
      'indices beyond the layers',
      {
        ...mamba,
        ...heads,
        model_type: 'bamba',
        intermediate_size: 96,
        mamba_n_heads: 2,
        attn_layer_indices: [1],
      },
      'attn_layer_indices',
    ],
    [
      'blocks that are none',
      { ...mamba, ...heads, model_type: 'recurrent_gemma', intermediate_size: 96, block_types: ['rnn'] },
      'block_types',
    ],
  ];
  for (const [what, config, key] of refusals) {
    it(`refuses ${what}`, () => {
      const error = refusal(config);
      assert.equal(error.key, key);
      assert.ok(error.problem.includes(`"${key}"`), error.message);
    });
  }
});
