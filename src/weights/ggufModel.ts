import { dtypeNamed } from '../config/dtypeNames';
import type { DType } from '../model/dtype';
import type { WeightFormat } from '../model/recipe';
import { fieldNames, modelTypeOf } from './ggufArchitectures';
import { GgufFacts } from './ggufFacts';
import { familyFields } from './ggufFamilies';
import type { WeightHeader } from './weightHeader';
import { dominantDType } from './weightHeader';

/**
 * The header of a GGUF model as a Hugging Face config: the keys that its `model_type` reads, as far as the
 * file says them. A figure that differs between layers stays a list, one that is absent or zero is left out.
 * Never throws: the family that reads the config checks it.
 *
 * The vocabulary is the embedding's rows (the list of tokens may be shorter), the head is tied where the
 * file has no `output.weight`, and biases are there where a tensor is.
 */
export function ggufToConfig(header: WeightHeader): Record<string, unknown> {
  const facts = new GgufFacts(header);
  const modelType = modelTypeOf(facts);
  if (modelType === undefined) return {};
  const config = {
    model_type: modelType,
    ...sharedFields(modelType, facts),
    ...windowFields(facts),
    ...ropeFields(modelType, facts),
    ...expertFields(modelType, facts),
    ...tensorFields(facts),
    torch_dtype: unquantised(header),
    ...familyFields(modelType, facts),
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** The format that most weights have, as inference formats are told apart; undefined for another one. */
export function ggufWeightFormat(header: WeightHeader): WeightFormat | undefined {
  const dtype = dominantDType(header);
  return dtype === undefined ? undefined : weightFormats[dtype];
}

const weightFormats: Readonly<Record<string, WeightFormat>> = {
  F32: 'none',
  F16: 'none',
  BF16: 'none',
  MXFP4: 'mxfp4',
  NVFP4: 'nvfp4',
  Q4_0: 'q4_0',
  Q4_K: 'q4_k',
  Q5_K: 'q5_k',
  Q6_K: 'q6_k',
  Q8_0: 'q8_0',
};

function unquantised(header: WeightHeader): DType | undefined {
  const dtype = dominantDType(header);
  return dtype === undefined ? undefined : dtypeNamed(dtype);
}

type Fields = Record<string, unknown>;

function sharedFields(modelType: string, facts: GgufFacts): Fields {
  const names = fieldNames(modelType);
  const fields: Fields = {
    [names.hidden]: facts.count('embedding_length'),
    [names.layers]: facts.layers,
    [names.heads]: facts.shared('attention.head_count'),
    vocab_size:
      facts.rows('token_embd.weight') ?? facts.count('vocab_size') ?? facts.entries('tokenizer.ggml.tokens'),
    num_nextn_predict_layers: facts.count('nextn_predict_layers'),
  };
  const add = (name: string | undefined, value: unknown): void => {
    if (name !== undefined) fields[name] = value;
  };
  // Not grouped where it is not said: docs/gguf.md.
  add(names.kvHeads, facts.shared('attention.head_count_kv') ?? facts.shared('attention.head_count'));
  add(names.headDim, facts.count('attention.key_length'));
  add(names.inner, facts.shared('feed_forward_length'));
  add(names.context, facts.count('context_length'));
  return fields;
}

/**
 * `sliding_window_pattern` is a list of "has a window", or a period p of which the last layer has none (as
 * set_swa_pattern of llama.cpp). Without it, the family's own pattern holds.
 */
function windowFields(facts: GgufFacts): Fields {
  const window = facts.count('attention.sliding_window');
  if (window === undefined) return {};
  const period = facts.count('attention.sliding_window_pattern');
  const list = facts.perLayer('attention.sliding_window_pattern');
  const kinds =
    period === undefined
      ? list?.map((windowed) => windowed !== 0)
      : facts.everyLayer((layer) => layer % period < period - 1);
  return {
    sliding_window: window,
    layer_types: kinds?.map((windowed) => (windowed ? 'sliding_attention' : 'full_attention')),
  };
}

function ropeFields(modelType: string, facts: GgufFacts): Fields {
  const kind = facts.ownText('rope.scaling.type');
  const headDim =
    facts.count('attention.key_length') ??
    (facts.count('embedding_length') ?? NaN) / (facts.count('attention.head_count') ?? NaN);
  const rotary = facts.count('rope.dimension_count');
  const partial = rotary !== undefined && rotary < headDim && !modelType.startsWith('deepseek_v');
  return {
    rope_theta: facts.number('rope.freq_base'),
    rope_local_base_freq: facts.number('rope.freq_base_swa'),
    partial_rotary_factor: partial ? rotary / headDim : undefined,
    rope_scaling:
      kind === undefined || kind === 'none'
        ? undefined
        : {
            rope_type: kind,
            factor: facts.number('rope.scaling.factor') ?? 1,
            original_max_position_embeddings: facts.count('rope.scaling.original_context_length'),
          },
  };
}

function expertFields(modelType: string, facts: GgufFacts): Fields {
  const experts = facts.count('expert_count');
  if (experts === undefined) return {};
  return {
    [fieldNames(modelType).experts]: experts,
    num_experts_per_tok: facts.count('expert_used_count'),
    moe_intermediate_size: facts.count('expert_feed_forward_length'),
    n_shared_experts: facts.count('expert_shared_count'),
    shared_expert_intermediate_size: facts.count('expert_shared_feed_forward_length'),
    shared_intermediate_size: facts.count('expert_shared_feed_forward_length'),
    first_k_dense_replace: facts.number('leading_dense_block_count'),
    n_group: facts.count('expert_group_count'),
    topk_group: facts.count('expert_group_used_count'),
    routed_scaling_factor: facts.number('expert_weights_scale'),
    norm_topk_prob: facts.flag('expert_weights_norm'),
  };
}

/** What only the tensors tell; a shard of several files has not all of them, so it tells nothing. */
function tensorFields(facts: GgufFacts): Fields {
  if (!facts.isWhole) return {};
  const queryBias = facts.hasInSomeLayer('attn_q.bias') || facts.hasInSomeLayer('attn_qkv.bias');
  return {
    tie_word_embeddings: facts.hasTensor('token_embd.weight') && !facts.hasTensor('output.weight'),
    // Where one key stands for all four projections, all four must have a bias: Qwen2 has three, by its type.
    attention_bias: queryBias && facts.hasInSomeLayer('attn_output.bias'),
    use_qkv_bias: queryBias,
    mlp_bias: facts.hasInSomeLayer('ffn_up.bias'),
    use_bias: queryBias && facts.hasInSomeLayer('ffn_up.bias'),
  };
}
