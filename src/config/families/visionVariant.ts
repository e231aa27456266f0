import type { FieldReader } from '../fieldReader';
import type { SwitchRule } from './decoderVariant';
import type { Keys } from './originalFields';
import type { LayerNames } from './originalLayers';
import type { PatchRule } from './visionPatches';
import type { NormKind } from './weights/vectors';

/** Sizes of a tower of layers. */
export interface TowerSizes {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
}

/** How wide the MLP is, and whether it has a gate. */
export type VisionMlp =
  | { readonly kind: 'plain' | 'gated' }
  /** `mlp_ratio` times the width; where `gate` is true, a gate and two thirds of that, rounded up to 8. */
  | { readonly kind: 'ratio'; readonly byDefault: number; readonly gateKey?: string };

/** In what the towers that see an image differ, as data. Defaults are those of the configuration class. */
export interface VisionVariant {
  /** What the class fills in where the vision part of a nest is silent. */
  readonly defaults: TowerSizes;
  readonly keys?: Partial<Record<keyof TowerSizes, Keys>>;
  readonly patch: PatchRule;
  readonly patchName: string;
  readonly patchBias: boolean;
  /** Frames that one patch spans. */
  readonly frames?: { readonly key: string; readonly byDefault: number };
  /** Learned tokens before the patches, one weight each: class, distillation. */
  readonly classTokens: readonly string[];
  /** Further learned tokens, without positions (Darcet et al. 2024). */
  readonly registers?: { readonly key: string; readonly byDefault: number };
  readonly maskToken?: SwitchRule;
  /** Name of the table of learned positions, of the class tokens and the patches. */
  readonly positions?: { readonly name: string; readonly when: SwitchRule };
  /** A table of relative positions of the patches and of the class token (Bao et al. 2022). */
  readonly relativePositions?: { readonly eachLayer: string; readonly shared: string };
  readonly norm: NormKind;
  /** Norms before and after the layers. */
  readonly outerNorms: readonly string[];
  readonly names: LayerNames;
  /** Queries, keys and values are one matrix of this name. */
  readonly fused?: string;
  readonly queryKeyValueBias: SwitchRule;
  readonly keyBias?: false;
  readonly outputBias: boolean;
  readonly feedForwardBias: boolean;
  readonly mlp: VisionMlp;
  /** Names of weights that scale a block's output by channel (Touvron et al. 2021), and what they depend on. */
  readonly layerScale?: {
    readonly names: readonly string[];
    readonly when: (reader: FieldReader) => boolean;
  };
  /** Layers but the listed ones see windows of so many pixels (Bai et al. 2025). */
  readonly windows?: { readonly listKey: string; readonly list: readonly number[]; readonly pixels: number };
  readonly dropout: { readonly attention: string; readonly hidden: string };
}
