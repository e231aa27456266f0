import { decoderFamily, type DecoderFamily } from './decoder';
import { unbiased, type DecoderVariant } from './decoderVariant';

const cohere: DecoderVariant = {
  ...unbiased,
  projectionBias: { key: 'attention_bias', byDefault: false },
  outputBias: { key: 'attention_bias', byDefault: false },
  norm: 'layer-without-bias',
  layerNorms: ['input_layernorm'],
  parallel: true,
  tied: true,
};

const variants = new Map<string, DecoderVariant>([
  [
    'cohere',
    {
      ...cohere,
      queryKeyNorm: {
        kind: 'layer-without-bias',
        over: 'all',
        when: { key: 'use_qk_norm', byDefault: false },
      },
    },
  ],
  [
    'cohere2',
    {
      ...cohere,
      windows: {
        kind: 'pattern',
        window: 4096,
        period: 4,
        keys: ['sliding_window_pattern', '_sliding_window_pattern'],
      },
    },
  ],
]);

/** Command R: attention and MLP side by side behind one norm; from Command R7B on windows. */
export const cohereFamily: DecoderFamily = decoderFamily('cohere', variants);
