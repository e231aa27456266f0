import type { EstimateOptions } from '../cost/estimate';
import { longestWithin, type Workload } from '../cost/longestSequence';
import { peakPerDevice } from '../cost/perDevice';
import { trainingOptions } from '../cost/trainingState';
import type { ModelSpec } from '../model/modelSpec';
import { settingsInOrder, withSettings, type SettingChange } from './settings';

/** A usual rank: the peft examples and Dettmers et al. 2023 take 8 to 64, and its state is small beside the weights. */
const ADAPTER_RANK = 16;

/** Changes of the settings and the projected peak of the most loaded device with them, in bytes. */
export interface ProjectedSettings {
  readonly changes: readonly SettingChange[];
  readonly peakBytes: number;
}

/** What makes a model fit whose attention stays as it is. */
export interface SettingsThatFit {
  /** The first in the order of price that fits; absent where none does. */
  readonly cheapest?: ProjectedSettings;
  /** The greatest smaller batch with which it fits and all else stays; absent where that is the cheapest. */
  readonly smallerBatch?: ProjectedSettings;
  /** Those with the least peak; only where none fits. */
  readonly least?: ProjectedSettings;
  /** The cheapest with which adapters can be trained in place of all weights, where all weights cannot. */
  readonly adapters?: ProjectedSettings;
}

/**
 * The cheapest settings with which `workload` needs at most `limitBytes`, by the formulas of the estimate: those of
 * `settingsInOrder` at the batch that was asked for, then a smaller batch with as few of them as will do. To be asked
 * where it does not fit as it is.
 */
export function settingsThatFit(
  model: ModelSpec,
  options: EstimateOptions,
  limitBytes: number,
  workload: Workload,
): SettingsThatFit {
  const projected = (changes: readonly SettingChange[]): ProjectedSettings => ({
    changes,
    peakBytes: peakPerDevice(model, withSettings(options, changes), workload),
  });
  const atBatch = settingsInOrder(options, workload).map(projected);
  const cheapest = atBatch.find(({ peakBytes }) => peakBytes <= limitBytes);
  const smaller = (changes: readonly SettingChange[]): ProjectedSettings | undefined => {
    const bytesAt = (batch: number): number =>
      projected([...changes, { setting: 'batch', value: batch }]).peakBytes;
    if (options.batch <= 1 || bytesAt(1) > limitBytes) return undefined;
    const batch = Math.min(options.batch - 1, longestWithin(limitBytes, bytesAt).sequenceLength);
    return projected([...changes, { setting: 'batch', value: batch }]);
  };
  const smallerBatch = smaller([]);
  if (cheapest !== undefined) return { cheapest, ...(smallerBatch && { smallerBatch }) };
  for (const changes of [[], ...atBatch.map((each) => each.changes)]) {
    const found = changes.length === 0 ? smallerBatch : smaller(changes);
    if (found !== undefined) return { cheapest: found };
  }
  const adapters = workload === 'training' ? adaptersThatFit(model, options, limitBytes) : undefined;
  return { least: leastOf(atBatch, projected, options), ...(adapters && { adapters }) };
}

/** Another training than was asked for, so that it is apart; undefined where the question is about adapters already. */
function adaptersThatFit(
  model: ModelSpec,
  options: EstimateOptions,
  limitBytes: number,
): ProjectedSettings | undefined {
  if (trainingOptions(options).lora !== undefined) return undefined;
  const adapters: SettingChange = { setting: 'adapters', value: ADAPTER_RANK };
  const adapted = withSettings(options, [adapters]);
  const peakBytes = peakPerDevice(model, adapted, 'training');
  if (peakBytes <= limitBytes) return { changes: [adapters], peakBytes };
  const { cheapest } = settingsThatFit(model, adapted, limitBytes, 'training');
  return cheapest && { ...cheapest, changes: [adapters, ...cheapest.changes] };
}

/** The first of the least: one more change that saves nothing is not named. */
function leastOf(
  atBatch: readonly ProjectedSettings[],
  projected: (changes: readonly SettingChange[]) => ProjectedSettings,
  { batch }: EstimateOptions,
): ProjectedSettings {
  const one: readonly SettingChange[] = batch > 1 ? [{ setting: 'batch', value: 1 }] : [];
  return atBatch
    .map(({ changes }) => projected([...changes, ...one]))
    .reduce((least, each) => (each.peakBytes < least.peakBytes ? each : least), projected(one));
}
