import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, RecurrenceSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import { figure, readLanguageSizes, readLength } from './hybridFields';
import { groupLayers, hybridReading, readAttentionDropout } from './hybridModel';
import { depthwise } from './mambaConvolution';
import { flag } from './originalFields';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { hidden, linear, matrix, norm, vector } from './weights/vectors';

type Block = 'recurrent' | 'attention';

/** RecurrentGemma (Botev et al. 2024), a Griffin (De et al. 2024): RG-LRU blocks and local attention. */
export const recurrentGemmaFamily: ModelFamily = {
  id: 'recurrent-gemma',
  modelTypes: ['recurrent_gemma'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
  ],
  read(reader) {
    const sizes = readLanguageSizes(reader);
    const { hiddenSize, layers } = sizes;
    const width = hidden(hiddenSize);
    const attention = readLocalAttention(reader, hiddenSize);
    const bias = flag(reader, 'attentionBias', 'attention_bias', false);
    const unit = readUnit(reader, hiddenSize, attention.heads);
    const feedForward = readMlp(reader);
    const mlp = feedForwardWeights({ hidden: width, feedForward, bias: true, prefix: 'mlp_block.' });
    const outside = [
      ...mlp,
      ...norm('temporal_pre_norm', 'rms', width),
      ...norm('channel_pre_norm', 'rms', width),
    ];
    const layerKinds = groupLayers(readBlocks(reader, layers), (block) =>
      block === 'attention'
        ? { attention, feedForward, norms: 2, weights: [...projections(), ...outside] }
        : {
            recurrence: unitRecurrence(unit),
            feedForward,
            norms: 2,
            weights: [...unitWeights(width, unit), ...outside],
          },
    );
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, 8192),
      tied: true,
      attentionDropout: readAttentionDropout(reader),
      layerKinds,
      names: { embedding: 'embed_tokens.weight', finalNorm: 'final_norm' },
    });

    function projections(): WeightSpec[] {
      const biases = { queryBias: bias, keyValueBias: bias, outputBias: true };
      return attentionWeights({ hidden: width, attention, ...biases, prefix: 'temporal_block.' });
    }
  },
};

function readLocalAttention(reader: FieldReader, hiddenSize: number): AttentionSpec {
  const attention = readHybridAttention(reader, hiddenSize, {
    kvHeads: 'heads',
    headDimKeys: ['head_dim'],
    headDim: 'divided',
  });
  const window = figure(reader, {
    property: 'window',
    keys: ['attention_window_size'],
    meaning: l10n.t('window in tokens'),
    limit: limits.tokens,
    example: 2048,
    byDefault: 2048,
  });
  return { ...attention, window };
}

/** The MLP is half as wide as the key says, because the key counts gate and up. */
function readMlp(reader: FieldReader): FeedForwardSpec {
  const both = figure(reader, {
    property: 'intermediateSize',
    keys: ['intermediate_size'],
    meaning: l10n.t('width of gate and up together'),
    example: 15360,
  });
  if (both < 2)
    reader.fail(
      'intermediate_size',
      l10n.t('"intermediate_size" is 1, but is halved.'),
      l10n.t('Give 2 or more.'),
    );
  return { kind: 'gated', intermediateSize: Math.floor(both / 2) };
}

/** `block_types` is repeated until every layer has one. */
function readBlocks(reader: FieldReader, layers: number): Block[] {
  const key = ['block_types', '_block_types'].find((each) => reader.raw(each) !== undefined);
  const byClass: readonly Block[] = ['recurrent', 'recurrent', 'attention'];
  const cycle = key === undefined ? byClass : readCycle(reader, key);
  if (key === undefined) {
    const rule = l10n.t(
      'block_types is not set: two recurrent blocks, then one of attention, the default of this model type.',
    );
    reader.assume('layerTypes', { value: cycle, rule, assumed: true });
  }
  return Array.from({ length: layers }, (_, index) => cycle[index % cycle.length] ?? 'recurrent');
}

function readCycle(reader: FieldReader, key: string): Block[] {
  const written = reader.raw(key)?.value;
  const names = reader.texts(key) ?? [];
  const blocks = names.filter((name): name is Block => name === 'recurrent' || name === 'attention');
  if (!Array.isArray(written) || blocks.length !== written.length || blocks.length === 0) {
    return reader.fail(
      key,
      l10n.t('"{0}" must be a list of "recurrent" and "attention".', key),
      l10n.t('Write one, such as ["recurrent", "recurrent", "attention"].'),
    );
  }
  reader.recordKey('layerTypes', key);
  return blocks;
}

interface Unit {
  readonly width: number;
  readonly kernel: number;
  readonly blocks: number;
}

function readUnit(reader: FieldReader, hiddenSize: number, blocks: number): Unit {
  const fallback = { value: hiddenSize, rule: l10n.t('lru_width is not set: hidden_size.') };
  const width = figure(reader, {
    property: 'innerSize',
    keys: ['lru_width'],
    meaning: l10n.t('width of the recurrence'),
    example: 2560,
    fallback,
  });
  if (width % blocks !== 0) {
    reader.fail(
      reader.raw('lru_width') === undefined ? 'num_attention_heads' : 'lru_width',
      l10n.t(
        '"num_attention_heads" {0} does not divide the width of the recurrence, {1}.',
        String(blocks),
        String(width),
      ),
      l10n.t('Choose a width that {0} divides.', String(blocks)),
    );
  }
  const kernel = figure(reader, {
    property: 'convolution',
    keys: ['conv1d_width'],
    meaning: l10n.t('width of the convolution'),
    example: 4,
    byDefault: 4,
  });
  return { width, kernel, blocks };
}

/** The recurrent block (De et al. 2024, §2.3 and §2.4): its gates are block-diagonal, one block a head. */
function unitWeights(width: Factor, { width: inner, kernel, blocks }: Unit): WeightSpec[] {
  const channels = factor('D', inner);
  const shape = [factor('a', blocks), factor('D/a', inner / blocks)];
  const gates = ['input_gate', 'recurrent_gate'].flatMap((gate) => [
    matrix(`rg_lru.${gate}_weight`, 'recurrence', shape, [factor('D/a', inner / blocks)]),
    vector(`rg_lru.${gate}_bias`, 'recurrence', ...shape),
  ]);
  const weights = [
    ...linear('linear_y', 'recurrence', [channels], [width], true),
    ...linear('linear_x', 'recurrence', [channels], [width], true),
    ...depthwise('conv_1d', channels, kernel, true),
    vector('rg_lru.recurrent_param', 'recurrence', channels),
    ...gates,
    ...linear('linear_out', 'recurrence', [width], [channels], true),
  ];
  return weights.map((weight) => ({ ...weight, name: `temporal_block.${weight.name}` }));
}

/**
 * RG-LRU (De et al. 2024, eq. 1 to 4): for each channel a token costs c·r·log a, a², 1 − a², i·x, the product of
 * both, a·h + that, and the gate of the other branch: 8 operations, exponential and root not counted. The state
 * is one number a channel, that of the convolution kernel − 1. For the backward pass: both sides of the other
 * branch's activation, x before and after the convolution, both gates, a, h and the product.
 */
function unitRecurrence({ width, kernel }: Unit): RecurrenceSpec {
  return {
    kind: 'rg-lru',
    stateElements: width,
    convolutionElements: width * (kernel - 1),
    scanFlopsPerToken: 8 * width,
    keptElements: 9 * width,
  };
}
