import type { DType } from './dtype';

/**
 * What a transformer is, as far as its costs go. Plain data: read from a config by `config/`,
 * consumed by everything downstream, serialisable as JSON.
 */
export interface ModelSpec {
  /** The family whose rules read the config: `llama`, `gpt2`, `bert`. */
  readonly family: string;
  /** `model_type` as the config writes it. */
  readonly modelType: string;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Longest sequence that the config declares, in tokens. */
  readonly maxSequenceLength: number;
  /** The attention layers grouped by kind, in order of first appearance. Counts add up to the layers. */
  readonly layerKinds: readonly LayerKind[];
  readonly feedForward: FeedForwardSpec;
  readonly norms: NormSpec;
  readonly embeddings: EmbeddingSpec;
  readonly head: OutputHeadSpec;
  /** Dropout probabilities; where one is zero no mask is stored in training. */
  readonly dropout: DropoutSpec;
  /** The dtype that the config says its weights are stored in; float32 where it says nothing. */
  readonly dtype: DType;
  /** Where each figure came from, by the name of the ModelSpec property it feeds. */
  readonly fields: FieldSources;
  /** Assumptions made where the config is silent, as sentences for the user. */
  readonly assumptions: readonly string[];
}

export interface LayerKind {
  /** `full_attention` or `sliding_attention`, as Hugging Face's `layer_types` names them. */
  readonly name: string;
  readonly layers: number;
  readonly attention: AttentionSpec;
}

export interface AttentionSpec {
  readonly heads: number;
  /** Key/value heads: equal to `heads` for MHA, fewer for GQA, one for MQA. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly causal: boolean;
  /** Keys that a query sees, itself included (causal). Absent: all of them. */
  readonly window?: number;
  readonly queryBias: boolean;
  readonly keyValueBias: boolean;
  readonly outputBias: boolean;
  /** RMSNorm weights of size `headDim` on queries and on keys (Qwen3). */
  readonly queryKeyNorm: boolean;
}

export interface FeedForwardSpec {
  /** `gated`: three matrices (gate, up, down). `plain`: two (up, down). */
  readonly kind: 'gated' | 'plain';
  readonly intermediateSize: number;
  readonly bias: boolean;
}

export interface NormSpec {
  /** RMSNorm has a weight; LayerNorm a weight and a bias. */
  readonly kind: 'rms' | 'layer';
  readonly perLayer: number;
  /** Norms outside the layers: the final norm of a decoder, the embedding norm of BERT. */
  readonly outside: number;
}

export interface EmbeddingSpec {
  /** Rows of a learned position table; 0 for rotary or no positions. */
  readonly positions: number;
  /** Rows of BERT's token-type table; 0 elsewhere. */
  readonly tokenTypes: number;
}

export interface OutputHeadSpec {
  /** What turns the last hidden state into the model's output. `pooler`: BERT's dense layer of hidden_size². */
  readonly kind: 'language-model' | 'pooler' | 'none';
  /** The language-model head shares the token embedding's matrix. */
  readonly tied: boolean;
}

export interface DropoutSpec {
  readonly attention: number;
  readonly hidden: number;
}

/** The source of one figure: a key of the file with its place, or a rule where the file is silent. */
export type FieldSource =
  | { readonly kind: 'key'; readonly path: string; readonly value: unknown; readonly range: TextRange }
  | { readonly kind: 'rule'; readonly rule: string };

/** Half-open range of UTF-16 offsets in the document's text. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

export type FieldSources = Readonly<Record<string, FieldSource>>;

/** Total number of layers. */
export function layerCount(model: Pick<ModelSpec, 'layerKinds'>): number {
  return model.layerKinds.reduce((sum, kind) => sum + kind.layers, 0);
}

/** Tokens for which the model has learned positions: a longer sequence is impossible. Undefined for other positions. */
export function learnedPositions(
  model: Pick<ModelSpec, 'embeddings' | 'maxSequenceLength'>,
): number | undefined {
  return model.embeddings.positions > 0 ? model.maxSequenceLength : undefined;
}

/** `MHA`, `GQA` or `MQA`, by the ratio of query heads to key/value heads. */
export function headGrouping(attention: Pick<AttentionSpec, 'heads' | 'kvHeads'>): 'MHA' | 'GQA' | 'MQA' {
  if (attention.kvHeads === attention.heads) return 'MHA';
  return attention.kvHeads === 1 ? 'MQA' : 'GQA';
}
