import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, unbiased, type DecoderVariant } from './decoderVariant';
import type { ExpertRule } from './mixtureOfExperts';

const experts: ExpertRule = {
  count: { keys: ['n_routed_experts', 'num_experts'], byDefault: 64 },
  active: { keys: ['num_experts_per_tok'] },
  size: { keys: ['moe_intermediate_size'], byDefault: 1407 },
  shared: { kind: 'count', rule: { keys: ['n_shared_experts'], byDefault: 2 } },
  placement: { kind: 'firstDense', first: 0 },
};

const deepseekV3Experts: ExpertRule = {
  ...experts,
  count: { keys: ['n_routed_experts', 'num_experts'], byDefault: 256 },
  active: { keys: ['num_experts_per_tok'], byDefault: 8 },
  size: { keys: ['moe_intermediate_size'], byDefault: 2048 },
  shared: { kind: 'count', rule: { keys: ['n_shared_experts'], byDefault: 1 } },
  placement: { kind: 'firstDense', first: 3 },
  routerCorrection: true,
};

/** The bias of `attention_bias` is that of the projections into the latent spaces and of the output. */
const deepseekV2: DecoderVariant = {
  ...llamaShape,
  feedForwardBias: false,
  latent: { queryRank: 1536, rank: 512 },
  experts,
};

const deepseekV3: DecoderVariant = { ...deepseekV2, experts: deepseekV3Experts, notes: notePrediction };

const variants = new Map<string, DecoderVariant>([
  ['deepseek_v2', deepseekV2],
  ['deepseek_v3', deepseekV3],
  // Kimi K2 is built of DeepSeek-V3's classes.
  ['kimi_k2', deepseekV3],
  [
    'minicpm3',
    {
      ...unbiased,
      projectionBias: { key: 'attention_bias', byDefault: false },
      latent: { queryRank: 768, rank: 256, dividedValue: true },
      tied: true,
    },
  ],
  [
    'dots1',
    {
      ...llamaShape,
      feedForwardBias: false,
      kvHeads: 32,
      queryKeyNorm: { kind: 'rms', over: 'head', when: true },
      windows: { kind: 'switched', window: 4096, first: 62 },
      experts: {
        ...experts,
        count: { keys: ['n_routed_experts', 'num_local_experts'] },
        size: { keys: ['moe_intermediate_size'], byDefault: 1408 },
        shared: { kind: 'count', rule: { keys: ['n_shared_experts'], byDefault: 0 } },
        routerCorrection: true,
      },
    },
  ],
  [
    'glm4_moe',
    {
      ...unbiased,
      kvHeads: 8,
      headDim: 'divided',
      projectionBias: { key: 'attention_bias', byDefault: false },
      queryKeyNorm: { kind: 'rms', over: 'head', when: { key: 'use_qk_norm', byDefault: false } },
      experts: {
        ...deepseekV3Experts,
        count: { keys: ['n_routed_experts', 'num_experts'], byDefault: 128 },
        size: { keys: ['moe_intermediate_size'], byDefault: 1408 },
        placement: { kind: 'firstDense', first: 1 },
      },
      notes: notePrediction,
    },
  ],
]);

/** Published counts leave these modules out as well: 671 B of DeepSeek-V3, not 685 B. */
function notePrediction(reader: FieldReader): readonly string[] {
  const modules = reader.raw('num_nextn_predict_layers')?.value;
  if (typeof modules !== 'number' || modules <= 0) return [];
  return [l10n.t('num_nextn_predict_layers: the modules that predict further tokens are not counted.')];
}

/**
 * DeepSeek-V2 and V3 (DeepSeek-AI 2024), and those built on them: latent attention, experts behind a few dense
 * layers, or both.
 */
export const deepseekFamily: DecoderFamily = decoderFamily('deepseek', variants);
