import { splitTitle, type DegreeCost } from '../../src/cost/parallelDegrees';
import { formatBytes, formatFlops, formatInteger } from '../../src/model/units';

/** Split, devices, prefill, KV cache and both peaks of the most loaded device; `missing` where none can be. */
export function degreeRows(costs: readonly DegreeCost[], missing: string): string[][] {
  return costs.map(({ split, degree, perDevice }) => [
    splitTitle(split),
    formatInteger(degree),
    ...(perDevice === undefined
      ? [missing, missing, missing, missing]
      : [
          formatFlops(perDevice.flops.prefill),
          formatBytes(perDevice.inference.kvCache),
          formatBytes(perDevice.inference.peak),
          formatBytes(perDevice.training.peak),
        ]),
  ]);
}
