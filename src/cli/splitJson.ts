import {
  fits,
  memoryBounds,
  parallelDegrees,
  shownRefusals,
  smallestThatFits,
  type DegreeCost,
} from '../cost/parallelDegrees';
import type { Workload } from '../cost/longestSequence';
import type { Report } from '../report/report';
import { figure } from './jsonFigures';

/** What each device holds when the model is split, at every degree that was tried, and the smallest that fits. */
export function splitJson({ model, scenario, device, memoryShare }: Report) {
  const bounds = memoryBounds(device?.memoryBytes, memoryShare);
  const degrees = parallelDegrees(model, scenario);
  const { costs } = degrees;
  const smallest = (what: Workload) => {
    const cost = bounds && smallestThatFits(costs, bounds, what);
    return cost === undefined ? null : { ...namedJson(cost), peak: figure(cost.perDevice[what].peak) };
  };
  return {
    inferenceLimit: figure(bounds?.inference),
    trainingLimit: figure(bounds?.training),
    smallestForInference: smallest('inference'),
    smallestForTraining: smallest('training'),
    degrees: costs.map((cost) => ({
      ...namedJson(cost),
      prefillFlops: figure(cost.perDevice.flops.prefill),
      kvCache: figure(cost.perDevice.inference.kvCache),
      inferencePeak: figure(cost.perDevice.inference.peak),
      trainingPeak: figure(cost.perDevice.training.peak),
      inferenceFits: bounds ? fits(cost, bounds, 'inference') : null,
      trainingFits: bounds ? fits(cost, bounds, 'training') : null,
    })),
    impossible: shownRefusals(degrees).impossible.map(({ split, problems }) => ({
      split,
      reason: problems.join(' '),
    })),
  };
}

function namedJson({ split, degree }: DegreeCost) {
  return { split: split ?? null, devices: degree };
}
