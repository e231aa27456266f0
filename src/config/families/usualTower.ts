import { siglipVision } from './visionVariants';
import type { VisionVariant } from './visionVariant';

/** What towers call their sizes. */
export const towerSizeKeys = {
  hiddenSize: ['hidden_size', 'embed_dim', 'width', 'd_model'],
  layers: ['num_hidden_layers', 'depth', 'layers', 'num_layers'],
  heads: ['num_attention_heads', 'num_heads', 'heads'],
  intermediateSize: ['intermediate_size', 'mlp_dim'],
} as const satisfies VisionVariant['keys'];

/** A tower that is not known is read as a plain vision transformer with biases and learned positions. */
export const usualTower: VisionVariant = {
  ...siglipVision,
  keys: towerSizeKeys,
  patch: {
    anyImage: 448,
    patchSize: 16,
    crops: true,
    channelKeys: ['num_channels', 'in_channels', 'in_chans'],
  },
};
