import * as l10n from '@vscode/l10n';
import type { Factor } from '../../model/factor';
import type { FeedForwardSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { bambaMixer, falconMixer } from './bambaMixer';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import {
  countByClass,
  figure,
  readLanguageSizes,
  readLayerIndices,
  readLayerNames,
  readLength,
  sizeByClass,
} from './hybridFields';
import { groupLayers, hybridReading, readAttentionDropout } from './hybridModel';
import { mamba2Recurrence, mamba2Weights, readMamba2, type Mamba2Rule } from './mamba2Mixer';
import { flag } from './originalFields';
import { attentionWeights } from './weights/attention';
import { expertWeights, feedForwardWeights } from './weights/feedForward';
import { hidden, norm } from './weights/vectors';

type Layer = 'attention' | 'mamba' | 'attention beside mamba';

interface FeedForwardReading {
  readonly feedForward: FeedForwardSpec;
  readonly weights: readonly WeightSpec[];
}

/** In what the lines of this family differ. */
interface Variant {
  readonly mixer: Mamba2Rule;
  readonly kvHeads: number | 'heads';
  readonly attentionBias: 'never' | 'attention_bias';
  readonly layers: (reader: FieldReader, layers: number) => readonly Layer[];
  readonly feedForward: (reader: FieldReader, width: Factor) => FeedForwardReading;
  readonly maxSequenceLength: number;
  readonly secondNorm: string;
  readonly finalNorm: string;
}

const variants: ReadonlyMap<string, Variant> = new Map<string, Variant>([
  [
    'bamba',
    {
      mixer: bambaMixer,
      kvHeads: 8,
      attentionBias: 'never',
      layers(reader, layers) {
        const indices = readLayerIndices(reader, 'attn_layer_indices', layers) ?? new Set();
        return Array.from({ length: layers }, (_, index) => (indices.has(index) ? 'attention' : 'mamba'));
      },
      feedForward: (reader, width) => gatedMlp(reader, width, false),
      maxSequenceLength: 262144,
      secondNorm: 'pre_ff_layernorm',
      finalNorm: 'final_layernorm',
    },
  ],
  [
    'granitemoehybrid',
    {
      mixer: bambaMixer,
      kvHeads: 'heads',
      attentionBias: 'attention_bias',
      layers: (reader, layers) =>
        readLayerNames(reader, 'layer_types', layers, ['mamba', 'attention'] as const) ??
        readLayerNames(reader, 'layers_block_type', layers, ['mamba', 'attention'] as const) ??
        Array.from({ length: layers }, () => 'mamba' as const),
      feedForward: graniteMlp,
      maxSequenceLength: 2048,
      secondNorm: 'post_attention_layernorm',
      finalNorm: 'norm',
    },
  ],
  [
    'falcon_h1',
    {
      mixer: falconMixer,
      kvHeads: 8,
      attentionBias: 'attention_bias',
      layers: (_, layers) => Array.from({ length: layers }, () => 'attention beside mamba' as const),
      feedForward: (reader, width) =>
        gatedMlp(reader, width, flag(reader, 'feedForwardBias', 'mlp_bias', false)),
      maxSequenceLength: 8192,
      secondNorm: 'pre_ff_layernorm',
      finalNorm: 'final_layernorm',
    },
  ],
]);

/** Mamba-2 with attention in some layers (Bamba, Granite 4) or beside it in each (Falcon-H1, Zuo et al. 2025). */
export const bambaFamily: ModelFamily = {
  id: 'bamba',
  modelTypes: [...variants.keys()],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
  ],
  read(reader, modelType) {
    const variant = variants.get(modelType);
    if (variant === undefined) throw new RangeError(`bamba has no model type ${modelType}.`);
    const sizes = readLanguageSizes(reader);
    const width = hidden(sizes.hiddenSize);
    const attention = readHybridAttention(reader, sizes.hiddenSize, {
      kvHeads: variant.kvHeads,
      headDimKeys: ['head_dim'],
      headDim: 'divided',
    });
    const bias =
      variant.attentionBias !== 'never' && flag(reader, 'attentionBias', variant.attentionBias, false);
    const mixer = readMamba2(reader, sizes.hiddenSize, variant.mixer);
    const mlp = variant.feedForward(reader, width);
    const layerKinds = groupLayers(variant.layers(reader, sizes.layers), (name) => ({
      ...(name !== 'mamba' && { attention }),
      ...(name !== 'attention' && { recurrence: mamba2Recurrence(mixer) }),
      feedForward: mlp.feedForward,
      norms: 2,
      weights: [
        ...(name === 'mamba' ? [] : projections(width)),
        ...(name === 'attention' ? [] : mamba2Weights('mamba.', width, mixer)),
        ...mlp.weights,
        ...norm('input_layernorm', 'rms', width),
        ...norm(variant.secondNorm, 'rms', width),
      ],
    }));
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, undefined, variant.maxSequenceLength),
      tied: false,
      attentionDropout: readAttentionDropout(reader),
      layerKinds,
      names: { embedding: 'embed_tokens.weight', finalNorm: variant.finalNorm },
    });

    function projections(hiddenWidth: Factor): WeightSpec[] {
      return attentionWeights({
        hidden: hiddenWidth,
        attention,
        queryBias: bias,
        keyValueBias: bias,
        outputBias: bias,
        prefix: 'self_attn.',
      });
    }
  },
};

function readIntermediateSize(reader: FieldReader): number {
  return figure(reader, {
    property: 'intermediateSize',
    keys: ['intermediate_size'],
    meaning: l10n.t('width of the MLP'),
    example: 14336,
  });
}

function gatedMlp(reader: FieldReader, width: Factor, bias: boolean): FeedForwardReading {
  const feedForward: FeedForwardSpec = { kind: 'gated', intermediateSize: readIntermediateSize(reader) };
  const weights = feedForwardWeights({ hidden: width, feedForward, bias, prefix: 'feed_forward.' });
  return { feedForward, weights };
}

const graniteNames = ['input_linear', 'output_linear'] as const;

/** Granite 4: a shared MLP in every layer, and experts beside it unless there are none. */
function graniteMlp(reader: FieldReader, width: Factor): FeedForwardReading {
  const sharedSize = sizeByClass(
    reader,
    'sharedExperts',
    'shared_intermediate_size',
    l10n.t('width of the shared MLP'),
    1024,
  );
  const shared: FeedForwardSpec = { kind: 'gated', intermediateSize: sharedSize };
  const names = { hidden: width, bias: false, names: graniteNames, fused: 'input_linear' };
  const sharedWeights = feedForwardWeights({ ...names, feedForward: shared, prefix: 'shared_mlp.' });
  const count = countByClass(reader, 'experts', 'num_local_experts', l10n.t('number of experts'), 8);
  if (count === 0) return { feedForward: shared, weights: sharedWeights };
  const active = countByClass(
    reader,
    'activeExperts',
    'num_experts_per_tok',
    l10n.t('experts a token is sent to'),
    2,
  );
  if (active < 1 || active > count) {
    return reader.fail(
      'num_experts_per_tok',
      l10n.t('"num_experts_per_tok" sends a token to {0} of {1} experts.', String(active), String(count)),
      l10n.t('Give a number from 1 to {0}.', String(count)),
    );
  }
  const intermediateSize = readIntermediateSize(reader);
  const routed: FeedForwardSpec = {
    kind: 'gated',
    intermediateSize,
    experts: { count, active, sharedSize: 0 },
  };
  const experts = expertWeights({
    ...names,
    feedForward: routed,
    prefix: 'block_sparse_moe.',
    router: 'router.layer',
  });
  return {
    feedForward: { ...routed, experts: { count, active, sharedSize } },
    weights: [...experts, ...sharedWeights],
  };
}
