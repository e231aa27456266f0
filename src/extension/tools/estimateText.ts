import * as l10n from '@vscode/l10n';
import type { Estimate, EstimateOptions } from '../../cost/estimate';
import { estimate } from '../../cost/estimateModel';
import type { MemoryTarget } from '../../insight/memoryTarget';
import type { MemoryShare } from '../../model/memoryShare';
import { isDecoder, layerCount, type ModelSpec } from '../../model/modelSpec';
import { formatBytes, formatCount, formatFlops, formatInteger, formatPercent } from '../../model/units';
import { describeConditions, describeRecipe } from '../../report/conditions';
import { passTimesSection } from '../../report/passTimesSection';
import { verdictSentences } from '../../report/verdict';
import { sectionText } from './sectionText';

/** What an estimate is asked of. */
export interface EstimateSubject {
  /** Name of the config's file. */
  readonly name: string;
  readonly model: ModelSpec;
  readonly scenario: EstimateOptions;
  /** The device that the verdict is about. */
  readonly target?: MemoryTarget;
  /** What a serving config lets its server take of that device's memory. */
  readonly memoryShare?: MemoryShare;
  /** What a reader must know besides, as sentences. */
  readonly notes: readonly string[];
}

/** Assumptions that are told; a config of many parts may have dozens. */
const MOST_ASSUMPTIONS = 20;

/**
 * The estimate as compact text for a language model: every figure with its unit, its conditions, and that it comes
 * from closed formulas or a data sheet. Throws RangeError for conditions that `estimate` throws it for.
 */
export function estimateText(subject: EstimateSubject): string {
  const { name, model, scenario, target, notes } = subject;
  const figures = estimate(model, scenario);
  const lines = [
    l10n.t('Estimate of {0}: projected by closed formulas, nothing was run.', name),
    ...modelLines(model, figures),
    l10n.t('Conditions: {0}.', describeConditions(scenario)),
    l10n.t('Training step with: {0}.', describeRecipe(scenario)),
    kvCacheLine(model, figures),
    ...memoryLines(figures),
    ...computeLines(figures),
    ...deviceLines(figures, subject),
    ...notes,
    ...assumptionLines(model),
  ];
  const spec = target?.spec;
  return [
    lines.join('\n'),
    ...(spec === undefined ? [] : [sectionText(passTimesSection(model, scenario, spec))]),
  ].join('\n\n');
}

function modelLines(model: ModelSpec, { parameters: { total, active } }: Estimate): string[] {
  return [
    l10n.t(
      'Model: {0}, {1} layers, hidden_size {2}, made for up to {3} tokens.',
      model.modelType,
      formatInteger(layerCount(model)),
      formatInteger(model.hiddenSize),
      formatInteger(model.maxSequenceLength),
    ),
    active === total
      ? l10n.t('Parameters: {0} ({1}).', formatInteger(total), formatCount(total))
      : l10n.t(
          'Parameters: {0} ({1}), of which {2} are used for one token.',
          formatInteger(total),
          formatCount(total),
          formatInteger(active),
        ),
  ];
}

function kvCacheLine(model: ModelSpec, { memory, sequenceLength, batch }: Estimate): string {
  if (!isDecoder(model)) return l10n.t('KV cache: none, since the model generates no tokens.');
  return l10n.t(
    'KV cache: {0} for one more token of one sequence; {1} at n = {2} tokens, batch {3}.',
    formatBytes(memory.kvCacheBytesPerToken),
    formatBytes(memory.kvCache),
    formatInteger(sequenceLength),
    formatInteger(batch),
  );
}

function memoryLines({ perDevice, memory }: Estimate): string[] {
  return [
    l10n.t(
      'Peak memory of one device: inference {0} (prefill with fused attention), training {1} (a step of the batch).',
      formatBytes(perDevice.inference.peak),
      formatBytes(perDevice.training.peak),
    ),
    l10n.t(
      'Of all devices together: weights {0}; in training weights, gradients and optimizer {1}, kept activations {2}.',
      formatBytes(memory.weights),
      formatBytes(memory.training.weights + memory.training.gradients + memory.training.optimizer),
      formatBytes(memory.training.activations),
    ),
  ];
}

function computeLines({ flops, sequenceLength }: Estimate): string[] {
  return [
    l10n.t(
      'Compute of the batch: a prefill of n = {0} tokens {1}, of which attention (QKᵀ and PV) {2}; a training step {3}.',
      formatInteger(sequenceLength),
      formatFlops(flops.prefill),
      formatPercent(flops.prefill > 0 ? flops.attentionPrefill / flops.prefill : 0),
      formatFlops(flops.trainingStep),
    ),
    ...(flops.decodePerToken > 0
      ? [l10n.t('A decode step of the batch: {0}.', formatFlops(flops.decodePerToken))]
      : []),
  ];
}

function deviceLines(
  figures: Estimate,
  { model, target, memoryShare }: Pick<EstimateSubject, 'model' | 'target' | 'memoryShare'>,
): string[] {
  if (target === undefined) return [l10n.t('No device is known to compare the memory with.')];
  return [
    deviceLine(target),
    ...verdictSentences(model, figures, {
      bytes: target.memoryBytes,
      of: target.name,
      ...(memoryShare && { share: memoryShare }),
    }),
    ...(target.spec === undefined
      ? [l10n.t('No projected time: the peak rates of {0} are not known.', target.name)]
      : []),
  ];
}

function deviceLine({ name, memoryBytes, how }: MemoryTarget): string {
  const memory = memoryBytes > 0 ? formatBytes(memoryBytes) : l10n.t('memory unknown');
  return how === 'planned'
    ? l10n.t('Device: {0}, {1}, planned for.', name, memory)
    : l10n.t('Device: {0}, {1}, detected on this machine.', name, memory);
}

function assumptionLines({ assumptions, reading }: ModelSpec): string[] {
  const untold = assumptions.length - MOST_ASSUMPTIONS;
  return [
    ...(reading === 'best effort'
      ? [l10n.t('Best effort: the architecture is not known, and its fields are read by their usual names.')]
      : []),
    ...assumptions.slice(0, MOST_ASSUMPTIONS).map((assumption) => l10n.t('Assumed: {0}', assumption)),
    ...(untold > 0 ? [l10n.t('And {0} more assumptions.', String(untold))] : []),
  ];
}
