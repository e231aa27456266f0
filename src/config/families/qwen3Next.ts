import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import { figure, readLanguageSizes, readLayerNames, readLength } from './hybridFields';
import { groupLayers, hybridReading, readAttentionDropout } from './hybridModel';
import { readExperts, type ExpertRule } from './mixtureOfExperts';
import { readExpertLayers } from './mixtureOfExpertsLayers';
import { flag } from './originalFields';
import { deltaRecurrence, deltaWeights, readDelta } from './qwen3NextDelta';
import { expertWeights, feedForwardWeights } from './weights/feedForward';
import { hidden, linear, norm } from './weights/vectors';

const experts: ExpertRule = {
  count: { keys: ['num_experts'], byDefault: 512 },
  active: { keys: ['num_experts_per_tok'], byDefault: 10 },
  size: { keys: ['moe_intermediate_size'], byDefault: 512 },
  shared: { kind: 'size', rule: { keys: ['shared_expert_intermediate_size'], byDefault: 512 } },
  placement: { kind: 'sparseStep' },
};

type Mixer = 'linear_attention' | 'full_attention';

/** Qwen3-Next (Qwen Team 2025): Gated DeltaNet (Yang et al. 2024), every few layers gated attention, and experts. */
export const qwen3NextFamily: ModelFamily = {
  id: 'qwen3-next',
  modelTypes: ['qwen3_next'],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size'],
  read(reader) {
    const sizes = readLanguageSizes(reader);
    const width = hidden(sizes.hiddenSize);
    const heads = readHybridAttention(reader, sizes.hiddenSize, {
      kvHeads: 2,
      headDimKeys: ['head_dim'],
      headDim: 256,
    });
    const attention: AttentionSpec = { ...heads, queryKeyNorm: true };
    const bias = flag(reader, 'attentionBias', 'attention_bias', false);
    const delta = readDelta(reader);
    const mixers = readMixers(reader, sizes.layers);
    const sparse = readSparse(reader, sizes.layers);
    const names = mixers.map((mixer, index) => nameOf(mixer, sparse[index] === true, sparse));
    const mlps = feedForwardReader(reader, width);
    const layerKinds = groupLayers(names, (name) => {
      const { feedForward, weights } = mlps(name.endsWith(DENSE) || !sparse.includes(true));
      const outside = [
        ...weights,
        ...norm('input_layernorm', 'rms', width),
        ...norm('post_attention_layernorm', 'rms', width),
      ];
      return name.startsWith('linear_attention')
        ? {
            recurrence: deltaRecurrence(delta),
            feedForward,
            norms: 2,
            weights: [...deltaWeights('linear_attn.', width, delta), ...outside],
          }
        : {
            attention,
            feedForward,
            norms: 2,
            weights: [...gatedAttention(width, attention, bias), ...outside],
          };
    });
    reader.assumptions.push(
      l10n.t(
        'The layer that predicts further tokens (mtp), which the published checkpoint has beside the model, is not counted.',
      ),
    );
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, undefined, 32768),
      tied: false,
      attentionDropout: readAttentionDropout(reader),
      layerKinds,
      names: { embedding: 'embed_tokens.weight', finalNorm: 'norm' },
    });
  },
};

const DENSE = ', dense MLP';

/** Layers are told apart by their MLP only where it differs. */
function nameOf(mixer: Mixer, isSparse: boolean, sparse: readonly boolean[]): string {
  return isSparse || !sparse.includes(true) ? mixer : `${mixer}${DENSE}`;
}

function readMixers(reader: FieldReader, layers: number): Mixer[] {
  const listed = readLayerNames(reader, 'layer_types', layers, [
    'linear_attention',
    'full_attention',
  ] as const);
  if (listed !== undefined) return listed;
  const interval = figure(reader, {
    property: 'attentionPeriod',
    keys: ['full_attention_interval'],
    meaning: l10n.t('number of layers from one with full attention to the next'),
    limit: limits.layers,
    example: 4,
    byDefault: 4,
  });
  return Array.from({ length: layers }, (_, index) =>
    (index + 1) % interval === 0 ? 'full_attention' : 'linear_attention',
  );
}

function readSparse(reader: FieldReader, layers: number): boolean[] {
  if (reader.raw('num_experts')?.value === 0) {
    reader.recordKey('experts', 'num_experts');
    return Array.from({ length: layers }, () => false);
  }
  return readExpertLayers(reader, experts.placement, layers);
}

function feedForwardReader(
  reader: FieldReader,
  width: Factor,
): (dense: boolean) => { feedForward: FeedForwardSpec; weights: WeightSpec[] } {
  const readSize = (): number =>
    figure(reader, {
      property: 'intermediateSize',
      keys: ['intermediate_size'],
      meaning: l10n.t('width of the MLP'),
      example: 5632,
      byDefault: 5632,
    });
  return (dense) => {
    const options = { hidden: width, bias: false, prefix: 'mlp.' };
    if (dense) {
      const feedForward: FeedForwardSpec = { kind: 'gated', intermediateSize: readSize() };
      return { feedForward, weights: feedForwardWeights({ ...options, feedForward }) };
    }
    const feedForward = readExperts(reader, experts, 'gated', readSize);
    const shared = { shared: 'shared_expert', sharedGate: true } as const;
    return { feedForward, weights: expertWeights({ ...options, ...shared, feedForward }) };
  };
}

/** The query projection also makes a gate of the heads' output, so it is twice as wide. */
function gatedAttention(
  width: Factor,
  { heads, kvHeads, headDim }: AttentionSpec,
  bias: boolean,
): WeightSpec[] {
  const [a, kv, d] = [factor('a', heads), factor('kv', kvHeads), factor('d', headDim)];
  return [
    ...linear('self_attn.q_proj', 'attention', [factor('2', 2), a, d], [width], bias),
    ...linear('self_attn.k_proj', 'attention', [kv, d], [width], bias),
    ...linear('self_attn.v_proj', 'attention', [kv, d], [width], bias),
    ...linear('self_attn.o_proj', 'attention', [width], [a, d], bias),
    ...norm('self_attn.q_norm', 'rms', d),
    ...norm('self_attn.k_norm', 'rms', d),
  ];
}
