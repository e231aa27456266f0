import type { GgufFacts } from './ggufFacts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the configs of single families say beyond the figures that all have, by `model_type`. Keys of GGUF:
 * gguf-py/gguf/constants.py of llama.cpp, filled by its conversion scripts; of the configs: transformers,
 * configuration_*.py.
 */
const byType: Readonly<Record<string, (facts: GgufFacts) => Fields>> = {
  deepseek_v2: latentAttention,
  deepseek_v3: latentAttention,
  falcon,
  gpt_bigcode: (facts) => ({ multi_query: facts.count('attention.head_count_kv') === 1 }),
  gptj: (facts) => ({ rotary_dim: facts.count('rope.dimension_count') }),
  gpt_neox: (facts) => ({ use_parallel_residual: facts.flag('use_parallel_residual') }),
  mpt: (facts) => ({
    expansion_ratio: quotient(facts.count('feed_forward_length'), facts.count('embedding_length')),
  }),
  t5: (facts) => ({
    feed_forward_proj: facts.hasTensor('enc.blk.0.ffn_gate.weight') ? 'gated-gelu' : 'relu',
    num_decoder_layers: facts.count('decoder_block_count'),
    relative_attention_num_buckets: facts.count('attention.relative_buckets_count'),
  }),
  bert: (facts) => ({ type_vocab_size: facts.rows('token_types.weight') }),
  mamba: (facts) => ({
    state_size: facts.count('ssm.state_size'),
    conv_kernel: facts.count('ssm.conv_kernel'),
    intermediate_size: facts.count('ssm.inner_size'),
    time_step_rank: facts.count('ssm.time_step_rank'),
    expand: expansion(facts),
  }),
  mamba2: (facts) => ({
    state_size: facts.count('ssm.state_size'),
    conv_kernel: facts.count('ssm.conv_kernel'),
    n_groups: facts.count('ssm.group_count'),
    num_heads: facts.count('ssm.time_step_rank'),
    head_dim: recurrentHeadDim(facts),
    expand: expansion(facts),
  }),
  jamba,
  nemotron_h: (facts) => ({
    ssm_state_size: facts.count('ssm.state_size'),
    conv_kernel: facts.count('ssm.conv_kernel'),
    n_groups: facts.count('ssm.group_count'),
    mamba_num_heads: facts.count('ssm.time_step_rank'),
    mamba_head_dim: recurrentHeadDim(facts),
    hybrid_override_pattern: nemotronPattern(facts),
  }),
  granitemoehybrid: (facts) => ({
    mamba_d_state: facts.count('ssm.state_size'),
    mamba_d_conv: facts.count('ssm.conv_kernel'),
    mamba_n_groups: facts.count('ssm.group_count'),
    mamba_n_heads: facts.count('ssm.time_step_rank'),
    mamba_d_head: recurrentHeadDim(facts),
    mamba_expand: expansion(facts),
    layer_types: attentionLayers(facts, 'attention', 'mamba'),
    shared_intermediate_size: facts.count('expert_shared_feed_forward_length'),
  }),
  falcon_h1: (facts) => ({
    mamba_d_state: facts.count('ssm.state_size'),
    mamba_d_conv: facts.count('ssm.conv_kernel'),
    mamba_n_groups: facts.count('ssm.group_count'),
    mamba_n_heads: facts.count('ssm.time_step_rank'),
    mamba_d_head: recurrentHeadDim(facts),
    mamba_d_ssm: facts.count('ssm.inner_size'),
  }),
  qwen3_next: deltaNet,
  qwen3_5_text: deltaNet,
  qwen3_5_moe_text: deltaNet,
  lfm2: shortConvolution,
  lfm2_moe: shortConvolution,
  gpt_oss: (facts) => ({ intermediate_size: facts.count('expert_feed_forward_length') }),
  gemma4_text: gemma4,
};

/** The further fields of `modelType`'s config; undefined where the file is silent. */
export function familyFields(modelType: string, facts: GgufFacts): Fields {
  return (Object.hasOwn(byType, modelType) ? byType[modelType]?.(facts) : undefined) ?? {};
}

/**
 * llama.cpp keeps the latent as one wide key/value head, so the plain lengths are the latent's; those of a
 * real head have `_mla` in their names. Files from before that have the real ones under the plain names.
 */
function latentAttention(facts: GgufFacts): Fields {
  const rope = facts.count('rope.dimension_count');
  const key = facts.count('attention.key_length_mla') ?? facts.count('attention.key_length');
  return {
    head_dim: undefined,
    num_key_value_heads: facts.shared('attention.head_count'),
    q_lora_rank: facts.count('attention.q_lora_rank') ?? null,
    kv_lora_rank: facts.count('attention.kv_lora_rank'),
    qk_rope_head_dim: rope,
    qk_nope_head_dim: key === undefined || rope === undefined ? undefined : key - rope,
    v_head_dim: facts.count('attention.value_length_mla') ?? facts.count('attention.value_length'),
  };
}

/** The new architecture of Falcon has groups of heads; its 40B has a norm for attention and one for the MLP. */
function falcon(facts: GgufFacts): Fields {
  const kvHeads = facts.count('attention.head_count_kv');
  const norms = facts.hasInSomeLayer('attn_norm_2.weight') ? 2 : 1;
  return {
    multi_query: kvHeads === 1,
    new_decoder_architecture: (kvHeads ?? 1) > 1 || norms === 2,
    num_ln_in_parallel_attn: norms,
    parallel_attn: true,
    alibi: false,
    bias: facts.hasInSomeLayer('attn_qkv.bias'),
  };
}

function jamba(facts: GgufFacts): Fields {
  const attention = progression(facts.perLayer('attention.head_count_kv')?.map((heads) => heads > 0));
  const experts = progression(facts.everyLayer((layer) => routesExperts(facts, layer)));
  return {
    mamba_d_state: facts.count('ssm.state_size'),
    mamba_d_conv: facts.count('ssm.conv_kernel'),
    mamba_dt_rank: facts.count('ssm.time_step_rank'),
    mamba_expand: expansion(facts),
    attn_layer_period: attention?.period,
    attn_layer_offset: attention?.offset,
    expert_layer_period: experts?.period,
    expert_layer_offset: experts?.offset,
  };
}

/** Gated delta nets (Yang et al. 2024), with full attention every so many layers. */
function deltaNet(facts: GgufFacts): Fields {
  return {
    linear_conv_kernel_dim: facts.count('ssm.conv_kernel'),
    linear_key_head_dim: facts.count('ssm.state_size'),
    linear_num_key_heads: facts.count('ssm.group_count'),
    linear_num_value_heads: facts.count('ssm.time_step_rank'),
    linear_value_head_dim: recurrentHeadDim(facts),
    full_attention_interval: facts.count('full_attention_interval'),
  };
}

function shortConvolution(facts: GgufFacts): Fields {
  return {
    conv_L_cache: facts.count('shortconv.l_cache'),
    layer_types: attentionLayers(facts, 'full_attention', 'conv'),
  };
}

/** Layers with a window have a head width and key/value heads of their own. */
function gemma4(facts: GgufFacts): Fields {
  const windowed = facts.perLayer('attention.sliding_window_pattern');
  const kvHeads = facts.perLayer('attention.head_count_kv');
  const of = (window: number): number | undefined => kvHeads?.[windowed?.indexOf(window) ?? -1];
  return {
    head_dim: facts.count('attention.key_length_swa') ?? facts.count('attention.key_length'),
    global_head_dim: facts.count('attention.key_length'),
    num_key_value_heads: of(1) ?? facts.shared('attention.head_count_kv'),
    num_global_key_value_heads: of(0),
    hidden_size_per_layer_input: facts.number('embedding_length_per_layer_input'),
    vocab_size_per_layer_input: facts.rows('per_layer_token_embd.weight'),
    num_kv_shared_layers: facts.number('attention.shared_kv_layers'),
    ...gemma4FeedForward(facts),
  };
}

/** The layers that share a cache may have an MLP of twice the width: `use_double_wide_mlp`. */
function gemma4FeedForward(facts: GgufFacts): Fields {
  const widths = facts.perLayer('feed_forward_length') ?? [];
  const [narrow, wide] = [...new Set(widths)].sort((left, right) => left - right);
  const double = narrow !== undefined && wide === 2 * narrow;
  return {
    ...(double ? { intermediate_size: narrow, use_double_wide_mlp: true } : {}),
    enable_moe_block: facts.count('expert_count') !== undefined,
    top_k_experts: facts.count('expert_used_count'),
  };
}

function routesExperts(facts: GgufFacts, layer: number): boolean {
  return facts.hasTensor(`blk.${String(layer)}.ffn_gate_inp.weight`);
}

/** A layer without key/value heads has another mixer: `attention.head_count_kv` is 0 for it. */
function attentionLayers(facts: GgufFacts, attention: string, other: string): string[] | undefined {
  const kvHeads = facts.perLayer('attention.head_count_kv');
  return kvHeads?.map((heads) => (heads > 0 ? attention : other));
}

/** A letter for each layer: `*` attention, `E` experts, `-` MLP, `M` Mamba (Nemotron-H's configuration). */
function nemotronPattern(facts: GgufFacts): string | undefined {
  const inner = facts.perLayer('feed_forward_length');
  const letter = (heads: number, layer: number): string => {
    if (heads > 0) return '*';
    if (routesExperts(facts, layer)) return 'E';
    return (inner?.[layer] ?? 0) > 0 ? '-' : 'M';
  };
  return facts.perLayer('attention.head_count_kv')?.map(letter).join('');
}

/** Period and offset of the layers that are marked, where they are regular; one alone repeats after all. */
function progression(
  marks: readonly boolean[] | undefined,
): { readonly period: number; readonly offset: number } | undefined {
  if (marks === undefined) return undefined;
  const offset = marks.indexOf(true);
  if (offset < 0) return undefined;
  const next = marks.indexOf(true, offset + 1);
  const period = next < 0 ? marks.length : next - offset;
  const regular = marks.every((mark, layer) => mark === (layer >= offset && (layer - offset) % period === 0));
  return regular ? { period, offset } : undefined;
}

function expansion(facts: GgufFacts): number | undefined {
  return quotient(facts.count('ssm.inner_size'), facts.count('embedding_length'));
}

function recurrentHeadDim(facts: GgufFacts): number | undefined {
  return quotient(facts.count('ssm.inner_size'), facts.count('ssm.time_step_rank'));
}

function quotient(numerator: number | undefined, denominator: number | undefined): number | undefined {
  return numerator === undefined || denominator === undefined ? undefined : numerator / denominator;
}
