import { decoderFamily, type DecoderFamily } from './decoder';
import { llamaShape, type DecoderVariant } from './decoderVariant';

const variants = new Map<string, DecoderVariant>([
  [
    'llama4_text',
    {
      ...llamaShape,
      keys: { intermediateSize: ['intermediate_size_mlp'] },
      defaults: {
        hiddenSize: 5120,
        layers: 48,
        heads: 40,
        vocabSize: 202048,
        maxSequenceLength: 131072,
        intermediateSize: 16384,
      },
      kvHeads: 8,
      headDim: 128,
      feedForwardBias: false,
      // An L2 norm, which has no weights.
      queryKeyNorm: {
        kind: 'none',
        over: 'head',
        when: { key: 'use_qk_norm', byDefault: true },
        rotaryLayersOnly: true,
      },
      windows: { kind: 'chunked', chunk: 8192 },
      experts: {
        count: { keys: ['num_local_experts'], byDefault: 16 },
        active: { keys: ['num_experts_per_tok'], byDefault: 1 },
        size: { keys: ['intermediate_size'], byDefault: 8192 },
        shared: { kind: 'one' },
        placement: { kind: 'interleaved' },
        prefix: 'feed_forward.',
        fused: 'gate_up_proj',
        router: 'router',
        sharedName: 'shared_expert',
      },
      names: { feedForward: { prefix: 'feed_forward.' } },
    },
  ],
]);

/** The text part of Llama 4: chunks of tokens in layers with rotary positions, experts beside a shared one. */
export const llama4Family: DecoderFamily = decoderFamily('llama4', variants);
