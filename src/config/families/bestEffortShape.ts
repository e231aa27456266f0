import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { bestEffortKeys } from './bestEffortKeys';
import { llamaShape, type DecoderVariant, type SwitchRule } from './decoderVariant';
import type { ExpertRule } from './mixtureOfExperts';

/** Keys of architectures in which not every layer has attention. */
const hybridKeys = [
  'hybrid_override_pattern',
  'layers_block_type',
  'attn_layer_indices',
  'attn_layer_period',
  'full_attention_interval',
  'state_size',
  'ssm_state_size',
  'mamba_d_state',
  'mamba_expand',
  'linear_num_value_heads',
  'attn_type_list',
] as const;

const expertCounts = [
  'num_local_experts',
  'num_experts',
  'n_routed_experts',
  'moe_num_experts',
  'num_moe_experts',
] as const;

/** What an unknown class has beside sizes, by the keys that tell it. Each guess is a sentence. */
export function readShape(reader: FieldReader): DecoderVariant {
  const attentionBias = keyed(
    reader,
    ['attention_bias', 'qkv_bias', 'use_qkv_bias', 'add_qkv_bias', 'attn_bias', 'use_bias', 'bias'],
    l10n.t('queries, keys and values have no biases'),
  );
  const feedForwardBias = keyed(
    reader,
    ['mlp_bias', 'use_bias', 'bias', 'add_bias_linear'],
    l10n.t('the MLP has no biases'),
  );
  const outputBias: SwitchRule =
    typeof attentionBias === 'object' && attentionBias.key.includes('qkv') ? false : attentionBias;
  const queryKeyNorm = ['use_qk_norm', 'qk_norm', 'qk_layernorm', 'use_qk_layernorm'].find((key) =>
    isBoolean(reader, key),
  );
  const hybrid = reader.present(hybridKeys);
  if (hybrid.length > 0) {
    reader.assumptions.push(
      l10n.t(
        '{0}: layers of another kind are counted as attention layers: their cache and FLOPs are an upper bound.',
        hybrid.join(', '),
      ),
    );
  }
  const experts = readExpertRule(reader);
  const norm = readNorm(reader);
  return {
    ...llamaShape,
    keys: bestEffortKeys,
    projectionBias: attentionBias,
    outputBias,
    feedForwardBias,
    feedForward: readFeedForwardKind(reader),
    norm,
    ...(queryKeyNorm !== undefined && {
      queryKeyNorm: {
        kind: norm,
        over: 'head' as const,
        when: { key: queryKeyNorm, byDefault: false },
      },
    }),
    ...(reader.raw('kv_lora_rank') !== undefined && { latent: { queryRank: 1536, rank: 512 } }),
    ...(experts && { experts }),
    windows: { kind: 'any' },
    // transformers leaves the key out of a file where it has the value of the base class.
    tied: true,
    tiedBecause: () => l10n.t('as files of transformers mean it that leave the key out'),
  };
}

function keyed(reader: FieldReader, keys: readonly string[], otherwise: string): SwitchRule {
  const key = keys.find((each) => isBoolean(reader, each));
  if (key !== undefined) return { key, byDefault: false };
  reader.assumptions.push(l10n.t('Assumed: {0}.', otherwise));
  return false;
}

function isBoolean(reader: FieldReader, key: string): boolean {
  return typeof reader.raw(key)?.value === 'boolean';
}

function readNorm(reader: FieldReader): 'rms' | 'layer' {
  const told = ['layer_norm_eps', 'layer_norm_epsilon', 'layernorm_epsilon', 'layernorm_eps', 'norm_epsilon'];
  const named = ['normalization', 'norm_type', 'norm'].map((key) => reader.raw(key)?.value);
  const isLayerNorm =
    named.some((value) => typeof value === 'string' && /^layer/i.test(value)) ||
    (reader.raw('rms_norm_eps') === undefined && told.some((key) => reader.raw(key) !== undefined));
  const kind = isLayerNorm ? l10n.t('LayerNorm with biases') : 'RMSNorm';
  reader.assumptions.push(l10n.t('Assumed: two norms a layer and one at the end, {0}.', kind));
  return isLayerNorm ? 'layer' : 'rms';
}

function readFeedForwardKind(reader: FieldReader): 'gated' | 'plain' {
  const key = ['hidden_act', 'activation_function', 'hidden_activation', 'activation'].find(
    (each) => typeof reader.raw(each)?.value === 'string',
  );
  const activation = key === undefined ? undefined : reader.raw(key)?.value;
  const isPlain =
    typeof activation === 'string' && /^(relu|relu2|xielu|gelu|gelu_new|gelu_fast)$/.test(activation);
  reader.assumptions.push(
    isPlain
      ? l10n.t('Assumed: a plain MLP of two matrices, since {0} is {1}.', key ?? '', activation)
      : l10n.t('Assumed: a gated MLP of three matrices.'),
  );
  return isPlain ? 'plain' : 'gated';
}

function readExpertRule(reader: FieldReader): ExpertRule | undefined {
  const count = expertCounts.find((key) => isAboveOne(reader, key));
  if (count === undefined) return undefined;
  reader.assumptions.push(
    l10n.t('Assumed: every layer has experts behind a router without biases, since {0} is given.', count),
  );
  const shared = ['n_shared_experts', 'num_shared_experts', 'moe_num_shared_experts'].find(
    (key) => reader.raw(key) !== undefined,
  );
  const sharedSize = 'shared_expert_intermediate_size';
  const size = ['moe_intermediate_size', 'expert_intermediate_size', 'moe_ffn_hidden_size'].find(
    (key) => reader.raw(key) !== undefined,
  );
  return {
    count: { keys: [count] },
    active: {
      keys: ['num_experts_per_tok', 'num_experts_per_token', 'moe_topk', 'moe_k', 'moe_router_topk', 'top_k'],
    },
    ...(size !== undefined && { size: { keys: [size] } }),
    ...(shared !== undefined
      ? { shared: { kind: 'count' as const, rule: { keys: [shared] as const } } }
      : reader.raw(sharedSize) !== undefined
        ? { shared: { kind: 'size' as const, rule: { keys: [sharedSize] as const } } }
        : {}),
    placement:
      reader.raw('first_k_dense_replace') !== undefined
        ? { kind: 'firstDense', first: 0 }
        : { kind: 'sparseStep' },
  };
}

function isAboveOne(reader: FieldReader, key: string): boolean {
  const value = reader.raw(key)?.value;
  return typeof value === 'number' && value > 1;
}
