import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, type DecoderVariant } from './decoderVariant';

const gemma: DecoderVariant = {
  ...llamaShape,
  defaults: {
    hiddenSize: 3072,
    layers: 28,
    heads: 16,
    vocabSize: 256000,
    maxSequenceLength: 8192,
    intermediateSize: 24576,
  },
  feedForwardBias: false,
  kvHeads: 16,
  headDim: 256,
  tied: true,
};

/** Norms before and after each block. */
const gemma2: DecoderVariant = {
  ...gemma,
  defaults: {
    hiddenSize: 2304,
    layers: 26,
    heads: 8,
    vocabSize: 256000,
    maxSequenceLength: 8192,
    intermediateSize: 9216,
  },
  kvHeads: 4,
  layerNorms: [
    'input_layernorm',
    'post_attention_layernorm',
    'pre_feedforward_layernorm',
    'post_feedforward_layernorm',
  ],
  windows: { kind: 'pattern', window: 4096, period: 2, keys: [] },
};

const variants = new Map<string, DecoderVariant>([
  ['gemma', gemma],
  ['gemma2', gemma2],
  [
    'gemma3_text',
    {
      ...gemma2,
      defaults: {
        hiddenSize: 2304,
        layers: 26,
        heads: 8,
        vocabSize: 262208,
        maxSequenceLength: 131072,
        intermediateSize: 9216,
      },
      omitted: ['heads', 'vocabSize', 'maxSequenceLength'],
      queryKeyNorm: { kind: 'rms', over: 'head', when: true },
      windows: {
        kind: 'pattern',
        window: 4096,
        period: 6,
        keys: ['sliding_window_pattern', '_sliding_window_pattern'],
      },
    },
  ],
]);

/** Gemma 1 to 3 (Gemma Team 2024, 2025): wide heads, tied, from the second on windows and four norms a layer. */
export const gemmaFamily: DecoderFamily = decoderFamily('gemma', variants);
