import type { Estimate } from '../cost/estimate';
import { longestThatFits, type Workload } from '../cost/longestSequence';
import type { MemoryPart } from '../cost/memoryParts';
import type { ModelSpec } from '../model/modelSpec';
import { formatBytes, formatInteger, formatPercent } from '../model/units';

/** A memory that the model is to run in. */
export interface MemoryLimit {
  /** 0 where unknown. */
  readonly bytes: number;
  /** What the memory belongs to: `NVIDIA H100 80GB HBM3`, `this computer`. */
  readonly of: string;
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
    `This model cannot take n = ${formatInteger(sequenceLength)}: it has only ${formatInteger(positions)} learned ` +
      'positions. What follows is about memory alone.',
  ];
}

function memorySentences(model: ModelSpec, estimate: Estimate, limit: MemoryLimit): string[] {
  if (!(limit.bytes > 0)) return [`The memory of ${limit.of} is not known, so there is no verdict.`];
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
  const verdict = needed <= limit.bytes ? 'fits' : 'does not fit';
  const name = what === 'inference' ? 'Inference' : 'Training';
  return (
    `${name} ${verdict}: ${formatBytes(needed)} needed at n = ${formatInteger(estimate.sequenceLength)}, ` +
    `${formatBytes(limit.bytes)} on ${devices === 1 ? limit.of : `each of ${formatInteger(devices)} devices (${limit.of})`}. ${longestSentence(model, estimate, limit, what)}`
  );
}

const partNames: Readonly<Record<MemoryPart, string>> = {
  weights: 'weights',
  kvCache: 'KV cache',
  gradients: 'gradients',
  optimizer: 'optimizer state',
  gathered: 'gathered weights',
  activations: 'activations',
  logits: 'logits',
  scores: 'n × n scores',
  backwardBuffers: 'buffers of the backward pass',
};

function longestSentence(model: ModelSpec, estimate: Estimate, limit: MemoryLimit, what: Workload): string {
  const { sequenceLength, capped, parts } = longestThatFits(model, estimate, limit.bytes, what);
  if (sequenceLength === 0) {
    const [largest] = parts;
    const most =
      largest === undefined
        ? ''
        : `: for one token already ${formatBytes(largest.bytes)} of ${partNames[largest.part]}`;
    return `No length fits${most}.`;
  }
  const positions = model.learnedPositions;
  if (positions !== undefined && sequenceLength > positions) {
    return `Every length that the model has positions for fits: up to n = ${formatInteger(positions)} tokens.`;
  }
  if (capped) return `More than ${formatInteger(sequenceLength)} tokens would fit.`;
  const beyond = sequenceLength > model.maxSequenceLength ? ', more than the model is made for' : '';
  const most = parts
    .slice(0, 3)
    .map(({ part, share }) => `${partNames[part]} ${formatPercent(share)}`)
    .join(', ');
  return `The longest that fits is n = ${formatInteger(sequenceLength)} tokens${beyond}; there the memory goes to ${most}.`;
}
