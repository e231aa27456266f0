import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytes } from '../../src/cost/kvCache';
import { kindNames, kindsOf, parametersOf, readObject, refusal } from './familyDecoderFixture';

const gpt2 = { model_type: 'gpt2', n_embd: 64, n_layer: 2, n_head: 4, n_positions: 128, vocab_size: 100 };
/** 4·h² and 4·h of attention, 8·h² and 5·h of the MLP, two LayerNorms. */
const gpt2Layer = 12 * 64 * 64 + 9 * 64 + 4 * 64;

const neo = {
  model_type: 'gpt_neo',
  hidden_size: 64,
  num_layers: 4,
  num_heads: 4,
  vocab_size: 100,
  max_position_embeddings: 1024,
};

const falcon = {
  model_type: 'falcon',
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 100,
};

describe('families: GPT-2 and GPT-BigCode', () => {
  it('count the cross-attention that add_cross_attention asks for', () => {
    const plain = 100 * 64 + 128 * 64 + 2 * 64 + 2 * gpt2Layer;
    assert.equal(parametersOf(gpt2), plain);
    // Four projections with biases and a LayerNorm.
    const added = 2 * (4 * 64 * 64 + 4 * 64 + 2 * 64);
    const crossed = readObject({ ...gpt2, add_cross_attention: true });
    assert.equal(parametersOf({ ...gpt2, add_cross_attention: true }), plain + added);
    const options = { sequenceLength: 16, sourceLength: 50, batch: 1, dtype: 'float16' } as const;
    const more = countFlops(crossed, options).prefill - countFlops(readObject(gpt2), options).prefill;
    // Queries and outputs a token, keys and values a token of the source, then QKᵀ and PV.
    assert.equal(more, 2 * (2 * 64 * 64 * (2 * 16 + 2 * 50) + 4 * 64 * 16 * 50));
    const cache = kvCacheBytes(crossed, options) - kvCacheBytes(readObject(gpt2), options);
    assert.equal(cache, 2 * 2 * 2 * 64 * 50);
  });

  it('have one key/value head with multi_query, and refuse cross-attention with it', () => {
    const bigCode = { ...gpt2, model_type: 'gpt_bigcode' };
    const fewer = 2 * (2 * (64 - 16) * 64 + 2 * (64 - 16));
    assert.equal(parametersOf(bigCode), parametersOf(gpt2) - fewer);
    assert.equal(parametersOf({ ...bigCode, multi_query: false }), parametersOf(gpt2));
    assert.equal(refusal({ ...bigCode, add_cross_attention: true }).key, 'add_cross_attention');
  });
});

describe('families: GPT-Neo', () => {
  it('alternates global layers and a window of window_size keys', () => {
    const model = readObject({ ...neo, attention_types: [[['global', 'local'], 2]], window_size: 8 });
    assert.equal(kindNames(model), 'global × 2, local × 2');
    const { attentionPrefill } = countFlops(model, { sequenceLength: 32, batch: 1 });
    const windowed = (8 * 9) / 2 + 24 * 8;
    assert.equal(attentionPrefill, 2 * 4 * 64 * ((32 * 33) / 2 + windowed));
    assert.equal(kindNames(readObject(neo)), 'global × 2, local × 2');
    assert.equal(kindsOf(readObject(neo))[1]?.attention?.window, 256);
    const listed = { ...neo, attention_layers: ['local', 'local', 'global', 'local'] };
    assert.equal(kindNames(readObject(listed)), 'local × 3, global × 1');
  });

  it('names the list that does not describe its layers', () => {
    const wrong: readonly unknown[] = [
      [[['global'], 3]],
      [['global', 4]],
      'global',
      [[['far'], 4]],
      [[[], 4]],
    ];
    for (const value of wrong) {
      assert.equal(refusal({ ...neo, attention_types: value }).key, 'attention_types', JSON.stringify(value));
    }
    assert.equal(refusal({ ...neo, attention_layers: ['global'] }).key, 'attention_layers');
  });
});

describe('families: decoders with attention and MLP side by side', () => {
  it('share one normed input in GPT-J, CodeGen, Phi and old Falcon, and none in GPT-NeoX and new Falcon', () => {
    const keys = { ...falcon, intermediate_size: 256, max_position_embeddings: 128 };
    const parallel = (config: Record<string, unknown>): unknown =>
      kindsOf(readObject(config)).map((kind) => [kind.parallel ?? false, kind.norms]);
    assert.deepEqual(parallel({ ...gpt2, model_type: 'gptj' }), [[true, 1]]);
    assert.deepEqual(parallel({ ...gpt2, model_type: 'codegen' }), [[true, 1]]);
    assert.deepEqual(parallel({ ...keys, model_type: 'phi' }), [[true, 1]]);
    assert.deepEqual(parallel({ ...keys, model_type: 'gpt_neox' }), [[false, 2]]);
    assert.deepEqual(parallel(falcon), [[true, 1]]);
    assert.deepEqual(parallel({ ...falcon, parallel_attn: false }), [[false, 2]]);
    const grouped = { ...falcon, new_decoder_architecture: true, num_kv_heads: 2 };
    assert.deepEqual(parallel(grouped), [[false, 2]]);
    assert.deepEqual(parallel({ ...grouped, num_ln_in_parallel_attn: 1 }), [[true, 1]]);
    assert.equal(kindsOf(readObject(grouped))[0]?.attention?.kvHeads, 2);
    assert.equal(refusal({ ...grouped, num_kv_heads: 3 }).key, 'num_kv_heads');
  });

  it('assume the length that Falcon and BLOOM were trained at, and say so', () => {
    const bloom = { model_type: 'bloom', n_embed: 64, n_layer: 2, n_head: 4, vocab_size: 100 };
    for (const config of [falcon, bloom]) {
      const model = readObject(config);
      assert.equal(model.maxSequenceLength, 2048);
      assert.equal(model.learnedPositions, undefined);
      assert.ok(model.assumptions.some((sentence) => sentence.includes('2048 tokens')));
    }
    assert.equal(readObject({ ...bloom, seq_length: 4096 }).maxSequenceLength, 4096);
  });

  it("count norms of the heads' queries and keys in Phi", () => {
    const phi = { ...falcon, model_type: 'phi', intermediate_size: 256, max_position_embeddings: 128 };
    assert.equal(parametersOf({ ...phi, qk_layernorm: true }) - parametersOf(phi), 2 * 2 * 2 * 16);
    assert.equal(refusal({ ...phi, num_key_value_heads: 3 }).key, 'num_key_value_heads');
  });
});

describe('families: OPT and MPT', () => {
  it('have two rows of positions in OPT that hold no token', () => {
    const opt = {
      model_type: 'opt',
      hidden_size: 64,
      ffn_dim: 256,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      vocab_size: 100,
      max_position_embeddings: 128,
    };
    const model = readObject(opt);
    assert.equal(model.learnedPositions, 128);
    assert.equal(parametersOf(opt), 100 * 64 + 130 * 64 + 2 * 64 + 2 * gpt2Layer);
    const narrow = { ...opt, word_embed_proj_dim: 32 };
    assert.equal(parametersOf(opt) - parametersOf(narrow), 100 * 32 - 2 * 32 * 64);
  });

  it("read MPT's attn_config: groups of heads, learned positions in place of ALiBi", () => {
    const mpt = {
      model_type: 'mpt',
      d_model: 64,
      n_heads: 4,
      n_layers: 2,
      vocab_size: 100,
      max_seq_len: 128,
    };
    const plain = parametersOf(mpt);
    assert.equal(plain, 100 * 64 + 64 + 2 * (12 * 64 * 64 + 2 * 64));
    assert.equal(parametersOf({ ...mpt, no_bias: false }) - plain, 64 + 2 * (9 * 64 + 2 * 64));
    assert.equal(parametersOf({ ...mpt, attn_config: { alibi: false } }) - plain, 128 * 64);
    const one = { ...mpt, attn_config: { attn_type: 'multiquery_attention' } };
    assert.equal(plain - parametersOf(one), 2 * 2 * (64 - 16) * 64);
    const grouped = (heads: number): Record<string, unknown> => ({
      ...mpt,
      attn_config: { attn_type: 'grouped_query_attention', kv_n_heads: heads },
    });
    assert.equal(kindsOf(readObject(grouped(2)))[0]?.attention?.kvHeads, 2);
    assert.equal(refusal(grouped(3)).key, 'kv_n_heads');
  });
});
