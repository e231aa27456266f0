import * as l10n from '@vscode/l10n';
import type { Estimate } from '../cost/estimate';
import { attentionKinds, type AttentionKind } from '../model/attentionKinds';
import { headGrouping, layerCount, type ModelSpec } from '../model/modelSpec';
import { joinPhrases } from '../model/phrases';
import { formatBytes, formatCount, formatFlops, formatInteger, formatPercent } from '../model/units';
import { describeConditions, describeHeads, describeRecipe } from './conditions';
import { numberColumn, textColumn, type ReportSection } from './reportTable';
import { verdictSentences, type MemoryLimit } from './verdict';

/** What the closed formulas say: the model, its parameters and FLOPs, its memory and whether that fits. */
export function estimateSections(model: ModelSpec, estimate: Estimate, limit: MemoryLimit): ReportSection[] {
  return [
    modelSection(model, estimate),
    parameterSection(estimate),
    computeSection(estimate),
    memorySection(model, estimate, limit),
  ];
}

/** That more tokens are asked about than the model was made for. Learned positions have a sentence beside the memory. */
function beyondModel(model: ModelSpec, { sequenceLength, sourceLength }: Estimate): string[] {
  const { learnedPositions, maxSequenceLength } = model;
  // The first stack is an encoder then, whose length is another.
  const isSecond = sourceLength !== undefined;
  if (isSecond || learnedPositions !== undefined || sequenceLength <= maxSequenceLength) return [];
  return [
    l10n.t(
      'The model itself declares {0} tokens: this is beyond what it was made for.',
      formatInteger(maxSequenceLength),
    ),
  ];
}

/** A model of images has no vocabulary. */
function sizeSentence(model: ModelSpec, estimate: Estimate): string {
  const size = [
    model.modelType,
    formatCount(estimate.parameters.total),
    String(layerCount(model)),
    formatInteger(model.hiddenSize),
  ] as const;
  const longest = formatInteger(model.maxSequenceLength);
  return model.vocabSize === 0
    ? l10n.t('{0}, {1} parameters, {2} layers, hidden_size {3}, up to {4} tokens.', ...size, longest)
    : l10n.t(
        '{0}, {1} parameters, {2} layers, hidden_size {3}, vocabulary {4}, up to {5} tokens.',
        ...size,
        formatInteger(model.vocabSize),
        longest,
      );
}

function modelSection(model: ModelSpec, estimate: Estimate): ReportSection {
  return {
    title: l10n.t('Model'),
    lead: [
      sizeSentence(model, estimate),
      ...(model.reading === 'best effort'
        ? [
            l10n.t(
              'Best effort: the architecture is not known, and its fields are read by their usual names.',
            ),
          ]
        : []),
      ...attentionKinds(model).map(describeAttention),
      l10n.t('Asked about: {0}.', describeConditions(estimate)),
    ],
    remarks: [
      ...beyondModel(model, estimate),
      ...model.assumptions.map((assumption) => l10n.t('Assumed: {0}', assumption)),
    ],
  };
}

function describeAttention(kind: AttentionKind): string {
  const { attention } = kind;
  const grouping = headGrouping(attention);
  const shape = joinPhrases([
    l10n.t('{0} layers', String(kind.layers)),
    `${describeHeads(attention.heads, attention.kvHeads)} (${grouping})`,
    `head_dim ${String(attention.headDim)}`,
    attention.causal ? l10n.t('causal') : l10n.t('bidirectional'),
    attention.window === undefined ? '' : l10n.t('window {0} tokens', formatInteger(attention.window)),
  ]);
  return l10n.t('{0}: {1}.', kind.name, shape);
}

function parameterSection({ parameters }: Estimate): ReportSection {
  const row = (name: string, count: number): string[] => [
    name,
    formatInteger(count),
    formatShare(count / parameters.total),
  ];
  return {
    title: l10n.t('Parameters'),
    lead: [],
    table: {
      columns: [
        textColumn(l10n.t('Part')),
        numberColumn(l10n.t('Parameters')),
        numberColumn(l10n.t('Share')),
      ],
      rows: [
        row(l10n.t('Embeddings'), parameters.embedding),
        row(l10n.t('Attention'), parameters.attention),
        row(l10n.t('Feed-forward'), parameters.feedForward),
        ...(parameters.recurrence > 0 ? [row(l10n.t('Recurrence'), parameters.recurrence)] : []),
        row(l10n.t('Other (norms, output head)'), parameters.other),
        row(l10n.t('Total'), parameters.total),
      ],
    },
    remarks:
      parameters.active === parameters.total
        ? []
        : [l10n.t('{0} parameters are active for each token.', formatCount(parameters.active))],
  };
}

function computeSection(estimate: Estimate): ReportSection {
  const { flops } = estimate;
  const decode =
    flops.decodePerToken > 0
      ? [[l10n.t('Decode, one step of the whole batch'), formatFlops(flops.decodePerToken), '–']]
      : [];
  return {
    title: l10n.t('Compute (by formula, a multiply-add is 2 FLOP)'),
    lead: [l10n.t('{0}.', describeConditions(estimate))],
    table: {
      columns: [
        textColumn(l10n.t('Phase')),
        numberColumn(l10n.t('Operations')),
        numberColumn(l10n.t('Share of prefill')),
      ],
      rows: [
        [l10n.t('Prefill, whole model'), formatFlops(flops.prefill), formatShare(1)],
        [
          l10n.t('Prefill, attention (QKᵀ and PV)'),
          formatFlops(flops.attentionPrefill),
          formatShare(flops.attentionPrefill / flops.prefill),
        ],
        ...decode,
      ],
    },
    remarks:
      decode.length === 0
        ? []
        : [
            l10n.t(
              'A decode step gives each sequence its n-th token, which sees n keys, its own included, or its window.',
            ),
          ],
  };
}

function memorySection(model: ModelSpec, estimate: Estimate, limit: MemoryLimit): ReportSection {
  const { memory } = estimate;
  const { training } = memory;
  const none = '–';
  return {
    title: l10n.t('Memory (by formula)'),
    lead: [
      l10n.t(
        '{0}; inference with fused attention; training with {1} ({2} bytes a parameter of the model).',
        describeConditions(estimate),
        describeRecipe(estimate),
        training.bytesPerParameter.toPrecision(3),
      ),
    ],
    table: {
      columns: [
        textColumn(l10n.t('Part')),
        numberColumn(l10n.t('Inference')),
        numberColumn(l10n.t('Training')),
      ],
      rows: [
        [l10n.t('Weights'), formatBytes(memory.weights), formatBytes(training.weights)],
        [l10n.t('KV cache'), formatBytes(memory.kvCache), none],
        [l10n.t('Gradients'), none, formatBytes(training.gradients)],
        [l10n.t('Optimizer'), none, formatBytes(training.optimizer)],
        [
          l10n.t('Activations'),
          formatBytes(memory.inferenceParts.activations),
          formatBytes(training.activations - training.logits),
        ],
        [l10n.t('Logits'), formatBytes(memory.inferenceParts.logits), formatBytes(training.logits)],
        [l10n.t('Buffers of the backward pass'), none, formatBytes(training.backwardBuffers)],
        [l10n.t('Peak'), formatBytes(memory.inferencePeak), formatBytes(training.peak)],
      ],
    },
    remarks: [
      ...verdictSentences(model, estimate, limit),
      ...(memory.kvCacheBytesPerToken > 0
        ? [
            hasWindow(model)
              ? l10n.t(
                  'The KV cache grows by {0} with a token of one sequence, while no window is full.',
                  formatBytes(memory.kvCacheBytesPerToken),
                )
              : l10n.t(
                  'The KV cache grows by {0} with a token of one sequence.',
                  formatBytes(memory.kvCacheBytesPerToken),
                ),
          ]
        : []),
    ],
  };
}

function hasWindow(model: ModelSpec): boolean {
  return attentionKinds(model).some(({ attention }) => attention.window !== undefined);
}

function formatShare(fraction: number): string {
  return fraction > 0 && fraction < 0.001 ? '< 0.1 %' : formatPercent(fraction);
}
