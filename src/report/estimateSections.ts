import type { Estimate } from '../cost/estimate';
import { attentionKinds, type AttentionKind } from '../model/attentionKinds';
import { headGrouping, layerCount, type ModelSpec } from '../model/modelSpec';
import { formatBytes, formatCount, formatFlops, formatInteger, formatPercent } from '../model/units';
import { describeConditions, describeRecipe } from './conditions';
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

function modelSection(model: ModelSpec, estimate: Estimate): ReportSection {
  return {
    title: 'Model',
    lead: [
      `${model.modelType}, ${formatCount(estimate.parameters.total)} parameters, ` +
        `${String(layerCount(model))} layers, hidden_size ${formatInteger(model.hiddenSize)}, ` +
        `vocabulary ${formatInteger(model.vocabSize)}, up to ${formatInteger(model.maxSequenceLength)} tokens.`,
      ...(model.reading === 'best effort'
        ? ['Best effort: the architecture is not known, and its fields are read by their usual names.']
        : []),
      ...attentionKinds(model).map(describeAttention),
      `Asked about: ${describeConditions(estimate)}.`,
    ],
    remarks: model.assumptions.map((assumption) => `Assumed: ${assumption}`),
  };
}

function describeAttention(kind: AttentionKind): string {
  const { attention } = kind;
  const window = attention.window === undefined ? '' : `, window ${formatInteger(attention.window)} tokens`;
  const grouping = headGrouping(attention);
  const keyValues = grouping === 'MHA' ? '' : ` over ${String(attention.kvHeads)} key/value heads`;
  return (
    `${kind.name}: ${String(kind.layers)} layers, ${String(attention.heads)} heads${keyValues} (${grouping}), ` +
    `head_dim ${String(attention.headDim)}, ${attention.causal ? 'causal' : 'bidirectional'}${window}.`
  );
}

function parameterSection({ parameters }: Estimate): ReportSection {
  const row = (name: string, count: number): string[] => [
    name,
    formatInteger(count),
    formatShare(count / parameters.total),
  ];
  return {
    title: 'Parameters',
    lead: [],
    table: {
      columns: [textColumn('Part'), numberColumn('Parameters'), numberColumn('Share')],
      rows: [
        row('Embeddings', parameters.embedding),
        row('Attention', parameters.attention),
        row('Feed-forward', parameters.feedForward),
        ...(parameters.recurrence > 0 ? [row('Recurrence', parameters.recurrence)] : []),
        row('Other (norms, output head)', parameters.other),
        row('Total', parameters.total),
      ],
    },
    remarks:
      parameters.active === parameters.total
        ? []
        : [`${formatCount(parameters.active)} parameters are active for each token.`],
  };
}

function computeSection(estimate: Estimate): ReportSection {
  const { flops } = estimate;
  const decode =
    flops.decodePerToken > 0
      ? [['Decode, one step of the whole batch', formatFlops(flops.decodePerToken), '–']]
      : [];
  return {
    title: 'Compute (by formula, a multiply-add is 2 FLOP)',
    lead: [`${describeConditions(estimate)}.`],
    table: {
      columns: [textColumn('Phase'), numberColumn('Operations'), numberColumn('Share of prefill')],
      rows: [
        ['Prefill, whole model', formatFlops(flops.prefill), formatShare(1)],
        [
          'Prefill, attention (QKᵀ and PV)',
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
            'A decode step gives each sequence its n-th token, which sees n keys, its own included, or its window.',
          ],
  };
}

function memorySection(model: ModelSpec, estimate: Estimate, limit: MemoryLimit): ReportSection {
  const { memory } = estimate;
  const { training } = memory;
  const none = '–';
  return {
    title: 'Memory (by formula)',
    lead: [
      `${describeConditions(estimate)}; inference with fused attention; training with ${describeRecipe(estimate)} ` +
        `(${training.bytesPerParameter.toPrecision(3)} B a parameter of the model).`,
    ],
    table: {
      columns: [textColumn('Part'), numberColumn('Inference'), numberColumn('Training')],
      rows: [
        ['Weights', formatBytes(memory.weights), formatBytes(training.weights)],
        ['KV cache', formatBytes(memory.kvCache), none],
        ['Gradients', none, formatBytes(training.gradients)],
        ['Optimizer', none, formatBytes(training.optimizer)],
        [
          'Activations',
          formatBytes(memory.inferenceParts.activations),
          formatBytes(training.activations - training.logits),
        ],
        ['Logits', formatBytes(memory.inferenceParts.logits), formatBytes(training.logits)],
        ['Buffers of the backward pass', none, formatBytes(training.backwardBuffers)],
        ['Peak', formatBytes(memory.inferencePeak), formatBytes(training.peak)],
      ],
    },
    remarks: [
      ...verdictSentences(model, estimate, limit),
      ...(memory.kvCacheBytesPerToken > 0
        ? [
            `The KV cache grows by ${formatBytes(memory.kvCacheBytesPerToken)} with a token of one sequence${hasWindow(model) ? ', while no window is full' : ''}.`,
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
