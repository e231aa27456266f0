import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import { servedBytes, type MemoryShare } from '../model/memoryShare';
import type { Parallelism } from '../model/recipe';
import { formatInteger } from '../model/units';
import type { EstimateOptions } from './estimate';
import type { Workload } from './longestSequence';
import { oneDevice, parallelismProblems } from './parallelism';
import { perDevice, type PerDevice } from './perDevice';

/**
 * One way to spread a model over devices. `zero` is data-parallel with ZeRO stage 3, which FSDP's full sharding is;
 * `expert` data-parallel with the experts spread over the replicas (Lepikhin et al. 2020).
 */
export type Split = 'data' | 'zero' | 'tensor' | 'pipeline' | 'context' | 'expert';

/** The greatest degree that is tried. The degrees are the powers of two up to it. */
export const MAX_DEGREE = 64;

export interface DegreeCost {
  /** Absent for a single device. */
  readonly split?: Split;
  readonly degree: number;
  /** Of the most loaded device. */
  readonly perDevice: PerDevice;
}

/** A degree that the model or its length does not allow. */
export interface RefusedDegree {
  readonly split: Split;
  readonly degree: number;
  /** Why not, as sentences; at least one. */
  readonly problems: readonly string[];
}

export interface ParallelDegrees {
  /** One device, then each split at every degree that it can have, ascending. */
  readonly costs: readonly DegreeCost[];
  readonly refused: readonly RefusedDegree[];
}

/** Bytes that each use may take of one device. */
export type MemoryBounds = Readonly<Record<Workload, number>>;

const SPLITS: readonly Split[] = ['data', 'zero', 'tensor', 'pipeline', 'context', 'expert'];
const DEGREES = powersOfTwo(MAX_DEGREE);
/** What a table shows of a split whether it fits or not: the least degree, and the greatest of one usual machine. */
const USUAL_DEGREES: readonly number[] = [2, 8];

/**
 * What a device holds and computes when the model is on one, and when one way of splitting at a time is used, by the
 * formulas of `perDevice`. The degrees that `options` names are left aside; its batch is that of one replica. Experts
 * are spread only where there are any.
 */
export function parallelDegrees(model: ModelSpec, options: EstimateOptions): ParallelDegrees {
  const costs: DegreeCost[] = [
    { degree: 1, perDevice: perDevice(model, { ...options, parallelism: oneDevice }) },
  ];
  const refused: RefusedDegree[] = [];
  for (const split of SPLITS) {
    if (split === 'expert' && !hasExperts(model)) continue;
    for (const degree of DEGREES) {
      const parallelism = splitBy(split, degree);
      const problems = [
        ...parallelismProblems(model, parallelism),
        ...tokenProblems(parallelism, options.sequenceLength),
      ];
      if (problems.length > 0) refused.push({ split, degree, problems });
      else costs.push({ split, degree, perDevice: perDevice(model, { ...options, parallelism }) });
    }
  }
  return { costs, refused };
}

function powersOfTwo(greatest: number): number[] {
  return Array.from({ length: Math.floor(Math.log2(greatest)) }, (_, index) => 2 ** (index + 1));
}

function hasExperts({ stacks }: ModelSpec): boolean {
  return stacks.some(({ layerKinds }) => layerKinds.some(({ feedForward }) => feedForward?.experts));
}

/** Devices of a ring hold equally many tokens each. */
function tokenProblems({ context }: Parallelism, sequenceLength: number): string[] {
  if (sequenceLength % context === 0) return [];
  return [
    l10n.t(
      'Context degree {0} does not divide the {1} tokens.',
      String(context),
      formatInteger(sequenceLength),
    ),
  ];
}

function splitBy(split: Split, degree: number): Parallelism {
  switch (split) {
    case 'data':
      return { ...oneDevice, data: degree };
    case 'zero':
      return { ...oneDevice, data: degree, zeroStage: 3 };
    case 'tensor':
      // The rest of a layer's activations is split with the matrices, as is usual.
      return { ...oneDevice, tensor: degree, sequence: true };
    case 'pipeline':
      return { ...oneDevice, pipeline: degree };
    case 'context':
      return { ...oneDevice, context: degree };
    case 'expert':
      return { ...oneDevice, data: degree, expert: degree };
  }
}

/** What may be taken of a device with `deviceBytes`; undefined where these are not known. */
export function memoryBounds(
  deviceBytes: number | undefined,
  share: MemoryShare | undefined,
): MemoryBounds | undefined {
  if (deviceBytes === undefined || !(deviceBytes > 0)) return undefined;
  return { inference: servedBytes(deviceBytes, share), training: deviceBytes };
}

export function fits({ perDevice: figures }: DegreeCost, bounds: MemoryBounds, what: Workload): boolean {
  return figures[what].peak <= bounds[what];
}

/** The fewest devices with which `what` fits, of equally many the split with the lowest peak; undefined where none is. */
export function smallestThatFits(
  costs: readonly DegreeCost[],
  bounds: MemoryBounds,
  what: Workload,
): DegreeCost | undefined {
  return costs
    .filter((cost) => fits(cost, bounds, what))
    .sort((a, b) => a.degree - b.degree || a.perDevice[what].peak - b.perDevice[what].peak)
    .at(0);
}

/**
 * The costs that a table shows: of each split the least degree, the greatest of at most 8, and the least with which
 * inference and training fit.
 */
export function shownDegrees(costs: readonly DegreeCost[], bounds: MemoryBounds | undefined): DegreeCost[] {
  const usual = Math.max(...USUAL_DEGREES);
  const shown = new Set<DegreeCost | undefined>(costs.filter(({ split }) => split === undefined));
  for (const each of SPLITS) {
    const own = costs.filter(({ split }) => split === each);
    shown.add(own.at(0));
    shown.add(own.findLast(({ degree }) => degree <= usual));
    if (bounds === undefined) continue;
    shown.add(own.find((cost) => fits(cost, bounds, 'inference')));
    shown.add(own.find((cost) => fits(cost, bounds, 'training')));
  }
  return costs.filter((cost) => shown.has(cost));
}

/** The refusals that a reader of the table asks about: of its usual degrees; one of a split that no degree can do. */
export function shownRefusals({ costs, refused }: ParallelDegrees): {
  readonly impossible: readonly RefusedDegree[];
  readonly some: readonly RefusedDegree[];
} {
  const possible = new Set(costs.map(({ split }) => split));
  return {
    impossible: SPLITS.filter((each) => !possible.has(each)).flatMap(
      (each) => refused.find(({ split }) => split === each) ?? [],
    ),
    some: refused.filter(({ split, degree }) => possible.has(split) && USUAL_DEGREES.includes(degree)),
  };
}
