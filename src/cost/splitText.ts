import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import { joinSentences } from '../model/phrases';
import { formatBytes, formatFlops, formatInteger } from '../model/units';
import type { EstimateOptions } from './estimate';
import type { Workload } from './longestSequence';
import {
  fits,
  MAX_DEGREE,
  parallelDegrees,
  shownDegrees,
  shownRefusals,
  smallestThatFits,
  type DegreeCost,
  type MemoryBounds,
  type ParallelDegrees,
  type Split,
} from './parallelDegrees';

/** The memory of the one device whose like the model is split over. */
export interface SplitLimit {
  /** Absent where the memory is not known: then nothing is said to fit. */
  readonly bounds?: MemoryBounds;
  /** The device, as people know it, and what bounds a server on it. */
  readonly of: string;
}

/** The splits of a model as a table and sentences: the report and the panel show the same ones. */
export interface SplitText {
  readonly title: string;
  /** What the figures hold under, and the memory that "fits" is about. */
  readonly conditions: readonly string[];
  /** The smallest split that fits, or that there is none; absent where the memory is not known. */
  readonly smallest?: string;
  /** The first column names the split and the last, where the memory is known, what fits; the others are figures. */
  readonly columns: readonly { readonly title: string; readonly isFigure: boolean }[];
  readonly rows: readonly (readonly string[])[];
  readonly remarks: readonly string[];
}

/** What each device holds when the model is split in one way or another, and whether one device has room for it. */
export function describeSplits(model: ModelSpec, scenario: EstimateOptions, limit: SplitLimit): SplitText {
  const degrees = parallelDegrees(model, scenario);
  const { bounds } = limit;
  const { costs } = degrees;
  return {
    title: l10n.t('Split over devices (by formula)'),
    conditions: [
      l10n.t(
        'The most loaded device, n = {0} tokens, batch {1} a replica, {2}; one way of splitting at a time.',
        formatInteger(scenario.sequenceLength),
        formatInteger(scenario.batch),
        scenario.dtype,
      ),
      limitSentence(limit),
    ],
    ...(bounds && { smallest: smallestSentence(costs, bounds) }),
    columns: [
      { title: l10n.t('Split'), isFigure: false },
      ...[
        l10n.t('Devices'),
        l10n.t('Prefill a device'),
        l10n.t('KV cache'),
        l10n.t('Inference peak'),
        l10n.t('Training peak'),
      ].map((title) => ({ title, isFigure: true })),
      ...(bounds ? [{ title: l10n.t('Fits the device'), isFigure: false }] : []),
    ],
    rows: shownDegrees(costs, bounds).map((cost) => [
      ...figureCells(cost),
      ...(bounds ? [fitsCell(cost, bounds)] : []),
    ]),
    remarks: [
      l10n.t(
        'Data-parallel replicas take as many tokens each as one device does alone, so k of them handle k times the tokens. Communication and idle pipeline stages are not counted.',
      ),
      ...(costs.some(({ split }) => split === 'expert')
        ? [
            l10n.t(
              'Expert parallel: k data-parallel replicas hold 1/k of the experts each, and all other weights; tokens are taken as spread evenly over the experts.',
            ),
          ]
        : []),
      ...refusalSentences(degrees),
    ],
  };
}

function figureCells({ split, degree, perDevice }: DegreeCost): string[] {
  return [
    splitTitle(split),
    formatInteger(degree),
    formatFlops(perDevice.flops.prefill),
    formatBytes(perDevice.inference.kvCache),
    formatBytes(perDevice.inference.peak),
    formatBytes(perDevice.training.peak),
  ];
}

function fitsCell(cost: DegreeCost, bounds: MemoryBounds): string {
  const inference = fits(cost, bounds, 'inference');
  const training = fits(cost, bounds, 'training');
  if (inference && training) return l10n.t('both');
  if (inference) return l10n.t('inference only');
  return training ? l10n.t('training only') : l10n.t('neither');
}

function limitSentence({ bounds, of }: SplitLimit): string {
  if (bounds === undefined) return l10n.t('The memory of {0} is not known, so there is no verdict.', of);
  const { inference, training } = bounds;
  return inference === training
    ? l10n.t('To fit is to need at most {0}, the memory of {1}.', formatBytes(training), of)
    : l10n.t(
        'To fit is to need at most {0} for inference, of {1}, and at most {2} for training, all of its memory.',
        formatBytes(inference),
        of,
        formatBytes(training),
      );
}

function smallestSentence(costs: readonly DegreeCost[], bounds: MemoryBounds): string {
  const inference = smallestThatFits(costs, bounds, 'inference');
  const training = smallestThatFits(costs, bounds, 'training');
  if (inference === undefined && training === undefined) {
    return l10n.t(
      'No one way of splitting alone, over up to {0} devices, fits: inference needs at least {1} a device, training {2}.',
      formatInteger(MAX_DEGREE),
      formatBytes(leastPeak(costs, 'inference')),
      formatBytes(leastPeak(costs, 'training')),
    );
  }
  if (inference?.split === undefined && training?.split === undefined && inference && training) {
    return l10n.t(
      'No split is needed: one device holds inference ({0}) and training ({1}).',
      formatBytes(inference.perDevice.inference.peak),
      formatBytes(training.perDevice.training.peak),
    );
  }
  return l10n.t(
    'Smallest split that fits: for inference {0}; for training {1}.',
    smallestPhrase(inference, costs, 'inference'),
    smallestPhrase(training, costs, 'training'),
  );
}

function smallestPhrase(cost: DegreeCost | undefined, costs: readonly DegreeCost[], what: Workload): string {
  if (cost === undefined) {
    return l10n.t(
      'none of these alone over up to {0} devices (at least {1} a device)',
      formatInteger(MAX_DEGREE),
      formatBytes(leastPeak(costs, what)),
    );
  }
  const { split, degree, perDevice } = cost;
  const bytes = formatBytes(perDevice[what].peak);
  return split === undefined
    ? l10n.t('none is needed ({0} on one device)', bytes)
    : l10n.t('{0} over {1} devices ({2} a device)', splitTitle(split), formatInteger(degree), bytes);
}

/** Bytes a device of the split that needs the least. */
function leastPeak(costs: readonly DegreeCost[], what: Workload): number {
  return Math.min(...costs.map(({ perDevice }) => perDevice[what].peak));
}

/** Why some of the splits cannot be, each reason once. */
function refusalSentences(degrees: ParallelDegrees): string[] {
  const { impossible, some } = shownRefusals(degrees);
  return [
    ...impossible.map(({ split, problems }) =>
      l10n.t(
        'No {0} split over any power of two up to {1} devices: {2}',
        splitTitle(split),
        formatInteger(MAX_DEGREE),
        joinSentences(problems),
      ),
    ),
    ...new Set(some.flatMap(({ problems }) => problems)),
  ];
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
    case 'expert':
      return l10n.t('expert and data parallel');
  }
}
