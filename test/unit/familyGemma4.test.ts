import assert from 'node:assert/strict';
import { kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import { kindNames, kindsOf, parametersOf, readObject, refusal } from './familyDecoderFixture';

/** 12 layers of which the 6th and the 12th see everything, with heads of 32 in place of 16. */
const small = {
  model_type: 'gemma4_text',
  hidden_size: 128,
  num_hidden_layers: 12,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 16,
  global_head_dim: 32,
  intermediate_size: 256,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  sliding_window: 64,
  hidden_size_per_layer_input: 0,
};

const embedding = 1000 * 128 + 128;
const norms = 4 * 128;
const mlp = 3 * 128 * 256;
const sliding = 2 * 128 * 128 + 2 * 128 * 32 + 2 * 16;
const full = 2 * 128 * 256 + 2 * 128 * 64 + 2 * 32;

describe('families: Gemma 4', () => {
  it('counts narrow and wide layers', () => {
    assert.equal(kindNames(readObject(small)), 'sliding_attention × 10, full_attention × 2');
    assert.equal(parametersOf(small), embedding + 12 * (norms + mlp) + 10 * sliding + 2 * full);
    assert.equal(kvCacheBytesPerToken(readObject(small), 'float16'), 2 * (10 * 2 * 2 * 16 + 2 * 2 * 2 * 32));
  });

  it('lets keys be values where it sees everything, with other key/value heads', () => {
    const config = { ...small, attention_k_eq_v: true, num_global_key_value_heads: 1 };
    assert.equal(parametersOf(small) - parametersOf(config), 2 * (2 * 128 * 64 - 128 * 32));
    // Keys have positions and values have none, so both are cached.
    assert.equal(kvCacheBytesPerToken(readObject(config), 'float16'), 2 * (10 * 2 * 2 * 16 + 2 * 2 * 1 * 32));
    // The number of global heads counts only together with shared projections.
    assert.equal(parametersOf({ ...small, num_global_key_value_heads: 1 }), parametersOf(small));
  });

  it('leaves keys and values out where the cache is shared', () => {
    const config = { ...small, num_kv_shared_layers: 4 };
    assert.equal(
      kindNames(readObject(config)),
      'sliding_attention × 7, full_attention × 1, sliding_attention, shared cache × 3, full_attention, shared cache × 1',
    );
    assert.equal(parametersOf(small) - parametersOf(config), 3 * (2 * 128 * 32 + 16) + (2 * 128 * 64 + 32));
    assert.equal(kvCacheBytesPerToken(readObject(config), 'float16'), 2 * (7 * 2 * 2 * 16 + 2 * 2 * 32));
    assert.equal(parametersOf({ ...config, use_double_wide_mlp: true }) - parametersOf(config), 4 * mlp);
  });

  it('counts the embeddings of the layers', () => {
    const config = { ...small, hidden_size_per_layer_input: 8, vocab_size_per_layer_input: 500 };
    assert.equal(
      parametersOf(config) - parametersOf(small),
      500 * 12 * 8 + 128 * 12 * 8 + 8 + 12 * (2 * 128 * 8 + 128),
    );
  });

  it('counts experts beside the MLP', () => {
    const config = {
      ...small,
      enable_moe_block: true,
      num_experts: 8,
      top_k_experts: 2,
      moe_intermediate_size: 64,
    };
    const expert = 3 * 128 * 64;
    const router = 8 * 128 + 128 + 8;
    assert.equal(parametersOf(config) - parametersOf(small), 12 * (8 * expert + router + 3 * 128));
    const { total, active } = countParameters(readObject(config));
    assert.equal(total - active, 12 * 6 * expert);
    assert.deepEqual(kindsOf(readObject(config))[0]?.feedForward?.experts, {
      count: 8,
      active: 2,
      sharedSize: 256,
    });
  });

  it('comes to the sizes that the model card gives for 31B and 26B-A4B', () => {
    const shape = {
      model_type: 'gemma4_text',
      head_dim: 256,
      global_head_dim: 512,
      attention_k_eq_v: true,
      hidden_size_per_layer_input: 0,
      vocab_size: 262144,
      max_position_embeddings: 262144,
    };
    const dense = parametersOf({
      ...shape,
      hidden_size: 5376,
      num_hidden_layers: 60,
      num_attention_heads: 32,
      num_key_value_heads: 16,
      num_global_key_value_heads: 4,
      intermediate_size: 21504,
    });
    assert.equal((dense / 1e9).toFixed(1), '30.7');
    const { total, active } = countParameters(
      readObject({
        ...shape,
        hidden_size: 2816,
        num_hidden_layers: 30,
        num_attention_heads: 16,
        num_key_value_heads: 8,
        num_global_key_value_heads: 2,
        intermediate_size: 2112,
        enable_moe_block: true,
        num_experts: 128,
        top_k_experts: 8,
        moe_intermediate_size: 704,
      }),
    );
    assert.deepEqual([(total / 1e9).toFixed(1), (active / 1e9).toFixed(1)], ['25.2', '3.8']);
  });

  it('follows layer_types, but lets the last layer see everything', () => {
    const types = Array.from({ length: 12 }, () => 'sliding_attention');
    assert.equal(
      kindNames(readObject({ ...small, layer_types: types })),
      'sliding_attention × 11, full_attention × 1',
    );
  });

  it('names the key at fault', () => {
    const key = (config: Record<string, unknown>): string | undefined => refusal({ ...small, ...config }).key;
    assert.equal(key({ layer_types: ['full_attention'] }), 'layer_types');
    assert.equal(key({ num_kv_shared_layers: 12 }), 'num_kv_shared_layers');
    assert.equal(
      key({ attention_k_eq_v: true, num_global_key_value_heads: 3 }),
      'num_global_key_value_heads',
    );
    assert.equal(key({ enable_moe_block: true }), 'num_experts');
    assert.equal(
      key({ enable_moe_block: true, num_experts: 2, top_k_experts: 3, moe_intermediate_size: 8 }),
      'top_k_experts',
    );
    assert.equal(key({ num_hidden_layers: 0 }), 'num_hidden_layers');
  });
});
