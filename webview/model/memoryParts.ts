import type { Estimate, EstimateOptions } from '../../src/cost/estimate';
import { perDevice } from '../../src/cost/perDevice';
import { longestWithin } from '../../src/cost/longestSequence';
import type { DType } from '../../src/model/dtype';
import type { ModelSpec } from '../../src/model/modelSpec';
import type { AttentionKind, MemoryUse, Recomputation } from '../controls';

/** The conditions that the memory section draws. */
export interface MemorySettings {
  readonly use: MemoryUse;
  readonly dtype: DType;
  readonly batch: number;
  readonly attention: AttentionKind;
  readonly recomputation: Recomputation;
  /** The report's other conditions: its recipe, cache and parallel degrees. */
  readonly base?: Partial<EstimateOptions>;
}

export const partIds = [
  'weights',
  'kvCache',
  'gradients',
  'optimizer',
  'gathered',
  'activations',
  'logits',
  'scores',
  'buffers',
] as const;

export type PartId = (typeof partIds)[number];

/** What the report itself asks: its recipe's attention and recomputation, in training. */
export function scenarioSettings(scenario: EstimateOptions, use: MemoryUse): MemorySettings {
  const { training } = scenario;
  const isTraining = use === 'training';
  return {
    use,
    dtype: scenario.dtype,
    batch: scenario.batch,
    attention: (isTraining ? training?.attention : undefined) ?? 'fused',
    recomputation: (isTraining ? training?.recomputation : undefined) ?? 'none',
    base: scenario,
  };
}

/** Bytes of the parts that exist under the settings, in the order of stacking; they add up to the peak. */
export type MemoryParts = readonly { readonly id: PartId; readonly bytes: number }[];

/** The parts of one estimate for one use: of the most loaded device, where there are several. */
export function memoryParts(
  { perDevice }: Pick<Estimate, 'perDevice'>,
  { use, attention }: Pick<MemorySettings, 'use' | 'attention'>,
): MemoryParts {
  if (use === 'inference') {
    const { weights, kvCache, activations, logits, naiveScores } = perDevice.inference;
    return [
      { id: 'weights', bytes: weights },
      { id: 'kvCache', bytes: kvCache },
      { id: 'activations', bytes: activations },
      { id: 'logits', bytes: logits },
      ...(attention === 'naive' ? [{ id: 'scores', bytes: naiveScores } as const] : []),
    ];
  }
  const { weights, gradients, optimizer, gathered, activations, logits, scores, backwardBuffers } =
    perDevice.training;
  return [
    { id: 'weights', bytes: weights },
    { id: 'gradients', bytes: gradients },
    { id: 'optimizer', bytes: optimizer },
    { id: 'gathered', bytes: gathered },
    { id: 'activations', bytes: activations - logits - scores },
    { id: 'logits', bytes: logits },
    { id: 'scores', bytes: scores },
    { id: 'buffers', bytes: backwardBuffers },
  ];
}

export function totalBytes(parts: MemoryParts): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/** The parts at one length, from the cost model. */
export function partsAt(model: ModelSpec, settings: MemorySettings, sequenceLength: number): MemoryParts {
  return memoryParts({ perDevice: perDevice(model, optionsAt(settings, sequenceLength)) }, settings);
}

/** The report's conditions with what the reader chose. Another dtype than the report's is the weights' too. */
export function optionsAt(settings: MemorySettings, sequenceLength: number): EstimateOptions {
  const { use, dtype, batch, attention, recomputation, base } = settings;
  const { weightFormat, ...others } = base ?? {};
  return {
    ...others,
    ...(weightFormat !== undefined && dtype === base?.dtype && { weightFormat }),
    sequenceLength,
    batch,
    dtype,
    // In inference the controls say nothing of training: there the report's recipe stands.
    ...(use === 'training' && { training: { ...base?.training, attention, recomputation } }),
  };
}

/**
 * The longest sequence whose total stays within `limit` bytes: 0 when not even one token does, undefined
 * when every length up to `MAX_SEARCHED_LENGTH` does.
 */
export function longestFitting(
  model: ModelSpec,
  settings: MemorySettings,
  limit: number,
): number | undefined {
  const { sequenceLength, capped } = longestWithin(limit, (n) => totalBytes(partsAt(model, settings, n)));
  return capped ? undefined : sequenceLength;
}
