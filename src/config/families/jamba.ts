import * as l10n from '@vscode/l10n';
import type { FeedForwardSpec } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import { figure, readLanguageSizes, readLength } from './hybridFields';
import { groupLayers, hybridReading, readAttentionDropout } from './hybridModel';
import { mambaRecurrence, mambaWeights, readMamba, type MambaRule } from './mambaMixer';
import { classDefault } from './originalFields';
import { attentionWeights } from './weights/attention';
import { expertWeights } from './weights/feedForward';
import { hidden, norm } from './weights/vectors';

const mixer: MambaRule = {
  keys: {
    state: 'mamba_d_state',
    kernel: 'mamba_d_conv',
    stepRank: 'mamba_dt_rank',
    expand: 'mamba_expand',
    convolutionBias: 'mamba_conv_bias',
    projectionBias: 'mamba_proj_bias',
  },
  expand: 2,
  mayNameInner: false,
  normed: true,
};

type Name = 'attention' | 'mamba' | 'attention, experts' | 'mamba, experts';

/** Jamba (Lieber et al. 2024): Mamba layers, attention every few layers, experts every few layers. */
export const jambaFamily: ModelFamily = {
  id: 'jamba',
  modelTypes: ['jamba'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
  ],
  read(reader) {
    const sizes = readLanguageSizes(reader);
    const width = hidden(sizes.hiddenSize);
    const attention = readHybridAttention(reader, sizes.hiddenSize, {
      kvHeads: 8,
      headDimKeys: ['head_dim'],
      headDim: 'divided',
    });
    const mamba = readMamba(reader, sizes.hiddenSize, mixer);
    const { dense, sparse } = readFeedForwards(reader);
    const isAttention = readCycle(reader, attentionCycle);
    const isSparse = readCycle(reader, expertCycle);
    const names = Array.from({ length: sizes.layers }, (_, index): Name => {
      const experts = sparse !== undefined && isSparse(index);
      if (isAttention(index)) return experts ? 'attention, experts' : 'attention';
      return experts ? 'mamba, experts' : 'mamba';
    });
    const layerKinds = groupLayers(names, (name) => {
      const feedForward = name.endsWith('experts') && sparse !== undefined ? sparse : dense;
      const mlp = { hidden: width, feedForward, bias: false, prefix: 'feed_forward.', router: 'router' };
      const outside = [
        ...expertWeights(mlp),
        ...norm('input_layernorm', 'rms', width),
        ...norm('pre_ff_layernorm', 'rms', width),
      ];
      if (name.startsWith('mamba')) {
        const weights = [...mambaWeights('mamba.', width, mamba), ...outside];
        return { recurrence: mambaRecurrence(mamba), feedForward, norms: 2, weights };
      }
      const bias = { queryBias: false, keyValueBias: false, outputBias: false };
      const projections = attentionWeights({ hidden: width, attention, ...bias, prefix: 'self_attn.' });
      return { attention, feedForward, norms: 2, weights: [...projections, ...outside] };
    });
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, undefined, 262144),
      tied: false,
      attentionDropout: readAttentionDropout(reader),
      layerKinds,
      names: { embedding: 'embed_tokens.weight', finalNorm: 'final_layernorm' },
    });
  },
};

/** Every how many layers something stands, and at which index it begins. */
interface Cycle {
  readonly property: string;
  readonly periodKey: string;
  readonly offsetKey: string;
  readonly period: number;
  readonly offset: number;
}

const attentionCycle: Cycle = {
  property: 'attention',
  periodKey: 'attn_layer_period',
  offsetKey: 'attn_layer_offset',
  period: 8,
  offset: 4,
};

const expertCycle: Cycle = {
  property: 'expert',
  periodKey: 'expert_layer_period',
  offsetKey: 'expert_layer_offset',
  period: 2,
  offset: 1,
};

/** Whether a layer's index has the remainder `offset` by `period`. */
function readCycle(reader: FieldReader, cycle: Cycle): (index: number) => boolean {
  const { property, periodKey, offsetKey } = cycle;
  const period = figure(reader, {
    property: `${property}Period`,
    keys: [periodKey],
    meaning: l10n.t('number of layers from one of a kind to the next'),
    limit: limits.layers,
    example: cycle.period,
    byDefault: cycle.period,
  });
  const offset = reader.count(
    {
      property: `${property}Offset`,
      keys: [offsetKey],
      meaning: l10n.t('index of the first layer of a kind'),
      limit: limits.layers,
      example: cycle.offset,
    },
    classDefault(offsetKey, cycle.offset),
  );
  if (offset < period) return (index) => index % period === offset;
  return reader.fail(
    offsetKey,
    l10n.t(
      '"{0}" is {1}, but must be below "{2}", {3}.',
      offsetKey,
      String(offset),
      periodKey,
      String(period),
    ),
    l10n.t('Give a number from 0 to {0}.', String(period - 1)),
  );
}

/** The dense MLP, and the same with experts where there are more than one. */
function readFeedForwards(reader: FieldReader): { dense: FeedForwardSpec; sparse?: FeedForwardSpec } {
  const intermediateSize = figure(reader, {
    property: 'intermediateSize',
    keys: ['intermediate_size'],
    meaning: l10n.t('width of the MLP'),
    example: 14336,
  });
  const count = figure(reader, {
    property: 'experts',
    keys: ['num_experts'],
    meaning: l10n.t('number of experts'),
    example: 16,
    byDefault: 16,
  });
  const dense: FeedForwardSpec = { kind: 'gated', intermediateSize };
  if (count === 1) return { dense };
  const active = figure(reader, {
    property: 'activeExperts',
    keys: ['num_experts_per_tok'],
    meaning: l10n.t('number of experts a token is sent to'),
    example: 2,
    byDefault: 2,
  });
  if (active > count) {
    return reader.fail(
      'num_experts_per_tok',
      l10n.t('"num_experts_per_tok" sends a token to {0} of {1} experts.', String(active), String(count)),
      l10n.t('Give at most {0}, or more experts.', String(count)),
    );
  }
  return { dense, sparse: { ...dense, experts: { count, active, sharedSize: 0 } } };
}
