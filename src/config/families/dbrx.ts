import { decoderFamily, type DecoderFamily } from './decoder';
import { unbiased, type DecoderVariant } from './decoderVariant';

const variants = new Map<string, DecoderVariant>([
  [
    'dbrx',
    {
      ...unbiased,
      keys: {
        hiddenSize: ['d_model'],
        layers: ['n_layers'],
        heads: ['n_heads'],
        kvHeads: ['kv_n_heads'],
        maxSequenceLength: ['max_seq_len'],
      },
      kvHeads: 1,
      kvHeadsUnder: 'attn_config',
      norm: 'layer-without-bias',
      layerNorms: ['norm_attn_norm.norm_1', 'norm_attn_norm.norm_2'],
      names: {
        attention: { prefix: 'norm_attn_norm.attn.', names: ['q', 'k', 'v', 'out_proj'], fused: 'Wqkv' },
        embedding: 'wte.weight',
        finalNorm: 'norm_f',
      },
      experts: {
        under: 'ffn_config',
        count: { keys: ['moe_num_experts'], byDefault: 4 },
        active: { keys: ['moe_top_k'], byDefault: 1 },
        size: { keys: ['ffn_hidden_size'], byDefault: 3584 },
        placement: { kind: 'all' },
        prefix: 'ffn.',
        names: ['v1', 'w2', 'w1'],
        router: 'router.layer',
      },
    },
  ],
]);

/** DBRX (Databricks 2024): heads and experts stand in mappings of their own. */
export const dbrxFamily: DecoderFamily = decoderFamily('dbrx', variants);
