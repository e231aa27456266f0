import * as l10n from '@vscode/l10n';
import type { EstimateOptions } from '../cost/estimate';
import { deviceCount, parallelismOf } from '../cost/parallelism';
import { trainingOptions } from '../cost/trainingState';
import { joinPhrases } from '../model/phrases';
import type { Parallelism } from '../model/recipe';
import { attentionName, recomputationName } from '../model/trainingNames';
import { formatInteger } from '../model/units';

/** `n = 131,072 tokens, batch 1, bfloat16`, and whatever else differs from the plain case. */
export function describeConditions(conditions: EstimateOptions): string {
  const { sequenceLength, sourceLength, batch, dtype, weightFormat, cacheDType, cacheLayout } = conditions;
  const parallelism = parallelismOf(conditions.parallelism);
  const devices = deviceCount(parallelism);
  return joinPhrases([
    l10n.t('n = {0} tokens', formatInteger(sequenceLength)),
    sourceLength === undefined ? '' : l10n.t('source of {0} tokens', formatInteger(sourceLength)),
    l10n.t('batch {0}', String(batch)),
    dtype,
    weightFormat === undefined || weightFormat === 'none'
      ? ''
      : l10n.t('matrices stored as {0}', weightFormat),
    cacheDType === undefined || cacheDType === dtype ? '' : l10n.t('KV cache in {0}', cacheDType),
    cacheLayout === 'pages' ? l10n.t('KV cache in whole pages, windows not taken off') : '',
    devices === 1 ? '' : l10n.t('{0} devices: {1}', formatInteger(devices), describeParallelism(parallelism)),
  ]);
}

/** `adamw, fused attention, recomputation: none`, and adapters where there are any. */
export function describeRecipe(conditions: Pick<EstimateOptions, 'training' | 'dtype'>): string {
  const { optimizer, masterWeights, attention, recomputation, lora } = trainingOptions(conditions);
  return joinPhrases([
    // Beside float32 weights there is none to keep.
    conditions.dtype === 'float32'
      ? optimizer
      : masterWeights
        ? l10n.t('{0} with a float32 master copy of 16-bit weights', optimizer)
        : l10n.t('{0} without a master copy', optimizer),
    lora ? l10n.t('LoRA of rank {0}', String(lora.rank)) : '',
    attentionName(attention),
    recomputationName(recomputation),
  ]);
}

/** `data 8 (ZeRO stage 3), tensor 2`. */
export function describeParallelism(parallelism: Parallelism): string {
  const { data, zeroStage, tensor, sequence, pipeline, context, contextKind, expert } = parallelism;
  return joinPhrases([
    zeroStage === 0
      ? l10n.t('data {0}', String(data))
      : l10n.t('data {0} (ZeRO stage {1})', String(data), String(zeroStage)),
    tensor <= 1
      ? ''
      : sequence
        ? l10n.t('tensor {0} with sequence', String(tensor))
        : l10n.t('tensor {0}', String(tensor)),
    pipeline > 1 ? l10n.t('pipeline {0}', String(pipeline)) : '',
    context > 1 ? l10n.t('context {0} ({1})', String(context), contextKind) : '',
    expert > 1 ? l10n.t('expert {0}', String(expert)) : '',
  ]);
}

/** `32 heads over 8 key/value heads`. */
export function describeHeads(heads: number, kvHeads: number): string {
  return heads === kvHeads
    ? l10n.t('{0} heads', String(heads))
    : l10n.t('{0} heads over {1} key/value heads', String(heads), String(kvHeads));
}
