import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import type { Parallelism } from '../model/recipe';
import { formatBytes, formatFlops, formatInteger } from '../model/units';
import type { EstimateOptions } from './estimate';
import { oneDevice, parallelismProblems } from './parallelism';
import { perDevice, type PerDevice } from './perDevice';

/** One way to spread a model over devices; `zero` is data-parallel with ZeRO stage 3, which FSDP's full sharding is. */
export type Split = 'data' | 'zero' | 'tensor' | 'pipeline' | 'context';

export interface DegreeCost {
  /** Absent for a single device. */
  readonly split?: Split;
  readonly degree: number;
  /** Of the most loaded device; absent where the model cannot be split so. */
  readonly perDevice?: PerDevice;
  /** Why it cannot, as sentences. */
  readonly problems: readonly string[];
}

const SPLITS: readonly Split[] = ['data', 'zero', 'tensor', 'pipeline', 'context'];
const DEGREES = [2, 8];

/**
 * What a device holds and computes when the model is on one, and when one way of splitting at a time is used, by the
 * formulas of `perDevice`. The degrees that `options` names are left aside; its batch is that of one replica.
 */
export function parallelDegrees(model: ModelSpec, options: EstimateOptions): DegreeCost[] {
  const at = (parallelism: Parallelism): PerDevice => perDevice(model, { ...options, parallelism });
  return [
    { degree: 1, perDevice: at(oneDevice), problems: [] },
    ...SPLITS.flatMap((split) =>
      DEGREES.map((degree) => {
        const parallelism = splitBy(split, degree);
        const problems = parallelismProblems(model, parallelism);
        return problems.length > 0
          ? { split, degree, problems }
          : { split, degree, perDevice: at(parallelism), problems };
      }),
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
  }
}

/** Split, devices, prefill, KV cache and both peaks of the most loaded device; `missing` where none can be. */
export function degreeRows(costs: readonly DegreeCost[], missing: string): string[][] {
  return costs.map(({ split, degree, perDevice: figures }) => [
    splitTitle(split),
    formatInteger(degree),
    ...(figures === undefined
      ? [missing, missing, missing, missing]
      : [
          formatFlops(figures.flops.prefill),
          formatBytes(figures.inference.kvCache),
          formatBytes(figures.inference.peak),
          formatBytes(figures.training.peak),
        ]),
  ]);
}

/** Why some of the splits cannot be, each reason once. */
export function degreeProblems(costs: readonly DegreeCost[]): string[] {
  return [...new Set(costs.flatMap(({ problems }) => problems))];
}

/** What people call the split. */
function splitTitle(split: Split | undefined): string {
  switch (split) {
    case undefined:
      return l10n.t('one device');
    case 'data':
      return l10n.t('data parallel');
    case 'zero':
      return l10n.t('data parallel, ZeRO stage 3 (FSDP)');
    case 'tensor':
      return l10n.t('tensor and sequence parallel');
    case 'pipeline':
      return l10n.t('pipeline parallel');
    case 'context':
      return l10n.t('context parallel (ring)');
  }
}
