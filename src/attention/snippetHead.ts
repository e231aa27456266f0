import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { attendingStack, attendsToPatches } from './attendingStack';

/** What the first comment of a snippet says, and what it leaves out of the architecture's attention, if anything. */
export function snippetHead(model: ModelSpec, attention: AttentionSpec): string[] {
  return [
    '# A starting point, not a drop-in: q is [batch, heads, n, head_dim], k and v [batch, kv_heads, n, head_dim].',
    ...leftOutLine(model, attention),
  ];
}

/** The comment on what the architecture's attention has beside the softmax of q·k/√d. */
export function leftOutLine(model: ModelSpec, attention: AttentionSpec): string[] {
  const parts = [...ownTerms(model, attention), ...paddingMask(model, attention)];
  return parts.length === 0 ? [] : [`# Left out here: ${parts.join('; ')}.`];
}

/** Architectures whose scores are not divided by √head_dim (`transformers`: T5Attention, GPTNeoSelfAttention, …). */
const UNIT_SCALE = new Set(['t5', 'mt5', 'umt5', 'longt5', 'gpt_neo', 'gemma3n_text']);

/** Whether the architecture takes q·k as it is. */
export function hasUnitScale({ modelType }: ModelSpec): boolean {
  return UNIT_SCALE.has(modelType);
}

/** The argument of PyTorch's attention functions for the architecture's scale, where it is not theirs. */
export function scaleArgument(model: ModelSpec): string {
  return hasUnitScale(model) ? ', scale=1.0' : '';
}

/** The argument of PyTorch's attention functions for fewer key/value heads than heads. */
export function groupedArgument({ heads, kvHeads }: AttentionSpec): string {
  return heads === kvHeads ? '' : ', enable_gqa=True';
}

const RELATIVE_BIAS = 'the relative position bias';
const QUERY_SCALAR = 'the scale of query_pre_attn_scalar';
const ATTENTION_MULTIPLIER = 'the scale of attention_multiplier';
const FALCON_ALIBI = 'ALiBi, where the config sets alibi';
const YARN_SCALE = 'what YaRN does to the scale (mscale)';
const DISENTANGLED = 'the terms of the relative positions, and the scale that counts them';

/** Terms between scores and softmax, by `model_type`, as the implementations in `transformers` have them. */
const terms = new Map([
  ['t5', RELATIVE_BIAS],
  ['mt5', RELATIVE_BIAS],
  ['umt5', RELATIVE_BIAS],
  ['longt5', RELATIVE_BIAS],
  ['mpnet', RELATIVE_BIAS],
  ['beit', RELATIVE_BIAS],
  ['swin', `${RELATIVE_BIAS} and the mask of shifted windows`],
  ['deberta', DISENTANGLED],
  ['deberta-v2', DISENTANGLED],
  ['bloom', 'ALiBi'],
  ['falcon', FALCON_ALIBI],
  ['RefinedWeb', FALCON_ALIBI],
  ['RefinedWebModel', FALCON_ALIBI],
  ['mpt', 'ALiBi, unless attn_config turns it off'],
  ['baichuan', 'ALiBi, which the 13B models have'],
  ['gemma2', `the soft cap of the scores (attn_logit_softcapping) and ${QUERY_SCALAR}`],
  ['gemma3', QUERY_SCALAR],
  ['gemma3_text', QUERY_SCALAR],
  ['grok-1', 'the soft cap of the scores'],
  ['granite', ATTENTION_MULTIPLIER],
  ['granitemoe', ATTENTION_MULTIPLIER],
  ['granitemoeshared', ATTENTION_MULTIPLIER],
  ['granitemoehybrid', ATTENTION_MULTIPLIER],
  ['deepseek_v2', YARN_SCALE],
  ['deepseek_v3', YARN_SCALE],
  ['kimi_k2', YARN_SCALE],
  ['gpt_oss', 'the learned sink of each head, a logit in the softmax'],
  ['llama4', 'the scale that grows with the position (attn_temperature_tuning)'],
  ['llama4_text', 'the scale that grows with the position (attn_temperature_tuning)'],
  ['zamba2', 'the scale √(2/head_dim)'],
  ['longformer', 'the projections that global tokens have for themselves'],
  ['led', 'the projections that global tokens of the encoder have for themselves'],
]);

/** Model types whose only image stack has the terms; elsewhere a tower beside the decoder has a plain attention. */
const IMAGE_TYPES = new Set(['beit', 'swin']);

function ownTerms(model: ModelSpec, attention: AttentionSpec): string[] {
  const term = terms.get(model.modelType);
  if (term === undefined) return [];
  if (attendsToPatches(model, attention) && !IMAGE_TYPES.has(model.modelType)) return [];
  // With a table of positions the model has no ALiBi.
  if (model.modelType === 'mpt' && model.learnedPositions !== undefined) return [];
  return [term];
}

/** An encoder of text sees no padding; a causal layer's padding comes after what it may see. */
function paddingMask(model: ModelSpec, attention: AttentionSpec): string[] {
  const isFixed = typeof attendingStack(model, attention)?.tokens === 'number';
  return attention.causal || isFixed || attendsToPatches(model, attention) ? [] : ['the padding mask'];
}
