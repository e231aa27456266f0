import * as l10n from '@vscode/l10n';
import { readDecoder } from './decoder';
import { unbiased, type DecoderVariant } from './decoderVariant';
import type { ModelFamily } from './family';
import { size } from './originalFields';

const qwen: DecoderVariant = {
  ...unbiased,
  keys: { headDim: ['kv_channels'], maxSequenceLength: ['seq_length', 'max_position_embeddings'] },
  projectionBias: true,
  layerNorms: ['ln_1', 'ln_2'],
  names: {
    attention: { prefix: 'attn.', names: ['q', 'k', 'v', 'c_proj'], fused: 'c_attn' },
    feedForward: { prefix: 'mlp.', names: ['w1', 'c_proj', 'w2'] },
    embedding: 'wte.weight',
    finalNorm: 'ln_f',
  },
};

/** The first Qwen (Bai et al. 2023): `intermediate_size` is the width of gate and up together. */
export const qwenFamily: ModelFamily = {
  id: 'qwen',
  modelTypes: ['qwen'],
  requiredKeys: [
    'hidden_size',
    'num_hidden_layers',
    'num_attention_heads',
    'intermediate_size',
    'vocab_size',
    'seq_length',
  ],
  read(reader, _modelType, nested = false) {
    const both = size(reader, 'intermediateSize', ['intermediate_size']);
    if (both % 2 !== 0) {
      reader.fail(
        'intermediate_size',
        l10n.t('"intermediate_size" is {0}, but this model type halves it.', String(both)),
        l10n.t('Give the width of gate and up together, an even number.'),
      );
    }
    reader.assumptions.push(
      l10n.t('intermediate_size is the width of gate and up together: half of it for each.'),
    );
    return readDecoder(reader, { ...qwen, given: { intermediateSize: both / 2 } }, nested);
  },
};
