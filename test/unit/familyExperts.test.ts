import assert from 'node:assert/strict';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytes, kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countParameters } from '../../src/cost/parameters';
import { kindNames, kindsOf, parametersOf, readObject, refusal, smallDecoder } from './familyDecoderFixture';
import { knownModels } from './familyDecoderModels';

const attention = 2 * 128 * 128 + 2 * 128 * 32;
const embedding = 1000 * 128;

function kinds(config: Record<string, unknown>): string {
  return kindNames(readObject({ ...smallDecoder, ...config }));
}

function active(config: Record<string, unknown>): number {
  return countParameters(readObject({ ...smallDecoder, ...config })).active;
}

function known(name: string): Readonly<Record<string, unknown>> {
  const model = knownModels.find((each) => each.name === name);
  assert.ok(model !== undefined);
  return model.config;
}

describe('families: experts', () => {
  const qwen = {
    model_type: 'qwen3_moe',
    num_experts: 8,
    num_experts_per_tok: 2,
    moe_intermediate_size: 64,
  };

  it('counts Mixtral-like experts, all and active', () => {
    const mixtral = { model_type: 'mixtral', num_local_experts: 8, num_experts_per_tok: 2 };
    const rest = 2 * embedding + 128 + 4 * (attention + 256 + 8 * 128);
    assert.equal(parametersOf({ ...smallDecoder, ...mixtral }), rest + 4 * 8 * 3 * 128 * 256);
    assert.equal(active(mixtral), rest + 4 * 2 * 3 * 128 * 256);
  });

  it('counts the shared expert of Qwen2-MoE and its gate', () => {
    const config = {
      ...qwen,
      model_type: 'qwen2_moe',
      shared_expert_intermediate_size: 96,
    };
    const experts = 8 * 3 * 128 * 64 + 8 * 128 + 3 * 128 * 96 + 128;
    const biases = 128 + 32 + 32;
    assert.equal(
      parametersOf({ ...smallDecoder, ...config }),
      2 * embedding + 128 + 4 * (attention + biases + experts + 256),
    );
    const spec = kindsOf(readObject({ ...smallDecoder, ...config }))[0]?.feedForward;
    assert.deepEqual(spec?.experts, { count: 8, active: 2, sharedSize: 96 });
  });

  it('counts sinks and the biases of router and experts of gpt-oss', () => {
    const config = { model_type: 'gpt_oss', num_local_experts: 8, num_experts_per_tok: 2 };
    const biases = 128 + 32 + 32 + 128 + 8;
    const experts = 8 * (3 * 128 * 256 + 256 + 256 + 128) + 8 * 128 + 8;
    assert.equal(
      parametersOf({ ...smallDecoder, ...config }),
      2 * embedding + 128 + 4 * (attention + biases + experts + 256),
    );
  });

  it('gives published numbers of active parameters', () => {
    // Jiang et al. 2024 say 13 B; OpenAI 2025 says 3.61 B, the embedding left out.
    const mixtral = countParameters(
      readObject({
        model_type: 'mixtral',
        hidden_size: 4096,
        num_hidden_layers: 32,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        intermediate_size: 14336,
        vocab_size: 32000,
        max_position_embeddings: 32768,
      }),
    );
    assert.equal(mixtral.total, 46_702_792_704);
    assert.equal(mixtral.active, 12_879_925_248);
    const gptOss = countParameters(
      readObject({ ...known('gpt-oss 120b'), num_hidden_layers: 24, num_local_experts: 32 }),
    );
    assert.equal(gptOss.total, 20_914_757_184);
    assert.equal(gptOss.active - 201_088 * 2880, 3_608_307_264);
  });

  it('sends a token through its active experts only', () => {
    const flops = (config: Record<string, unknown>): number =>
      countFlops(readObject({ ...smallDecoder, ...qwen, ...config }), { sequenceLength: 10, batch: 1 })
        .feedForwardPrefill;
    assert.equal(flops({}), 2 * 10 * 4 * (2 * 3 * 128 * 64 + 8 * 128));
    assert.equal(flops({ num_experts: 16 }) - flops({}), 2 * 10 * 4 * 8 * 128);
  });

  it('has experts where each model type puts them', () => {
    assert.equal(kinds(qwen), 'full_attention × 4');
    assert.equal(
      kinds({ ...qwen, decoder_sparse_step: 2 }),
      'full_attention × 2, full_attention, experts × 2',
    );
    assert.equal(kinds({ ...qwen, mlp_only_layers: [3] }), 'full_attention, experts × 3, full_attention × 1');
    assert.equal(
      kinds({ model_type: 'llama4_text', intermediate_size_mlp: 512, moe_layers: [0] }),
      'chunked_attention, experts × 1, chunked_attention × 2, full_attention × 1',
    );
    const ernie = { model_type: 'ernie4_5_moe', moe_num_experts: 8 };
    assert.equal(kinds(ernie), 'full_attention × 1, full_attention, experts × 3');
    assert.equal(
      kinds({ ...ernie, moe_layer_end_index: 2, moe_layer_interval: 2, moe_layer_start_index: 0 }),
      'full_attention × 3, full_attention, experts × 1',
    );
  });

  it('needs no width of a dense MLP where every layer has experts', () => {
    assert.equal(
      parametersOf({ ...smallDecoder, ...qwen, intermediate_size: undefined }),
      parametersOf({ ...smallDecoder, ...qwen }),
    );
    assert.equal(
      refusal({ ...smallDecoder, ...qwen, intermediate_size: undefined, mlp_only_layers: [1] }).key,
      'intermediate_size',
    );
  });

  it('refuses experts that cannot be', () => {
    const key = (config: Record<string, unknown>): string | undefined =>
      refusal({ ...smallDecoder, ...qwen, ...config }).key;
    assert.equal(key({ num_experts_per_tok: 9 }), 'num_experts_per_tok');
    assert.equal(key({ num_experts: 0 }), 'num_experts');
    assert.equal(key({ moe_intermediate_size: 'wide' }), 'moe_intermediate_size');
    assert.equal(key({ mlp_only_layers: [-1] }), 'mlp_only_layers');
    assert.equal(key({ decoder_sparse_step: 0 }), 'decoder_sparse_step');
  });
});

describe('families: latent attention', () => {
  const latent = {
    ...smallDecoder,
    model_type: 'deepseek_v3',
    num_key_value_heads: undefined,
    head_dim: undefined,
    kv_lora_rank: 32,
    q_lora_rank: 48,
    qk_nope_head_dim: 16,
    qk_rope_head_dim: 8,
    v_head_dim: 12,
    n_routed_experts: 8,
    num_experts_per_tok: 2,
    n_shared_experts: 1,
    moe_intermediate_size: 64,
    first_k_dense_replace: 1,
  };
  const outwards = 128 * (32 + 8) + 32 + 32 * 8 * (16 + 12) + 8 * 12 * 128;
  const compressed = 128 * 48 + 48 + 48 * 8 * 24;
  const dense = 3 * 128 * 256;
  const sparse = 9 * 3 * 128 * 64 + 8 * 128 + 8;

  it('counts projections with compressed queries and without', () => {
    const rest = 2 * embedding + 128 + 4 * (outwards + 256) + dense + 3 * sparse;
    assert.equal(parametersOf(latent), rest + 4 * compressed);
    assert.equal(parametersOf({ ...latent, q_lora_rank: null }), rest + 4 * 128 * 8 * 24);
    // Without the correction of the router that the third version has.
    assert.equal(parametersOf({ ...latent, model_type: 'deepseek_v2' }), rest + 4 * compressed - 3 * 8);
    assert.equal(
      parametersOf({ ...latent, attention_bias: true }) - parametersOf(latent),
      4 * (48 + 40 + 128),
    );
  });

  it('caches one latent and one position a token and layer', () => {
    const model = readObject(latent);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 2 * 4 * (32 + 8));
    assert.equal(
      kvCacheBytes(model, { sequenceLength: 100, batch: 3, dtype: 'float16' }),
      3 * 100 * 2 * 4 * (32 + 8),
    );
  });

  it('attends with wide queries in a prefill and in the latent space in a decode step', () => {
    const { attentionPrefill, decodePerToken, prefill } = countFlops(readObject(latent), {
      sequenceLength: 10,
      batch: 1,
    });
    assert.equal(attentionPrefill, 4 * 2 * 8 * (24 + 12) * 55);
    const matrices = (prefill - attentionPrefill) / 10;
    assert.equal(decodePerToken - matrices, 4 * 2 * 8 * (32 + 8 + 32) * 10);
  });

  it('tells dense layers from those with experts, by first_k_dense_replace and moe_layer_freq', () => {
    assert.equal(kindNames(readObject(latent)), 'full_attention × 1, full_attention, experts × 3');
    assert.equal(
      kindNames(readObject({ ...latent, moe_layer_freq: 2 })),
      'full_attention × 3, full_attention, experts × 1',
    );
    assert.equal(kindNames(readObject({ ...latent, first_k_dense_replace: 0 })), 'full_attention × 4');
  });

  it('says that modules which predict further tokens are left out', () => {
    const told = (config: Record<string, unknown>): boolean =>
      readObject({ ...latent, ...config }).assumptions.some((sentence) =>
        sentence.startsWith('num_nextn_predict_layers'),
      );
    assert.equal(told({ num_nextn_predict_layers: 1 }), true);
    assert.equal(told({ num_nextn_predict_layers: 0 }), false);
    assert.equal(told({}), false);
  });

  it('names the key at fault', () => {
    assert.equal(refusal({ ...latent, kv_lora_rank: 0 }).key, 'kv_lora_rank');
    assert.equal(refusal({ ...latent, q_lora_rank: 'none' }).key, 'q_lora_rank');
    assert.equal(refusal({ ...latent, v_head_dim: 1.5 }).key, 'v_head_dim');
    assert.equal(refusal({ ...latent, first_k_dense_replace: -1 }).key, 'first_k_dense_replace');
  });
});
