import type { AttentionSpec, FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { BertHeadRules } from './bertHead';
import type { Keys } from './originalFields';
import type { LayerNames } from './originalLayers';

/** One group of layers, before a line makes its own kinds of them. */
export interface BertLayers {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
  readonly norms: number;
  readonly weights: readonly WeightSpec[];
}

/** In what the encoders of BERT's line differ. */
export interface BertRules {
  readonly names: LayerNames;
  readonly heads: BertHeadRules;
  /**
   * Rows of the table of positions that hold no token: `none`; `padding`, the first pad_token_id + 1 of those
   * that the key gives (RoBERTa); `added`, two more than the key gives.
   */
  readonly reserved: 'none' | 'padding' | 'added';
  /** Token types where the key is absent; `none`: there is no such table. */
  readonly tokenTypes: number | 'none';
  /** `is_decoder` makes it causal, and `add_cross_attention` adds attention to an encoder. */
  readonly mayDecode?: boolean;
  /** Dropout where the keys are absent. */
  readonly dropout: number;
  readonly keys?: Partial<Record<'hidden' | 'layers' | 'heads' | 'intermediate', Keys>> & {
    readonly dropout?: { readonly attention: string; readonly hidden: string };
  };
  /** Embeddings of another width and the matrix that widens them; `always`: also where the widths agree. */
  readonly embedding?: { readonly projection: string; readonly always: boolean };
  /** The key that says whether queries, keys and values have biases; they do where there is no such key. */
  readonly biasKey?: string;
  /** Keys have no bias (DeBERTa). */
  readonly keysWithoutBias?: boolean;
  /** The key that switches the table of positions, off where `byDefault` is false (DeBERTa). */
  readonly positionsKey?: { readonly key: string; readonly byDefault: boolean };
  /** The kinds of layers, where they are not all alike and dense. */
  readonly layerKinds?: (reader: FieldReader, layers: BertLayers) => readonly LayerKind[];
  /** Further weights outside the layers. */
  readonly outside?: (reader: FieldReader, attention: AttentionSpec) => readonly WeightSpec[];
}

export const bertNames: LayerNames = {
  attention: { prefix: 'attention.', projections: ['self.query', 'self.key', 'self.value', 'output.dense'] },
  feedForward: ['intermediate.dense', 'output.dense'],
  norms: ['attention.output.LayerNorm', 'output.LayerNorm'],
};

export const bertHeads: BertHeadRules = {
  pooler: true,
  sequence: 'pooler',
  maskedNames: [
    'cls.predictions.transform.dense',
    'cls.predictions.transform.LayerNorm',
    'cls.predictions.decoder',
  ],
};

export const robertaHeads: BertHeadRules = {
  pooler: true,
  sequence: 'dense',
  maskedNames: ['lm_head.dense', 'lm_head.layer_norm', 'lm_head.decoder'],
};

export const bertKeys: readonly string[] = [
  'hidden_size',
  'num_hidden_layers',
  'num_attention_heads',
  'intermediate_size',
  'vocab_size',
  'max_position_embeddings',
];

/** What a LayerKind takes of the layers. */
export function withoutWidth(each: BertLayers): Omit<LayerKind, 'name'> {
  const { layers, attention, feedForward, norms, weights } = each;
  return { layers, attention, feedForward, norms, weights };
}
