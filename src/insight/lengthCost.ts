import type { EstimateOptions } from '../cost/estimate';
import { countFlops } from '../cost/flops';
import { kvCacheBytes } from '../cost/kvCache';
import { inferencePerDevice, trainingPerDevice } from '../cost/perDevice';
import { trainingFlops } from '../cost/trainingFlops';
import type { ModelSpec } from '../model/modelSpec';
import type { LengthCost, Purpose } from './insight';

/** What `options` cost: only the figures that the editor shows, so that a hover is quick. `n`: tokens in question. */
export function lengthCost(
  model: ModelSpec,
  options: EstimateOptions,
  purpose: Purpose,
  n = options.sequenceLength,
): LengthCost {
  const { prefill, attentionPrefill } = countFlops(model, options);
  return {
    n,
    kvCacheBytes: kvCacheBytes(model, options),
    inferencePeakBytes: inferencePerDevice(model, options).peak,
    prefillFlops: prefill,
    attentionShare: shareOf(attentionPrefill, prefill),
    ...(purpose !== 'serving' && {
      training: {
        peakBytes: trainingPerDevice(model, options).peak,
        stepFlops: trainingFlops(model, options),
      },
    }),
  };
}

/** other / one, of what another value costs to what this one does; 1 of nothing. */
export function ratioOf(other: number, one: number): number {
  return one > 0 ? other / one : 1;
}

/** part / whole; 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
