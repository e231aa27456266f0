import type { GgufFacts } from './ggufFacts';

/** Where a config of one architecture writes the figures that all have. */
export interface FieldNames {
  readonly hidden: string;
  readonly layers: string;
  readonly heads: string;
  readonly kvHeads?: string;
  readonly headDim?: string;
  readonly inner?: string;
  readonly context?: string;
  /** Number of routed experts in a layer. */
  readonly experts: string;
}

const standard: FieldNames = {
  hidden: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  kvHeads: 'num_key_value_heads',
  headDim: 'head_dim',
  inner: 'intermediate_size',
  context: 'max_position_embeddings',
  experts: 'num_experts',
};

/** Without key/value heads and a width of their own. */
const noGroups: FieldNames = {
  hidden: standard.hidden,
  layers: standard.layers,
  heads: standard.heads,
  inner: 'intermediate_size',
  context: 'max_position_embeddings',
  experts: standard.experts,
};

const gpt2: FieldNames = {
  hidden: 'n_embd',
  layers: 'n_layer',
  heads: 'n_head',
  inner: 'n_inner',
  context: 'n_positions',
  experts: 'num_experts',
};

const localExperts = { ...standard, experts: 'num_local_experts' };
const routedExperts = { ...standard, experts: 'n_routed_experts' };

/** The field names of a `model_type`, where they are not the standard ones (transformers, configuration_*.py). */
const namesByType: Readonly<Record<string, FieldNames>> = {
  gpt2,
  gptj: gpt2,
  gpt_bigcode: gpt2,
  bloom: {
    hidden: 'hidden_size',
    layers: 'n_layer',
    heads: 'n_head',
    context: 'seq_length',
    experts: 'num_experts',
  },
  mpt: {
    hidden: 'd_model',
    layers: 'n_layers',
    heads: 'n_heads',
    context: 'max_seq_len',
    experts: 'num_experts',
  },
  t5: {
    hidden: 'd_model',
    layers: 'num_layers',
    heads: 'num_heads',
    headDim: 'd_kv',
    inner: 'd_ff',
    context: 'n_positions',
    experts: 'num_experts',
  },
  falcon: { ...noGroups, kvHeads: 'num_kv_heads', inner: 'ffn_hidden_size' },
  bert: noGroups,
  gpt_neox: noGroups,
  mixtral: localExperts,
  phimoe: localExperts,
  gpt_oss: localExperts,
  granitemoe: localExperts,
  granitemoehybrid: localExperts,
  llama4_text: localExperts,
  minimax_m2: localExperts,
  deepseek: routedExperts,
  deepseek_v2: routedExperts,
  deepseek_v3: routedExperts,
  glm4_moe: routedExperts,
  dots1: routedExperts,
  nemotron_h: routedExperts,
};

/** `model_type` by `general.architecture`, where they differ in more than a hyphen. */
const typeByArchitecture: Readonly<Record<string, string>> = {
  llama4: 'llama4_text',
  gptneox: 'gpt_neox',
  starcoder: 'gpt_bigcode',
  'modern-bert': 'modernbert',
  qwen2moe: 'qwen2_moe',
  qwen2vl: 'qwen2_vl',
  qwen3moe: 'qwen3_moe',
  qwen3next: 'qwen3_next',
  qwen3vl: 'qwen3_vl_text',
  qwen3vlmoe: 'qwen3_vl_moe_text',
  qwen35: 'qwen3_5_text',
  qwen35moe: 'qwen3_5_moe_text',
  phi2: 'phi',
  gemma3: 'gemma3_text',
  gemma3n: 'gemma3n_text',
  gemma4: 'gemma4_text',
  'gemma-embedding': 'gemma3_text',
  'command-r': 'cohere',
  glm4moe: 'glm4_moe',
  t5encoder: 't5',
  granitehybrid: 'granitemoehybrid',
  nemotron_h_moe: 'nemotron_h',
  lfm2moe: 'lfm2_moe',
  'hunyuan-dense': 'hunyuan_v1_dense',
  'hunyuan-moe': 'hunyuan_v1_moe',
  mistral3: 'ministral3',
  // A vision projector beside a language model, not the CLIP model.
  clip: 'mmproj',
};

/** GGUF writes Mixtral as llama with experts, and both DeepSeek-V2 and -V3 as deepseek2. */
export function modelTypeOf(facts: GgufFacts): string | undefined {
  const { architecture } = facts;
  if (architecture === '') return undefined;
  if (architecture === 'llama') return facts.count('expert_count') === undefined ? 'llama' : 'mixtral';
  if (architecture === 'deepseek2') return isDeepSeekV3(facts) ? 'deepseek_v3' : 'deepseek_v2';
  return Object.hasOwn(typeByArchitecture, architecture)
    ? typeByArchitecture[architecture]
    : architecture.replaceAll('-', '_');
}

export function fieldNames(modelType: string): FieldNames {
  return (Object.hasOwn(namesByType, modelType) ? namesByType[modelType] : undefined) ?? standard;
}

/** V3 scores experts by a sigmoid, with a bias for balance (DeepSeek-AI 2024); V2 by a softmax. */
function isDeepSeekV3(facts: GgufFacts): boolean {
  const SIGMOID = 2;
  return facts.count('expert_gating_func') === SIGMOID || facts.hasInSomeLayer('exp_probs_b.bias');
}
