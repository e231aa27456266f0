import type { EstimateOptions } from '../cost/estimate';
import { deviceCount, parallelismOf } from '../cost/parallelism';
import { trainingOptions } from '../cost/trainingState';
import type { Parallelism } from '../model/recipe';
import { formatInteger } from '../model/units';

/** `n = 131,072 tokens, batch 1, bfloat16`, and whatever else differs from the plain case. */
export function describeConditions(conditions: EstimateOptions): string {
  const { sequenceLength, sourceLength, batch, dtype, weightFormat, cacheDType, cacheLayout } = conditions;
  const parallelism = parallelismOf(conditions.parallelism);
  const devices = deviceCount(parallelism);
  return [
    `n = ${formatInteger(sequenceLength)} tokens`,
    sourceLength === undefined ? '' : `source of ${formatInteger(sourceLength)} tokens`,
    `batch ${String(batch)}`,
    dtype,
    weightFormat === undefined || weightFormat === 'none' ? '' : `matrices stored as ${weightFormat}`,
    cacheDType === undefined || cacheDType === dtype ? '' : `KV cache in ${cacheDType}`,
    cacheLayout === 'pages' ? 'KV cache in whole pages, windows not taken off' : '',
    devices === 1 ? '' : `${formatInteger(devices)} devices: ${describeParallelism(parallelism)}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** `adamw, fused attention, recomputation: none`, and adapters where there are any. */
export function describeRecipe(conditions: Pick<EstimateOptions, 'training'>): string {
  const { optimizer, masterWeights, attention, recomputation, lora } = trainingOptions(conditions);
  const adapters = lora ? `, LoRA of rank ${String(lora.rank)}` : '';
  const master = masterWeights ? 'with a float32 master copy of 16-bit weights' : 'without a master copy';
  return `${optimizer} ${master}${adapters}, ${attention} attention, recomputation: ${recomputation}`;
}

/** `data 8 (ZeRO stage 3), tensor 2`. */
export function describeParallelism(parallelism: Parallelism): string {
  const { data, zeroStage, tensor, sequence, pipeline, context, contextKind, expert } = parallelism;
  const zero = zeroStage === 0 ? '' : ` (ZeRO stage ${String(zeroStage)})`;
  const parts = [
    `data ${String(data)}${zero}`,
    tensor > 1 ? `tensor ${String(tensor)}${sequence ? ' with sequence' : ''}` : '',
    pipeline > 1 ? `pipeline ${String(pipeline)}` : '',
    context > 1 ? `context ${String(context)} (${contextKind})` : '',
    expert > 1 ? `expert ${String(expert)}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
