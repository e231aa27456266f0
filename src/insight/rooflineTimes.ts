import type { EstimateOptions } from '../cost/estimate';
import { passTimes } from '../cost/passTimes';
import type { ModelSpec } from '../model/modelSpec';
import type { Purpose, RooflineTimes } from './insight';
import type { MemoryTarget } from './memoryTarget';

/** Least times of the passes on the target by its data sheet; undefined where its rates are not known. */
export function rooflineTimes(
  model: ModelSpec,
  options: EstimateOptions,
  purpose: Purpose,
  target: MemoryTarget | undefined,
): RooflineTimes | undefined {
  if (target?.spec === undefined) return undefined;
  const { prefill, decode, trainingStep } = passTimes(model, options, target.spec);
  if (prefill.seconds === undefined) return undefined;
  return {
    device: target.spec.name,
    prefillMs: prefill.seconds * 1000,
    ...(decode?.seconds !== undefined && { decodeMs: decode.seconds * 1000 }),
    ...(purpose !== 'serving' &&
      trainingStep.seconds !== undefined && { trainingStepMs: trainingStep.seconds * 1000 }),
  };
}
