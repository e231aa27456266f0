import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';
import { longestThatFits, type Workload } from '../cost/longestSequence';
import type { MemoryPart } from '../cost/memoryParts';
import { memoryOwner, servedBytes, type MemoryShare } from '../model/memoryShare';
import type { ModelSpec } from '../model/modelSpec';
import { joinPhrases, joinSentences } from '../model/phrases';
import { formatBytes, formatInteger, formatPercent } from '../model/units';

/** A memory that the model is to run in. */
export interface MemoryLimit {
  /** The whole memory; 0 where unknown. */
  readonly bytes: number;
  /** What the memory belongs to: `NVIDIA H100 80GB HBM3`, `this computer`. */
  readonly of: string;
  /** What a serving config lets its server take of it: the bound of inference. */
  readonly share?: MemoryShare;
}

/**
 * Whether the model can take the length at all, and whether inference and training fit, as sentences: what is
 * needed by the closed formulas, what is there, and the longest sequence that fits.
 */
export function verdictSentences(model: ModelSpec, estimate: Estimate, limit: MemoryLimit): string[] {
  return [...positionSentences(model, estimate), ...memorySentences(model, estimate, limit)];
}

function positionSentences(model: ModelSpec, { sequenceLength }: Estimate): string[] {
  const positions = model.learnedPositions;
  if (positions === undefined || sequenceLength <= positions) return [];
  return [
    l10n.t(
      'This model cannot take n = {0}: it has only {1} learned positions. What follows is about memory alone.',
      formatInteger(sequenceLength),
      formatInteger(positions),
    ),
  ];
}

function memorySentences(model: ModelSpec, estimate: Estimate, limit: MemoryLimit): string[] {
  if (!(limit.bytes > 0))
    return [l10n.t('The memory of {0} is not known, so there is no verdict.', limit.of)];
  return [
    verdictSentence(model, estimate, limit, 'inference', estimate.perDevice.inference.peak),
    verdictSentence(model, estimate, limit, 'training', estimate.perDevice.training.peak),
  ];
}

function verdictSentence(
  model: ModelSpec,
  estimate: Estimate,
  limit: MemoryLimit,
  what: Workload,
  needed: number,
): string {
  const { devices } = estimate.perDevice;
  const share = what === 'inference' ? limit.share : undefined;
  const bytes = servedBytes(limit.bytes, share);
  const owner = memoryOwner(limit.of, false, share);
  const figures = [
    formatBytes(needed),
    formatInteger(estimate.sequenceLength),
    formatBytes(bytes),
    devices === 1 ? owner : l10n.t('each of {0} devices ({1})', formatInteger(devices), owner),
  ] as const;
  return joinSentences([
    fitSentence(what, needed <= bytes, figures),
    longestSentence(model, estimate, bytes, what),
  ]);
}

/** `figures`: what is needed, the length, what is there, and of what. */
function fitSentence(
  what: Workload,
  fits: boolean,
  figures: readonly [string, string, string, string],
): string {
  if (what === 'inference') {
    return fits
      ? l10n.t('Inference fits: {0} needed at n = {1}, {2} on {3}.', ...figures)
      : l10n.t('Inference does not fit: {0} needed at n = {1}, {2} on {3}.', ...figures);
  }
  return fits
    ? l10n.t('Training fits: {0} needed at n = {1}, {2} on {3}.', ...figures)
    : l10n.t('Training does not fit: {0} needed at n = {1}, {2} on {3}.', ...figures);
}

/** A part of the memory inside a sentence. */
export function partName(part: MemoryPart): string {
  switch (part) {
    case 'weights':
      return l10n.t('weights');
    case 'kvCache':
      return l10n.t('KV cache');
    case 'gradients':
      return l10n.t('gradients');
    case 'optimizer':
      return l10n.t('optimizer state');
    case 'gathered':
      return l10n.t('gathered weights');
    case 'activations':
      return l10n.t('activations');
    case 'logits':
      return l10n.t('logits');
    case 'scores':
      return l10n.t('n × n scores');
    case 'backwardBuffers':
      return l10n.t('buffers of the backward pass');
  }
}

function longestSentence(model: ModelSpec, estimate: Estimate, bytes: number, what: Workload): string {
  const { sequenceLength, capped, parts } = longestThatFits(model, estimate, bytes, what);
  if (sequenceLength === 0) {
    const [largest] = parts;
    return largest === undefined
      ? l10n.t('No length fits.')
      : l10n.t(
          'No length fits: for one token already {0} of {1}.',
          formatBytes(largest.bytes),
          partName(largest.part),
        );
  }
  const positions = model.learnedPositions;
  if (positions !== undefined && sequenceLength > positions) {
    return l10n.t(
      'Every length that the model has positions for fits: up to n = {0} tokens.',
      formatInteger(positions),
    );
  }
  if (capped) return l10n.t('More than {0} tokens would fit.', formatInteger(sequenceLength));
  const most = joinPhrases(
    parts.slice(0, 3).map(({ part, share }) => `${partName(part)} ${formatPercent(share)}`),
  );
  const length = formatInteger(sequenceLength);
  return sequenceLength > model.maxSequenceLength
    ? l10n.t(
        'The longest that fits is n = {0} tokens, more than the model is made for; there the memory goes to {1}.',
        length,
        most,
      )
    : l10n.t('The longest that fits is n = {0} tokens; there the memory goes to {1}.', length, most);
}
