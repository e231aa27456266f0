import type { DType } from '../model/dtype';
import type { LoraSpec, Optimizer, Parallelism, Recomputation, WeightFormat } from '../model/recipe';
import type { PerDevice } from './perDevice';
import type { WeightPart } from '../model/weightSpec';

/** The conditions that an estimate is for. */
export interface EstimateOptions {
  /** Tokens. */
  readonly sequenceLength: number;
  readonly batch: number;
  /** Dtype of weights, KV cache and activations; activations are 16-bit where it has fewer bits. */
  readonly dtype: DType;
  /** Tokens of an encoder's input; the sequence length where absent. */
  readonly sourceLength?: number;
  /** Dtype of the KV cache where it differs from `dtype`. */
  readonly cacheDType?: DType;
  /**
   * What a layer with a window holds: `window`, no more than its window (the default); `pages`, whole pages for
   * every token, as an engine with one pool of pages for all layers reserves them.
   */
  readonly cacheLayout?: 'window' | 'pages';
  /** Tokens of a page. */
  readonly cachePageTokens?: number;
  /** How the weights are stored for inference; in `dtype` where absent. */
  readonly weightFormat?: WeightFormat;
  /** How it is trained, where that differs from AdamW in mixed precision without recomputation. */
  readonly training?: Partial<TrainingOptions>;
  /** How it is spread over devices; one device where absent. */
  readonly parallelism?: Partial<Parallelism>;
}

/** The recipe of a training step. */
export interface TrainingOptions {
  readonly optimizer: Optimizer;
  /** A float32 copy of 16-bit weights is kept. */
  readonly masterWeights: boolean;
  /** Gradients are kept in float32 even where weights are 16-bit. */
  readonly float32Gradients: boolean;
  readonly recomputation: Recomputation;
  readonly attention: 'fused' | 'naive';
  /** Adapters on frozen weights; absent: all weights are trained. */
  readonly lora?: LoraSpec;
}

/** Every figure of the cost model under one set of conditions. Bytes and FLOPs, never rounded for display. */
export interface Estimate extends EstimateOptions {
  readonly parameters: ParameterCount;
  readonly flops: FlopCount;
  readonly memory: MemoryEstimate;
  /** What the most loaded device holds and computes; the whole where there is one. */
  readonly perDevice: PerDevice;
}

export interface ParameterCount {
  readonly total: number;
  /** Parameters used for one token; equal to the total without experts. */
  readonly active: number;
  /** Token, position and token-type tables, patch embeddings. */
  readonly embedding: number;
  /** Self-attention and cross-attention. */
  readonly attention: number;
  /** MLPs, experts and their routers. */
  readonly feedForward: number;
  /** State-space and other recurrent mixers. */
  readonly recurrence: number;
  /** Norms, an untied output head, a pooler, a projector between towers. */
  readonly other: number;
  readonly outputHead: number;
  readonly norms: number;
  readonly pooler: number;
  /** The total by what the weights belong to. */
  readonly parts: Readonly<Record<WeightPart, number>>;
}

export interface FlopCount {
  /** A whole forward pass over the sequence, logits at every position, batch included. */
  readonly prefill: number;
  /**
   * One training step of the batch: forward, twice that backward, and what is recomputed. Weights that are
   * frozen under an adapter pass gradients on and have none of their own.
   */
  readonly trainingStep: number;
  /**
   * One decode step of the whole batch: each sequence gets its `sequenceLength`-th token, which sees that many
   * keys (its own included) or its window; 0 for an encoder.
   */
  readonly decodePerToken: number;
  /** QKᵀ and PV of the prefill over all layers; masked pairs not counted. */
  readonly attentionPrefill: number;
  readonly projectionsPrefill: number;
  readonly feedForwardPrefill: number;
  /** State-space and other recurrent mixers, their projections included. */
  readonly recurrencePrefill: number;
  readonly logitsPrefill: number;
  /** Patch embeddings, poolers and projectors. */
  readonly otherPrefill: number;
}

export interface MemoryEstimate {
  readonly weights: number;
  /** At `sequenceLength`, for the whole batch; 0 for an encoder. */
  readonly kvCache: number;
  /** One more token of one sequence (not of the batch), while no window is full; 0 for an encoder. */
  readonly kvCacheBytesPerToken: number;
  /** Prefill with a fused attention kernel: weights, cache, largest activation, logits of the last position. */
  readonly inferencePeak: number;
  /** The same with the n × n scores of one layer held. */
  readonly inferencePeakNaive: number;
  readonly inferenceParts: InferenceParts;
  readonly training: TrainingMemory;
}

export interface InferenceParts {
  readonly activations: number;
  readonly logits: number;
  /** Scores and probabilities of one layer, naive attention only. */
  readonly naiveScores: number;
}

export interface TrainingMemory {
  readonly weights: number;
  readonly gradients: number;
  /** The optimizer's state and, where kept, the float32 master copy. */
  readonly optimizer: number;
  /** The float32 master copy alone, part of `optimizer`. */
  readonly masterWeights: number;
  /** Kept for the backward pass by the chosen attention and recomputation, logits included. */
  readonly activations: number;
  /** What is stored from the forward to the backward pass, state included. */
  readonly total: number;
  /** Gradients of activations that live for a moment in the backward pass of one layer. */
  readonly backwardBuffers: number;
  /** `total` and the buffers of the worst moment. */
  readonly peak: number;
  /** Parameters that are trained: all, or those of adapters. */
  readonly trainableParameters: number;
  readonly activationVariants: ActivationVariants;
  /** Logits and their gradient in float32, contained in every variant. */
  readonly logits: number;
  /** Bytes of weights, gradients and optimizer together, a parameter of the model. */
  readonly bytesPerParameter: number;
}

/** Kept activations for each attention implementation and recomputation policy (Korthikanti et al. 2022). */
export interface ActivationVariants {
  readonly fusedNone: number;
  readonly naiveNone: number;
  /** Selective recomputation: the attention core is recomputed, so its n × n tensors are not kept. */
  readonly selective: number;
  /** Full recomputation: only each layer's input is kept, and one layer is rebuilt at a time. */
  readonly full: number;
}
