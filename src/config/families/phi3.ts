import { decoderFamily, type DecoderFamily } from './decoder';
import { unbiased, type DecoderVariant } from './decoderVariant';

const variants = new Map<string, DecoderVariant>([
  [
    'phi3',
    {
      ...unbiased,
      windows: { kind: 'all' },
      hiddenDropoutKey: 'resid_pdrop',
      names: {
        attention: { prefix: 'self_attn.', fused: 'qkv_proj' },
        feedForward: { prefix: 'mlp.', fused: 'gate_up_proj' },
      },
    },
  ],
]);

/** Phi-3 to Phi-4-mini (Abdin et al. 2024): one matrix for queries, keys and values, one for gate and up. */
export const phi3Family: DecoderFamily = decoderFamily('phi3', variants);
