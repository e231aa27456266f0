import type { EstimateOptions } from '../../src/cost/estimate';
import { longestWithin } from '../../src/cost/longestSequence';
import {
  inferencePeakParts,
  trainingPeakParts,
  type MemoryPart,
  type MemoryPartBytes,
} from '../../src/cost/memoryParts';
import { inferencePerDevice, trainingPerDevice, type PerDevice } from '../../src/cost/perDevice';
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
  'backwardBuffers',
] as const satisfies readonly MemoryPart[];

export type PartId = MemoryPart;

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

export function totalBytes(parts: MemoryParts): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/** The parts at one length, from the cost model. */
export function partsAt(model: ModelSpec, settings: MemorySettings, sequenceLength: number): MemoryParts {
  const options = optionsAt(settings, sequenceLength);
  const parts =
    settings.use === 'training'
      ? trainingPeakParts(trainingPerDevice(model, options))
      : inferenceParts(inferencePerDevice(model, options), settings.attention);
  return parts.map(({ part, bytes }) => ({ id: part, bytes }));
}

/** Those of the peak, and what a naive attention would hold beside them. */
function inferenceParts(figures: PerDevice['inference'], attention: AttentionKind): MemoryPartBytes[] {
  const parts = inferencePeakParts(figures);
  return attention === 'naive' ? [...parts, { part: 'scores', bytes: figures.naiveScores }] : parts;
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
