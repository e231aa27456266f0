import type { EstimateOptions } from '../cost/estimate';
import { longestThatFits, type Workload } from '../cost/longestSequence';
import type { MemoryBounds } from '../cost/parallelDegrees';
import { peakPerDevice } from '../cost/perDevice';
import type { ModelSpec } from '../model/modelSpec';
import type { MemoryAdvice } from '../report/report';
import { withSettings } from './settings';
import { settingsThatFit } from './settingsThatFit';

/** Whether `workload` fits as it is on the most loaded device, and where not, the settings that change that. */
export function memoryAdvice(
  model: ModelSpec,
  options: EstimateOptions,
  bounds: MemoryBounds,
  workload: Workload,
): MemoryAdvice {
  const limitBytes = bounds[workload];
  const peakBytes = peakPerDevice(model, options, workload);
  if (peakBytes <= limitBytes) return { fits: true, peakBytes, limitBytes };
  const settings = settingsThatFit(model, options, limitBytes, workload);
  if (settings.least === undefined) return { fits: false, peakBytes, limitBytes, ...settings };
  const least = withSettings(options, settings.least.changes);
  const { sequenceLength } = longestThatFits(model, least, limitBytes, workload);
  return { fits: false, peakBytes, limitBytes, ...settings, longestWithLeast: sequenceLength };
}
