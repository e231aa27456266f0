import * as l10n from '@vscode/l10n';
import type { Factor } from '../../model/factor';
import type { FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import type { ModelFamily } from './family';
import { readHybridAttention } from './hybridAttention';
import { figure, readLanguageSizes, readLayerNames, readLength, sizeByClass } from './hybridFields';
import { groupLayers, hybridReading, readAttentionDropout } from './hybridModel';
import { mamba2Recurrence, mamba2Weights, readMamba2, type Mamba2Rule } from './mamba2Mixer';
import { flag } from './originalFields';
import { attentionWeights } from './weights/attention';
import { expertWeights, feedForwardWeights } from './weights/feedForward';
import { hidden, norm } from './weights/vectors';

const mixer: Mamba2Rule = {
  keys: {
    heads: 'mamba_num_heads',
    headDim: 'mamba_head_dim',
    groups: 'n_groups',
    state: 'ssm_state_size',
    kernel: 'conv_kernel',
    convolutionBias: 'use_conv_bias',
    inputBias: 'use_bias',
    outputBias: 'use_bias',
  },
  heads: 128,
  groups: 8,
  state: 128,
  headDim: 64,
};

type Layer = 'mamba' | 'attention' | 'mlp' | 'moe';

const letters: Readonly<Record<string, Layer>> = { M: 'mamba', '*': 'attention', '-': 'mlp', E: 'moe' };

type LayerParts = Omit<LayerKind, 'name' | 'layers'>;

/** Nemotron-H (NVIDIA 2025): each layer is one norm and one of Mamba-2, attention, an MLP or experts. */
export const nemotronHFamily: ModelFamily = {
  id: 'nemotron-h',
  modelTypes: ['nemotron_h'],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size'],
  read(reader) {
    const sizes = readLanguageSizes(reader);
    const width = hidden(sizes.hiddenSize);
    const readers: Readonly<Record<Layer, () => LayerParts>> = {
      mamba: () => readMixer(reader, sizes.hiddenSize, width),
      attention: () => readAttention(reader, sizes.hiddenSize, width),
      mlp: () => readMlp(reader, width),
      moe: () => readMixture(reader, width),
    };
    const layerKinds = groupLayers(readPattern(reader, sizes.layers), (name) => {
      const parts = readers[name]();
      return { ...parts, weights: [...norm('norm', 'rms', width), ...parts.weights] };
    });
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, undefined, 4096),
      tied: false,
      attentionDropout: readAttentionDropout(reader),
      layerKinds,
      names: { embedding: 'embeddings.weight', finalNorm: 'norm_f' },
    });
  },
};

/** One letter a layer under `hybrid_override_pattern`, or one name a layer under `layers_block_type`. */
function readPattern(reader: FieldReader, layers: number): Layer[] {
  const names = ['mamba', 'attention', 'mlp', 'moe'] as const;
  const listed = readLayerNames(reader, 'layers_block_type', layers, names);
  if (listed !== undefined) return listed;
  const key = 'hybrid_override_pattern';
  const pattern = reader.text({
    property: 'layerTypes',
    keys: [key],
    meaning: l10n.t('kinds of the layers'),
  });
  if (pattern?.length !== layers) {
    return reader.fail(
      key,
      pattern === undefined
        ? l10n.t('"{0}" is missing, but the model has {1} layers.', key, String(layers))
        : l10n.t(
            '"{0}" is a text of {1} letters, but the model has {2} layers.',
            key,
            String(pattern.length),
            String(layers),
          ),
      l10n.t('Write one letter a layer: M (Mamba-2), * (attention), - (MLP), E (experts).'),
    );
  }
  return pattern.split('').map((letter) => {
    const kind = letters[letter];
    return (
      kind ??
      reader.fail(
        key,
        l10n.t('"{0}" has the letter "{1}", which is no kind of layer.', key, letter),
        l10n.t('Use M (Mamba-2), * (attention), - (MLP) and E (experts).'),
      )
    );
  });
}

function readMixer(reader: FieldReader, hiddenSize: number, width: Factor): LayerParts {
  const shape = readMamba2(reader, hiddenSize, mixer);
  return { recurrence: mamba2Recurrence(shape), norms: 1, weights: mamba2Weights('mixer.', width, shape) };
}

function readAttention(reader: FieldReader, hiddenSize: number, width: Factor): LayerParts {
  const attention = readHybridAttention(reader, hiddenSize, {
    kvHeads: 8,
    headDimKeys: ['head_dim', 'attention_head_dim'],
    headDim: 128,
  });
  const bias = flag(reader, 'attentionBias', 'attention_bias', false);
  const biases = { queryBias: bias, keyValueBias: bias, outputBias: bias };
  return {
    attention,
    norms: 1,
    weights: attentionWeights({ hidden: width, attention, ...biases, prefix: 'mixer.' }),
  };
}

/** Up, relu², down. */
function readMlp(reader: FieldReader, width: Factor): LayerParts {
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: figure(reader, {
      property: 'intermediateSize',
      keys: ['intermediate_size'],
      meaning: l10n.t('width of the MLP'),
      example: 21504,
    }),
  };
  const bias = flag(reader, 'feedForwardBias', 'mlp_bias', false);
  return {
    feedForward,
    norms: 1,
    weights: feedForwardWeights({ hidden: width, feedForward, bias, prefix: 'mixer.' }),
  };
}

/** Experts of the same shape beside a shared one (Nemotron 3). What corrects the routing is a buffer. */
function readMixture(reader: FieldReader, width: Factor): LayerParts {
  if (reader.raw('moe_latent_size') !== undefined) {
    return reader.fail(
      'moe_latent_size',
      l10n.t('"moe_latent_size" is set: experts in a latent space are not counted yet.'),
      l10n.t('Remove the key to count experts of the full width.'),
    );
  }
  const count = sizeByClass(reader, 'experts', 'n_routed_experts', l10n.t('number of experts'), 8);
  const active = sizeByClass(
    reader,
    'activeExperts',
    'num_experts_per_tok',
    l10n.t('experts a token is sent to'),
    2,
  );
  if (active > count) {
    return reader.fail(
      'num_experts_per_tok',
      l10n.t('"num_experts_per_tok" sends a token to {0} of {1} experts.', String(active), String(count)),
      l10n.t('Give at most {0}.', String(count)),
    );
  }
  const sharedSize = sizeByClass(
    reader,
    'sharedExperts',
    'moe_shared_expert_intermediate_size',
    l10n.t('width of the shared expert'),
    7688,
  );
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: sizeByClass(
      reader,
      'expertSize',
      'moe_intermediate_size',
      l10n.t('width of an expert'),
      7688,
    ),
    experts: { count, active, sharedSize },
  };
  const bias = flag(reader, 'feedForwardBias', 'mlp_bias', false);
  return {
    feedForward,
    norms: 1,
    weights: expertWeights({ hidden: width, feedForward, bias, prefix: 'mixer.' }),
  };
}
