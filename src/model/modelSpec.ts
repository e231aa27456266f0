import type { DType } from './dtype';
import type { WeightFormat } from './recipe';
import type { WeightSpec } from './weightSpec';

/**
 * What a model is, as far as its costs go. Plain data: read from a config by `config/`, consumed by
 * everything downstream, serialisable as JSON.
 */
export interface ModelSpec {
  /** The family whose rules read the config: `llama`, `gpt2`, `bert`. */
  readonly family: string;
  /** `model_type` as the config writes it. */
  readonly modelType: string;
  /** `best effort`: an unknown architecture, read by the usual names of its fields. */
  readonly reading: 'known' | 'best effort';
  /** Width of the first stack. */
  readonly hiddenSize: number;
  /** Entries of the vocabulary; 0 where the model reads no tokens. */
  readonly vocabSize: number;
  /** Longest sequence of the first stack that the config declares, in tokens. */
  readonly maxSequenceLength: number;
  /** Tokens for which the first stack has learned positions: a longer sequence is impossible. */
  readonly learnedPositions?: number;
  /** Towers of layers. The first is the one whose length is asked about. */
  readonly stacks: readonly Stack[];
  readonly head: OutputHeadSpec;
  /** The dtype that the config says its weights are stored in; float32 where it says nothing. */
  readonly dtype: DType;
  /** How the config says its matrices are stored, where that is not in `dtype`. */
  readonly weightFormat?: WeightFormat;
  /** Where each figure came from, by the name of the property it feeds (`hiddenSize`, `vision.heads`). */
  readonly fields: FieldSources;
  /** Assumptions made where the config is silent, as sentences for the user. */
  readonly assumptions: readonly string[];
}

export type StackName = 'decoder' | 'encoder' | 'text' | 'vision' | 'audio' | (string & {});

/** Layers that pass on one residual stream. */
export interface Stack {
  /** Unique in the model. */
  readonly name: StackName;
  readonly hiddenSize: number;
  /**
   * Tokens that it works on: `sequence`, the length asked about; `source`, the length of the encoder's input
   * (the same unless asked otherwise); or a fixed number (patches of an image, frames of a clip).
   */
  readonly tokens: 'sequence' | 'source' | number;
  /** It generates token by token and keeps a cache for that. */
  readonly generates: boolean;
  /** Its layers grouped by kind, in order of first appearance. */
  readonly layerKinds: readonly LayerKind[];
  /** Weights outside the layers: embeddings, outer norms, heads. */
  readonly weights: readonly WeightSpec[];
  /** Norms outside the layers, which keep their input in training: the final norm, BERT's embedding norm. */
  readonly outerNorms: number;
  /** Dropout probabilities; where one is zero no mask is stored in training. */
  readonly dropout: DropoutSpec;
}

export interface LayerKind {
  /** Unique in the stack: `full_attention`, `sliding_attention` as `layer_types` names them, `mamba`, … */
  readonly name: string;
  readonly layers: number;
  /** Self-attention; absent in layers that have none. */
  readonly attention?: AttentionSpec;
  /** Attention to the encoder's output. */
  readonly crossAttention?: AttentionSpec;
  /** A state-space, linear-recurrence or short-convolution mixer. */
  readonly recurrence?: RecurrenceSpec;
  /** Absent in layers without an MLP. */
  readonly feedForward?: FeedForwardSpec;
  /** Norms over the whole width in one layer. */
  readonly norms: number;
  /** Attention and MLP read the same normed input side by side (GPT-J, Falcon, Phi). */
  readonly parallel?: boolean;
  /** Weights of one layer. */
  readonly weights: readonly WeightSpec[];
}

export interface AttentionSpec {
  readonly heads: number;
  /** Key/value heads: equal to `heads` for MHA, fewer for GQA, one for MQA. */
  readonly kvHeads: number;
  /** Width of a query and a key. */
  readonly headDim: number;
  /** Width of a value, where it differs. */
  readonly valueHeadDim?: number;
  readonly causal: boolean;
  /** Keys that a query sees, itself included (causal). Absent: all of them. */
  readonly window?: number;
  /** A sparse pattern that is no window. */
  readonly pattern?: SparsePattern;
  /** Keys and values are rebuilt from a cached latent (DeepSeek-AI 2024). */
  readonly latent?: LatentAttention;
  /** Norms on queries and keys, which keep their input in training. */
  readonly queryKeyNorm?: boolean;
  /** Reads the cache of an earlier layer and keeps none. */
  readonly sharesCache?: boolean;
}

/** Multi-head latent attention: what is cached a token is `rank` + `ropeDim` elements, for all heads together. */
export interface LatentAttention {
  /** `kv_lora_rank`. */
  readonly rank: number;
  /** `qk_rope_head_dim`: the part of a key that carries the position, shared by the heads. */
  readonly ropeDim: number;
  /** `q_lora_rank`, where queries are compressed too. */
  readonly queryRank?: number;
}

/** Sparse patterns of published architectures. Sizes are in tokens. */
export type SparsePattern =
  /** A window and `global` tokens that see and are seen by all (Beltagy et al. 2020). `window` has the keys. */
  | { readonly kind: 'global'; readonly global: number }
  /** Blocks: each sees its neighbours, random ones and global ones (Zaheer et al. 2020). */
  | {
      readonly kind: 'block';
      readonly block: number;
      readonly local: number;
      readonly random: number;
      readonly global: number;
    }
  /** Chunks that see themselves and so many chunks before and after (Reformer's local layers, Llama 4, Swin). */
  | { readonly kind: 'chunk'; readonly chunk: number; readonly before: number; readonly after: number }
  /** Chunks of sorted hash buckets, in rounds (Kitaev et al. 2020). */
  | {
      readonly kind: 'lsh';
      readonly chunk: number;
      readonly before: number;
      readonly after: number;
      readonly rounds: number;
    }
  /** Landmarks between queries and keys (Xiong et al. 2021). */
  | { readonly kind: 'landmark'; readonly landmarks: number };

/** A mixer with a state of fixed size instead of a cache that grows. Elements are of one layer and sequence. */
export interface RecurrenceSpec {
  /** `mamba`, `mamba2`, `rg-lru`, `gated-delta`, `lightning`, `short-conv`, `rwkv`, … */
  readonly kind: string;
  /** Elements of the recurrent state. */
  readonly stateElements: number;
  /** Elements of the convolution's state. */
  readonly convolutionElements: number;
  /** Operations of the recurrence itself for one token, beyond the weights' products. */
  readonly scanFlopsPerToken: number;
  /** Elements a token that the mixer keeps for its backward pass, its input not among them. */
  readonly keptElements: number;
}

export interface FeedForwardSpec {
  /** `gated`: three matrices (gate, up, down). `plain`: two (up, down). */
  readonly kind: 'gated' | 'plain';
  /** Width inside the MLP; of one expert where there are experts. */
  readonly intermediateSize: number;
  readonly experts?: {
    readonly count: number;
    /** Experts that a token is routed to. */
    readonly active: number;
    /** Width of all shared experts together; 0 for none. */
    readonly sharedSize: number;
  };
}

export interface OutputHeadSpec {
  /** What turns the last hidden state into the model's output. `pooler`: BERT's dense layer of hidden_size². */
  readonly kind: 'language-model' | 'pooler' | 'classifier' | 'none';
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

/** Total number of layers, of all stacks. */
export function layerCount(model: Pick<ModelSpec, 'stacks'>): number {
  return model.stacks.reduce(
    (sum, stack) => sum + stack.layerKinds.reduce((inner, kind) => inner + kind.layers, 0),
    0,
  );
}

/** Whether the model generates token by token. */
export function isDecoder(model: Pick<ModelSpec, 'stacks'>): boolean {
  return model.stacks.some(({ generates }) => generates);
}

/** Width of a value vector of one head. */
export function valueWidth(attention: Pick<AttentionSpec, 'headDim' | 'valueHeadDim'>): number {
  return attention.valueHeadDim ?? attention.headDim;
}

/** `MHA`, `GQA`, `MQA` by the ratio of query heads to key/value heads, or `MLA`. */
export function headGrouping(
  attention: Pick<AttentionSpec, 'heads' | 'kvHeads' | 'latent'>,
): 'MHA' | 'GQA' | 'MQA' | 'MLA' {
  if (attention.latent !== undefined) return 'MLA';
  if (attention.kvHeads === attention.heads) return 'MHA';
  return attention.kvHeads === 1 ? 'MQA' : 'GQA';
}
