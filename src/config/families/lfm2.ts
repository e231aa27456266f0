import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, RecurrenceSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import { figure, readLanguageSizes, readLayerIndices, readLayerNames, readLength } from './hybridFields';
import { groupLayers, hybridReading } from './hybridModel';
import { depthwise } from './mambaConvolution';
import { flag } from './originalFields';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { hidden, linear, norm } from './weights/vectors';

type Layer = 'full_attention' | 'conv';

/** LFM2 (Liquid AI 2025): gated short convolutions, and attention with shared keys and values in some layers. */
export const lfm2Family: ModelFamily = {
  id: 'lfm2',
  modelTypes: ['lfm2'],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size'],
  read(reader) {
    const sizes = readLanguageSizes(reader);
    const { hiddenSize, layers } = sizes;
    const width = hidden(hiddenSize);
    const heads = readHybridAttention(reader, hiddenSize, {
      kvHeads: 8,
      headDimKeys: ['head_dim'],
      headDim: 'divided',
    });
    const attention: AttentionSpec = { ...heads, queryKeyNorm: true };
    const convolution = readConvolution(reader);
    const feedForward = readMlp(reader);
    const names = ['w3', 'w2', 'w1'] as const;
    const outside = [
      ...feedForwardWeights({ hidden: width, feedForward, bias: false, prefix: 'feed_forward.', names }),
      ...norm('operator_norm', 'rms', width),
      ...norm('ffn_norm', 'rms', width),
    ];
    const layerKinds = groupLayers(readLayers(reader, layers), (layer) =>
      layer === 'conv'
        ? {
            recurrence: convolutionRecurrence(hiddenSize, convolution.kernel),
            feedForward,
            norms: 2,
            weights: [...convolutionWeights(width, convolution), ...outside],
          }
        : { attention, feedForward, norms: 2, weights: [...projections(width, attention), ...outside] },
    );
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, undefined, 128000),
      tied: readTied(reader),
      layerKinds,
      names: { embedding: 'embed_tokens.weight', finalNorm: 'embedding_norm' },
    });
  },
};

/** `tie_embedding` is the first spelling of the key. */
function readTied(reader: FieldReader): boolean {
  return reader.raw('tie_embedding') === undefined ? true : flag(reader, 'tied', 'tie_embedding', true);
}

function readLayers(reader: FieldReader, layers: number): Layer[] {
  const listed = readLayerNames(reader, 'layer_types', layers, ['full_attention', 'conv'] as const);
  if (listed !== undefined) return listed;
  const indices = readLayerIndices(reader, 'full_attn_idxs', layers);
  if (indices === undefined) {
    const rule = l10n.t(
      'full_attn_idxs and layer_types are not set: attention in every layer, the default of this model type.',
    );
    reader.assume('layerTypes', { value: undefined, rule, assumed: true });
  }
  return Array.from({ length: layers }, (_, index) =>
    indices === undefined || indices.has(index) ? 'full_attention' : 'conv',
  );
}

/** Width of the gated MLP: the key's, or two thirds of it rounded up to a multiple where `block_auto_adjust_ff_dim`. */
function readMlp(reader: FieldReader): FeedForwardSpec {
  const written = figure(reader, {
    property: 'intermediateSize',
    keys: ['block_ff_dim', 'intermediate_size'],
    meaning: l10n.t('width of the MLP'),
    example: 12288,
    byDefault: 12288,
  });
  if (!flag(reader, 'adjustsMlp', 'block_auto_adjust_ff_dim', true)) {
    return { kind: 'gated', intermediateSize: written };
  }
  const ratio = reader.number(
    {
      property: 'mlpRatio',
      keys: ['block_ffn_dim_multiplier'],
      meaning: l10n.t('factor of the width of the MLP'),
    },
    { value: 1, rule: l10n.t('block_ffn_dim_multiplier is not set: 1.') },
  );
  const multiple = figure(reader, {
    property: 'mlpMultiple',
    keys: ['block_multiple_of'],
    meaning: l10n.t('multiple that the width of the MLP is rounded to'),
    example: 256,
    byDefault: 256,
  });
  const narrowed = Math.floor(ratio * Math.floor((2 * written) / 3));
  return { kind: 'gated', intermediateSize: Math.max(1, Math.ceil(narrowed / multiple)) * multiple };
}

interface Convolution {
  readonly kernel: number;
  readonly bias: boolean;
}

function readConvolution(reader: FieldReader): Convolution {
  const kernel = figure(reader, {
    property: 'convolution',
    keys: ['conv_L_cache'],
    meaning: l10n.t('width of the convolution'),
    example: 3,
    byDefault: 3,
  });
  return { kernel, bias: flag(reader, 'convolutionBias', 'conv_bias', false) };
}

function convolutionWeights(width: Factor, { kernel, bias }: Convolution): WeightSpec[] {
  return [
    ...linear('conv.in_proj', 'recurrence', [factor('3', 3), width], [width], bias),
    ...depthwise('conv.conv', width, kernel, bias),
    ...linear('conv.out_proj', 'recurrence', [width], [width], bias),
  ];
}

function projections(width: Factor, attention: AttentionSpec): WeightSpec[] {
  const d = factor('d', attention.headDim);
  const biases = { queryBias: false, keyValueBias: false, outputBias: false };
  const names = ['q_proj', 'k_proj', 'v_proj', 'out_proj'] as const;
  return [
    ...attentionWeights({ hidden: width, attention, ...biases, prefix: 'self_attn.', names }),
    ...norm('self_attn.q_layernorm', 'rms', d),
    ...norm('self_attn.k_layernorm', 'rms', d),
  ];
}

/**
 * y = C ⊙ conv(B ⊙ x) (Liquid AI 2025): two products a channel beside the convolution's own. Kept for the
 * backward pass: B, C and x, B ⊙ x, the convolution's output and y.
 */
function convolutionRecurrence(hiddenSize: number, kernel: number): RecurrenceSpec {
  return {
    kind: 'short-conv',
    stateElements: 0,
    convolutionElements: hiddenSize * kernel,
    scanFlopsPerToken: 2 * hiddenSize,
    keptElements: 6 * hiddenSize,
  };
}
