import type { EstimateOptions } from '../cost/estimate';
import { longestUnder, type Workload } from '../cost/longestSequence';
import type { ModelSpec } from '../model/modelSpec';
import type { Fit, LengthCost, LengthLimits, Purpose, Verdict } from './insight';
import type { MemoryTarget } from './memoryTarget';

/** The lengths that the model itself sets. */
export function lengthLimits({
  learnedPositions,
  maxSequenceLength,
}: ModelSpec): Required<Pick<LengthLimits, 'maxSequenceLength'>> & LengthLimits {
  return { maxSequenceLength, ...(learnedPositions !== undefined && { learnedPositions }) };
}

/** The workloads that a config is about, the first one most. */
export function workloadsOf(purpose: Purpose): readonly Workload[] {
  switch (purpose) {
    case 'model':
      return ['inference', 'training'];
    case 'training':
      return ['training', 'inference'];
    case 'serving':
      return ['inference'];
  }
}

/** Whether a length fits the target, and the longest that does. `optionsAt`: the conditions at n tokens. */
export function lengthVerdict(
  model: ModelSpec,
  optionsAt: (n: number) => EstimateOptions,
  at: LengthCost,
  purpose: Purpose,
  target: MemoryTarget | undefined,
): Verdict {
  if (target === undefined) return { fits: [] };
  if (!(target.memoryBytes > 0)) return { target, fits: [] };
  const fits = workloadsOf(purpose).map((workload) =>
    fitOf(
      model,
      optionsAt,
      workload === 'inference' ? at.inferencePeakBytes : (at.training?.peakBytes ?? 0),
      target.memoryBytes,
      workload,
    ),
  );
  return { target, fits };
}

/** Whether `neededBytes` fit in `memoryBytes`, and the longest length for which the workload does. */
export function fitOf(
  model: ModelSpec,
  optionsAt: (n: number) => EstimateOptions,
  neededBytes: number,
  memoryBytes: number,
  workload: Workload,
): Fit {
  return {
    workload,
    neededBytes,
    fits: neededBytes <= memoryBytes,
    longest: longestUnder(model, optionsAt, memoryBytes, workload),
  };
}
