import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import type { ModelFamily } from './family';
import { figure, readLanguageSizes, readLength } from './hybridFields';
import { hybridReading } from './hybridModel';
import { mambaRecurrence, mambaWeights, readMamba, type MambaRule } from './mambaMixer';
import { mamba2Recurrence, mamba2Weights, readMamba2, type Mamba2Rule } from './mamba2Mixer';
import { hidden, norm } from './weights/vectors';

const mamba: MambaRule = {
  keys: {
    state: 'state_size',
    kernel: 'conv_kernel',
    stepRank: 'time_step_rank',
    expand: 'expand',
    convolutionBias: 'use_conv_bias',
    projectionBias: 'use_bias',
  },
  expand: 2,
  mayNameInner: true,
  normed: false,
};

const mamba2: Mamba2Rule = {
  keys: {
    heads: 'num_heads',
    headDim: 'head_dim',
    groups: 'n_groups',
    state: 'state_size',
    kernel: 'conv_kernel',
    convolutionBias: 'use_conv_bias',
    inputBias: 'use_bias',
    outputBias: 'use_bias',
  },
  heads: 128,
  groups: 8,
  state: 128,
  headDim: 64,
  inner: expandedSize,
};

function expandedSize(reader: FieldReader, hiddenSize: number): number {
  const request = {
    property: 'expand',
    keys: ['expand'],
    meaning: l10n.t('ratio of the widths'),
    example: 2,
    byDefault: 2,
  } as const;
  return hiddenSize * figure(reader, request);
}

interface Variant {
  /** Tokens of a sequence in training. */
  readonly trained: number;
  readonly tied: boolean;
  readonly mixer: MambaRule | 'mamba2';
}

const variants: ReadonlyMap<string, Variant> = new Map<string, Variant>([
  ['mamba', { trained: 2048, tied: true, mixer: mamba }],
  // Zuo et al. 2024; its norms of Δ, B and C have no weights.
  ['falcon_mamba', { trained: 8192, tied: true, mixer: { ...mamba, expand: 16 } }],
  ['mamba2', { trained: 2048, tied: false, mixer: 'mamba2' }],
]);

/** State-space models without attention: one norm and one mixer a layer (Gu & Dao 2023; Dao & Gu 2024). */
export const mambaFamily: ModelFamily = {
  id: 'mamba',
  modelTypes: [...variants.keys()],
  requiredKeys: ['hidden_size', 'num_hidden_layers', 'vocab_size'],
  read(reader, modelType) {
    const variant = variants.get(modelType) ?? { trained: 2048, tied: true, mixer: mamba };
    const sizes = readLanguageSizes(reader);
    const width = hidden(sizes.hiddenSize);
    return hybridReading(reader, {
      ...sizes,
      maxSequenceLength: readLength(reader, variant.trained),
      tied: variant.tied,
      layerKinds: [{ layers: sizes.layers, norms: 1, ...readMixer() }],
      names: { embedding: 'embeddings.weight', finalNorm: 'norm_f' },
    });

    function readMixer() {
      const layerNorm = norm('norm', 'rms', width);
      if (variant.mixer === 'mamba2') {
        const shape = readMamba2(reader, sizes.hiddenSize, mamba2);
        const weights = [...layerNorm, ...mamba2Weights('mixer.', width, shape)];
        return { name: 'mamba2', recurrence: mamba2Recurrence(shape), weights };
      }
      const shape = readMamba(reader, sizes.hiddenSize, variant.mixer);
      const weights = [...layerNorm, ...mambaWeights('mixer.', width, shape)];
      return { name: 'mamba', recurrence: mambaRecurrence(shape), weights };
    }
  },
};
