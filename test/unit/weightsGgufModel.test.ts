import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readGgufHeader } from '../../src/weights/gguf';
import { ggufToConfig, ggufWeightFormat } from '../../src/weights/ggufModel';
import type { MetadataValue, TensorInfo, WeightHeader } from '../../src/weights/weightHeader';
import { weightHeader } from '../../src/weights/weightHeader';
import { CountingSource, f32, ggufFile, text, u32 } from '../fixtures/weightFiles';

function tensor(name: string, shape: readonly number[] = [1], dtype = 'F32'): TensorInfo {
  const elements = shape.reduce((product, size) => product * size, 1);
  return { name, dtype, shape, elements, bytes: elements * 4 };
}

/** A header of `architecture`, whose own keys are given without their prefix. */
function header(
  architecture: string,
  own: Readonly<Record<string, MetadataValue>>,
  tensors: readonly TensorInfo[] = [],
  others: Readonly<Record<string, MetadataValue>> = {},
): WeightHeader {
  const prefixed = Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value] as const);
  return weightHeader(tensors, {
    'general.architecture': architecture,
    ...Object.fromEntries(prefixed),
    ...others,
  });
}

/** The config's values under the keys of `expected`. */
function assertFields(config: Record<string, unknown>, expected: Readonly<Record<string, unknown>>): void {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, config[key]])), expected);
}

const layers = (count: number, kind: (layer: number) => number): number[] =>
  Array.from({ length: count }, (_, layer) => kind(layer));

const llama = {
  context_length: 131072,
  embedding_length: 2048,
  block_count: 16,
  feed_forward_length: 8192,
  'attention.head_count': 32,
  'attention.head_count_kv': 8,
  'attention.key_length': 64,
  'attention.value_length': 64,
  'rope.freq_base': 500000,
  'rope.dimension_count': 64,
};

describe('weights: a GGUF model as a config', () => {
  it('reads Llama from a file: the fields, the tied head, the vocabulary of the embedding', async () => {
    const { bytes } = ggufFile({
      metadata: [
        ['general.architecture', text('llama')],
        ...Object.entries(llama).map(([key, value]) => [`llama.${key}`, u32(value)] as const),
        ['llama.rope.freq_base_swa', f32(NaN)],
        ['llama.vocab_size', u32(9)],
      ],
      tensors: [{ name: 'token_embd.weight', dimensions: [32, 10], type: 8, bytes: 340 }],
    });
    const read = await readGgufHeader(new CountingSource(bytes), 'model.gguf');
    assert.deepEqual(ggufToConfig(read), {
      model_type: 'llama',
      hidden_size: 2048,
      num_hidden_layers: 16,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      head_dim: 64,
      intermediate_size: 8192,
      max_position_embeddings: 131072,
      vocab_size: 10,
      rope_theta: 500000,
      tie_word_embeddings: true,
      attention_bias: false,
      use_qkv_bias: false,
      mlp_bias: false,
      use_bias: false,
    });
    assert.equal(ggufWeightFormat(read), 'q8_0');
  });

  it('takes the vocabulary from the embedding, else the figure, else the tokens', () => {
    const tokens = { 'tokenizer.ggml.tokens': { skipped: 'list', length: 32000 } } as const;
    const figure = { vocab_size: 32064 };
    const embedding = tensor('token_embd.weight', [32128, 64]);
    const vocab = (...parts: [Record<string, number>, readonly TensorInfo[]]): unknown =>
      ggufToConfig(header('phi3', ...parts, tokens))['vocab_size'];
    assert.equal(vocab(figure, [embedding]), 32128);
    assert.equal(vocab(figure, []), 32064);
    assert.equal(vocab({}, []), 32000);
  });

  it('tells tied heads and biases by the tensors, of a whole file only', () => {
    const tensors = ['token_embd.weight', 'output.weight', 'blk.0.attn_q.bias', 'blk.0.ffn_up.weight'];
    const qwen2 = tensors.map((name) => tensor(name));
    assertFields(ggufToConfig(header('qwen2', llama, qwen2)), {
      model_type: 'qwen2',
      tie_word_embeddings: false,
      attention_bias: false,
      use_qkv_bias: true,
      mlp_bias: false,
    });
    const output = tensor('blk.15.attn_output.bias');
    assert.equal(ggufToConfig(header('llama', llama, [...qwen2, output]))['attention_bias'], true);
    const shard = ggufToConfig(header('qwen2', llama, qwen2, { 'split.count': 2 }));
    for (const key of ['tie_word_embeddings', 'attention_bias', 'use_qkv_bias'])
      assert.ok(!(key in shard), key);
  });

  it('tells Mixtral from Llama by its experts', () => {
    assertFields(ggufToConfig(header('llama', { ...llama, expert_count: 8, expert_used_count: 2 })), {
      model_type: 'mixtral',
      num_local_experts: 8,
      num_experts_per_tok: 2,
    });
    assert.equal(ggufToConfig(header('llama', { ...llama, expert_count: 0 }))['model_type'], 'llama');
  });

  it('names the fields of experts as each family does', () => {
    const own = {
      ...llama,
      expert_count: 128,
      expert_used_count: 8,
      expert_feed_forward_length: 768,
      expert_shared_feed_forward_length: 1024,
    };
    assertFields(ggufToConfig(header('qwen3moe', own)), {
      model_type: 'qwen3_moe',
      num_experts: 128,
      num_experts_per_tok: 8,
      moe_intermediate_size: 768,
      shared_expert_intermediate_size: 1024,
      intermediate_size: 8192,
    });
    assertFields(ggufToConfig(header('gpt-oss', own)), {
      model_type: 'gpt_oss',
      num_local_experts: 128,
      intermediate_size: 768,
    });
  });

  it('reads DeepSeek-V3 with its latent, and V2 from files that have the real head widths', () => {
    const own = {
      block_count: 61,
      embedding_length: 7168,
      context_length: 163840,
      feed_forward_length: 18432,
      'attention.head_count': 128,
      'attention.head_count_kv': 1,
      'attention.q_lora_rank': 1536,
      'attention.kv_lora_rank': 512,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
      'rope.dimension_count': 64,
      leading_dense_block_count: 3,
      expert_count: 256,
      expert_used_count: 8,
      expert_shared_count: 1,
      expert_feed_forward_length: 2048,
      expert_gating_func: 2,
      expert_group_count: 8,
      expert_group_used_count: 4,
      expert_weights_scale: 2.5,
      expert_weights_norm: true,
    };
    const config = ggufToConfig(header('deepseek2', own));
    assertFields(config, {
      model_type: 'deepseek_v3',
      num_attention_heads: 128,
      num_key_value_heads: 128,
      q_lora_rank: 1536,
      kv_lora_rank: 512,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
      first_k_dense_replace: 3,
      n_routed_experts: 256,
      n_shared_experts: 1,
      moe_intermediate_size: 2048,
      n_group: 8,
      topk_group: 4,
      routed_scaling_factor: 2.5,
      norm_topk_prob: true,
    });
    for (const key of ['head_dim', 'partial_rotary_factor']) assert.ok(!(key in config), key);
    const older: Record<string, MetadataValue> = {
      ...own,
      'attention.head_count_kv': 128,
      'attention.key_length': 192,
      'attention.value_length': 128,
      expert_gating_func: 1,
    };
    for (const key of ['attention.key_length_mla', 'attention.value_length_mla', 'attention.q_lora_rank']) {
      older[key] = 0;
    }
    assertFields(ggufToConfig(header('deepseek2', older)), {
      model_type: 'deepseek_v2',
      q_lora_rank: null,
      qk_nope_head_dim: 128,
      v_head_dim: 128,
    });
    const unsaid = { ...older, expert_gating_func: 0 };
    assert.equal(
      ggufToConfig(header('deepseek2', unsaid, [tensor('blk.3.exp_probs_b.bias')]))['model_type'],
      'deepseek_v3',
    );
  });

  it('reads windows: by a list, by a period, or by the family alone', () => {
    const own = { ...llama, block_count: 7, 'attention.sliding_window': 1024 };
    const kinds = (pattern: MetadataValue): unknown =>
      ggufToConfig(header('gemma3', { ...own, 'attention.sliding_window_pattern': pattern }))['layer_types'];
    const [sliding, full] = ['sliding_attention', 'full_attention'];
    assert.deepEqual(kinds(6), [sliding, sliding, sliding, sliding, sliding, full, sliding]);
    assert.deepEqual(kinds([true, false, true, false, true, false, false]), [
      ...[sliding, full, sliding, full, sliding, full, full],
    ]);
    const plain = ggufToConfig(header('gemma2', own));
    assert.equal(plain['sliding_window'], 1024);
    assert.ok(!('layer_types' in plain));
    assert.ok(!('sliding_window' in ggufToConfig(header('gemma2', llama))));
  });

  it('reads Gemma 4: two widths, two numbers of heads, wide MLPs', () => {
    const config = ggufToConfig(
      header('gemma4', {
        ...llama,
        block_count: 3,
        feed_forward_length: [6144, 6144, 12288],
        'attention.sliding_window': 512,
        'attention.sliding_window_pattern': [true, true, false],
        'attention.head_count_kv': [4, 4, 2],
        'attention.key_length': 512,
        'attention.key_length_swa': 256,
        'attention.shared_kv_layers': 1,
      }),
    );
    assertFields(config, {
      model_type: 'gemma4_text',
      head_dim: 256,
      global_head_dim: 512,
      num_key_value_heads: 4,
      num_global_key_value_heads: 2,
      num_kv_shared_layers: 1,
      intermediate_size: 6144,
      use_double_wide_mlp: true,
      enable_moe_block: false,
    });
  });

  it('uses the older names of GPT-2, BLOOM, MPT and T5', () => {
    const own = {
      block_count: 12,
      embedding_length: 768,
      feed_forward_length: 3072,
      context_length: 1024,
      'attention.head_count': 12,
      'attention.head_count_kv': 12,
      'attention.key_length': 64,
      decoder_block_count: 6,
    };
    assert.deepEqual(ggufToConfig(header('gpt2', own)), {
      model_type: 'gpt2',
      n_embd: 768,
      n_layer: 12,
      n_head: 12,
      n_inner: 3072,
      n_positions: 1024,
    });
    assertFields(ggufToConfig(header('bloom', own)), {
      hidden_size: 768,
      n_layer: 12,
      n_head: 12,
      seq_length: 1024,
    });
    assertFields(ggufToConfig(header('mpt', own)), {
      ...{ d_model: 768, n_layers: 12, n_heads: 12, max_seq_len: 1024, expansion_ratio: 4 },
    });
    assertFields(ggufToConfig(header('t5', own, [tensor('enc.blk.0.ffn_gate.weight')])), {
      ...{ d_model: 768, num_layers: 12, num_decoder_layers: 6, num_heads: 12, d_kv: 64, d_ff: 3072 },
      feed_forward_proj: 'gated-gelu',
    });
    assert.equal(
      ggufToConfig(header('bert', own, [tensor('token_types.weight', [2, 768])]))['type_vocab_size'],
      2,
    );
  });

  it('tells the Falcons apart', () => {
    const own = { ...llama, 'attention.head_count': 71, 'attention.head_count_kv': 1 };
    assertFields(ggufToConfig(header('falcon', own)), {
      num_kv_heads: 1,
      multi_query: true,
      new_decoder_architecture: false,
      parallel_attn: true,
    });
    const large = { ...own, 'attention.head_count': 128, 'attention.head_count_kv': 8 };
    assertFields(ggufToConfig(header('falcon', large, [tensor('blk.0.attn_norm_2.weight')])), {
      num_kv_heads: 8,
      multi_query: false,
      new_decoder_architecture: true,
      num_ln_in_parallel_attn: 2,
    });
  });

  it('reads Mamba, whose figures of attention are zero', () => {
    const own = {
      block_count: 24,
      embedding_length: 768,
      feed_forward_length: 0,
      context_length: 1048576,
      'attention.head_count': 0,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 1536,
      'ssm.state_size': 16,
      'ssm.time_step_rank': 48,
    };
    const config = ggufToConfig(header('mamba', own));
    assertFields(config, {
      ...{ hidden_size: 768, num_hidden_layers: 24, intermediate_size: 1536, expand: 2 },
      ...{ state_size: 16, conv_kernel: 4, time_step_rank: 48 },
    });
    assert.ok(!('num_attention_heads' in config));
    assertFields(ggufToConfig(header('mamba2', { ...own, 'ssm.time_step_rank': 24, 'ssm.group_count': 1 })), {
      ...{ num_heads: 24, head_dim: 64, n_groups: 1 },
    });
  });

  it('finds the layers with attention of hybrids', () => {
    const own = {
      ...llama,
      block_count: 32,
      'ssm.inner_size': 4096,
      'ssm.time_step_rank': 64,
      expert_count: 16,
    };
    const jamba = header(
      'jamba',
      { ...own, 'attention.head_count_kv': layers(32, (layer) => (layer % 8 === 4 ? 8 : 0)) },
      layers(16, (index) => 2 * index + 1).map((layer) => tensor(`blk.${String(layer)}.ffn_gate_inp.weight`)),
    );
    assertFields(ggufToConfig(jamba), {
      num_key_value_heads: 8,
      ...{ attn_layer_period: 8, attn_layer_offset: 4, expert_layer_period: 2, expert_layer_offset: 1 },
      ...{ num_experts: 16, mamba_expand: 2 },
    });
    const four = { ...own, block_count: 4 };
    const kvHeads = { 'attention.head_count_kv': [0, 8, 0, 0] };
    assertFields(
      ggufToConfig(
        header('nemotron_h', { ...four, ...kvHeads, feed_forward_length: [0, 0, 64, 0] }, [
          tensor('blk.3.ffn_gate_inp.weight'),
        ]),
      ),
      { hybrid_override_pattern: 'M*-E', mamba_num_heads: 64, mamba_head_dim: 64, intermediate_size: 64 },
    );
    assert.deepEqual(ggufToConfig(header('lfm2', { ...four, ...kvHeads }))['layer_types'], [
      ...['conv', 'full_attention', 'conv', 'conv'],
    ]);
    assert.deepEqual(ggufToConfig(header('granitehybrid', { ...four, ...kvHeads }))['layer_types'], [
      ...['mamba', 'attention', 'mamba', 'mamba'],
    ]);
    assertFields(
      ggufToConfig(
        header('qwen3next', {
          ...own,
          'ssm.state_size': 128,
          'ssm.group_count': 16,
          full_attention_interval: 4,
        }),
      ),
      {
        ...{ model_type: 'qwen3_next', full_attention_interval: 4, linear_key_head_dim: 128 },
        ...{ linear_num_key_heads: 16, linear_num_value_heads: 64, linear_value_head_dim: 64 },
      },
    );
  });

  it('leaves an irregular Jamba to its reader, and lists that differ as lists', () => {
    const own = { ...llama, block_count: 4, 'attention.head_count_kv': [8, 8, 0, 8] };
    assert.ok(!('attn_layer_period' in ggufToConfig(header('jamba', own))));
    assert.deepEqual(
      ggufToConfig(header('openelm', { ...llama, block_count: 3, 'attention.head_count': [12, 16, 20] }))[
        'num_attention_heads'
      ],
      [12, 16, 20],
    );
  });

  it('leaves blocks that predict further tokens out of the layers', () => {
    assertFields(ggufToConfig(header('glm4moe', { ...llama, block_count: 47, nextn_predict_layers: 1 })), {
      model_type: 'glm4_moe',
      num_hidden_layers: 46,
      num_nextn_predict_layers: 1,
    });
  });

  it('reads what turns positions', () => {
    const own = {
      ...llama,
      'rope.dimension_count': 32,
      'rope.scaling.type': 'yarn',
      'rope.scaling.factor': 4,
      'rope.scaling.original_context_length': 32768,
    };
    assertFields(ggufToConfig(header('qwen3', own)), {
      rope_theta: 500000,
      partial_rotary_factor: 0.5,
      rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 32768 },
    });
    assert.ok(!('rope_scaling' in ggufToConfig(header('qwen3', { ...own, 'rope.scaling.type': 'none' }))));
  });

  it('passes on an architecture that it does not know, and none without one', () => {
    assert.equal(ggufToConfig(header('brand-new', llama))['model_type'], 'brand_new');
    assert.equal(ggufToConfig(header('clip', {}))['model_type'], 'mmproj');
    assert.equal(ggufToConfig(header('toString', {}))['model_type'], 'toString');
    assert.deepEqual(ggufToConfig(weightHeader([], {})), {});
  });

  it('names the weight format by the parameters, and the dtype where nothing is quantised', () => {
    const of = (...dtypes: [dtype: string, size: number][]): WeightHeader =>
      header(
        'llama',
        llama,
        dtypes.map(([dtype, size]) => tensor(`${dtype}.weight`, [size], dtype)),
      );
    assert.equal(ggufWeightFormat(of(['Q4_K', 100], ['Q6_K', 30], ['F32', 1])), 'q4_k');
    assert.equal(ggufWeightFormat(of(['MXFP4', 100], ['BF16', 30])), 'mxfp4');
    assert.equal(ggufWeightFormat(of(['NVFP4', 100], ['BF16', 30])), 'nvfp4');
    assert.equal(ggufWeightFormat(of(['IQ2_XS', 100], ['BF16', 30])), undefined);
    assert.equal(ggufWeightFormat(of(['BF16', 100], ['F32', 3])), 'none');
    assert.equal(ggufToConfig(of(['BF16', 100], ['F32', 3]))['torch_dtype'], 'bfloat16');
    assert.ok(!('torch_dtype' in ggufToConfig(of(['Q4_K', 100]))));
    assert.equal(ggufWeightFormat(weightHeader([], {})), undefined);
  });

  it('makes something plain of any metadata, without an exception', () => {
    const architectures = [
      'llama',
      'deepseek2',
      'falcon',
      'jamba',
      'nemotron_h',
      'gemma4',
      'mpt',
      'mamba2',
      'x',
    ];
    const keys = [...Object.keys(llama), 'attention.sliding_window', 'attention.sliding_window_pattern'];
    const scalar = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(2 ** 53 - 1));
    const anything: fc.Arbitrary<MetadataValue> = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 5 }),
      fc.constant({ skipped: 'list', length: 9 } as const),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...architectures),
        fc.dictionary(
          fc.constantFrom(...keys, 'ssm.inner_size', 'ssm.time_step_rank', 'expert_count'),
          anything,
        ),
        (architecture, own) => {
          const config = ggufToConfig(header(architecture, own));
          assert.equal(typeof config['model_type'], 'string');
          for (const value of Object.values(config)) assert.ok(value !== undefined && !Number.isNaN(value));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes no longer for a number of layers that no model has', () => {
    const start = performance.now();
    const own = {
      ...llama,
      block_count: 2 ** 52,
      'attention.sliding_window': 8,
      'attention.sliding_window_pattern': 2,
    };
    ggufToConfig(header('gemma3', own, [tensor('token_embd.weight')]));
    assert.ok(performance.now() - start < 100);
  });
});
