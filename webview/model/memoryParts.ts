import type { Estimate } from '../../src/cost/estimate';
import { estimate } from '../../src/cost/estimateModel';
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
}

export const partIds = [
  'weights',
  'kvCache',
  'gradients',
  'optimizer',
  'activations',
  'logits',
  'scores',
] as const;

export type PartId = (typeof partIds)[number];

/** Bytes of the parts that exist under the settings, in the order of stacking; they add up to the peak. */
export type MemoryParts = readonly { readonly id: PartId; readonly bytes: number }[];

/** The parts of one estimate, by the settings that it does not know itself. */
export function memoryParts(
  { memory }: Pick<Estimate, 'memory'>,
  settings: Omit<MemorySettings, 'dtype' | 'batch'>,
): MemoryParts {
  if (settings.use === 'inference') {
    const { activations, logits, naiveScores } = memory.inferenceParts;
    return [
      { id: 'weights', bytes: memory.weights },
      { id: 'kvCache', bytes: memory.kvCache },
      { id: 'activations', bytes: activations },
      { id: 'logits', bytes: logits },
      ...(settings.attention === 'naive' ? [{ id: 'scores', bytes: naiveScores } as const] : []),
    ];
  }
  const { training } = memory;
  return [
    { id: 'weights', bytes: training.weights },
    { id: 'gradients', bytes: training.gradients },
    { id: 'optimizer', bytes: training.optimizer },
    ...activationParts(training, settings),
  ];
}

function activationParts(
  training: Estimate['memory']['training'],
  { attention, recomputation }: Pick<MemorySettings, 'attention' | 'recomputation'>,
): MemoryParts {
  const { fusedNone, naiveNone, selective, full } = training.activationVariants;
  const { logits } = training;
  const kept = { none: attention === 'fused' ? fusedNone : selective, selective, full }[recomputation];
  // Selective recomputation keeps all but the n × n tensors, so what naive attention adds to it are those.
  const scores = recomputation === 'none' && attention === 'naive' ? naiveNone - selective : undefined;
  return [
    { id: 'activations', bytes: kept - logits },
    { id: 'logits', bytes: logits },
    ...(scores === undefined ? [] : [{ id: 'scores', bytes: scores } as const]),
  ];
}

export function totalBytes(parts: MemoryParts): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/** The parts at one length, from the cost model. */
export function partsAt(model: ModelSpec, settings: MemorySettings, sequenceLength: number): MemoryParts {
  const { batch, dtype } = settings;
  return memoryParts(estimate(model, { sequenceLength, batch, dtype }), settings);
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
