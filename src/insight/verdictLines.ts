import * as l10n from '@vscode/l10n';
import { partName } from '../report/verdict';
import type { LongestThatFits } from '../cost/longestSequence';
import { memoryOwner } from '../model/memoryShare';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatBytes, formatInteger, formatPercent } from '../model/units';
import type { Fit, LengthCost, LengthLimits, Verdict } from './insight';
import type { InsightLine } from './insightText';
import type { MemoryTarget } from './memoryTarget';

export interface VerdictConditions {
  /** That share the work; each has the target's memory. */
  readonly devices: number;
  readonly at: LengthCost;
  readonly limits: LengthLimits;
}

/** Parts of the memory that are named, the greatest. */
const SHOWN_PARTS = 3;

/** Whether it fits and what would, a line a workload; the peaks alone where no memory is known. */
export function verdictLines({ target, fits }: Verdict, conditions: VerdictConditions): InsightLine[] {
  if (target === undefined || fits.length === 0) {
    return [{ lead: l10n.t('No verdict.'), text: unknownMemory(target) }, peakLine(conditions.at)];
  }
  return fits.map((fit) => ({
    lead: leadOf(fit),
    text: joinSentences([
      neededSentence(fit, target, conditions.devices),
      longestSentence(conditions.limits, fit.longest),
    ]),
  }));
}

function unknownMemory(target: MemoryTarget | undefined): string {
  return target === undefined
    ? l10n.t('No device is chosen to tell whether it fits.')
    : l10n.t('The memory of {0} is not known.', target.name);
}

function peakLine({ inferencePeakBytes, training }: LengthCost): InsightLine {
  const inference = formatBytes(inferencePeakBytes);
  return {
    text:
      training === undefined
        ? l10n.t('Inference needs {0} on each device (projected).', inference)
        : l10n.t(
            'Inference needs {0}, a training step {1} on each device (projected).',
            inference,
            formatBytes(training.peakBytes),
          ),
  };
}

function leadOf({ workload, fits }: Fit): string {
  if (workload === 'inference') return fits ? l10n.t('Inference fits.') : l10n.t('Inference does not fit.');
  return fits ? l10n.t('Training fits.') : l10n.t('Training does not fit.');
}

/** `Projected need: 6.35 GiB of the 80.0 GiB of NVIDIA H100 (planned).` */
export function neededSentence({ neededBytes }: Fit, target: MemoryTarget, devices: number): string {
  const needed = formatBytes(neededBytes);
  const there = formatBytes(target.memoryBytes);
  const name = memoryOwner(target.name, target.how === 'planned', target.share);
  return devices === 1
    ? l10n.t('Projected need: {0} of the {1} of {2}.', needed, there, name)
    : l10n.t(
        'Projected need: {0} of the {1} of each of {2} devices: {3}.',
        needed,
        there,
        formatInteger(devices),
        name,
      );
}

/** The longest length that fits, against what the model can take and is made for, and what the memory goes to there. */
export function longestSentence(
  limits: LengthLimits,
  { sequenceLength, capped, parts }: LongestThatFits,
): string {
  const [largest] = parts;
  const positions = limits.learnedPositions;
  if (sequenceLength === 0) {
    return largest === undefined
      ? l10n.t('No length fits.')
      : l10n.t(
          'No length fits: for one token already {0} of {1}.',
          formatBytes(largest.bytes),
          partName(largest.part),
        );
  }
  if (positions !== undefined && sequenceLength >= positions) {
    return l10n.t(
      'Every length that the model has positions for fits: up to n = {0} tokens.',
      formatInteger(positions),
    );
  }
  const length = formatInteger(sequenceLength);
  if (capped) return l10n.t('More than {0} tokens would fit.', length);
  const most = joinPhrases(
    parts.slice(0, SHOWN_PARTS).map(({ part, share }) => `${partName(part)} ${formatPercent(share)}`),
  );
  return sequenceLength > (limits.maxSequenceLength ?? Infinity)
    ? l10n.t(
        'The longest that fits is n = {0} tokens, more than the model is made for; there the memory goes to {1}.',
        length,
        most,
      )
    : l10n.t('The longest that fits is n = {0} tokens; there the memory goes to {1}.', length, most);
}
