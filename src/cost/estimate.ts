import type { DType } from '../model/dtype';

/** The conditions that an estimate is for. */
export interface EstimateOptions {
  /** Tokens. */
  readonly sequenceLength: number;
  readonly batch: number;
  /** Dtype of weights, KV cache and activations; activations are 16-bit where it has fewer bits. */
  readonly dtype: DType;
}

/** Every figure of the cost model under one set of conditions. Bytes and FLOPs, never rounded for display. */
export interface Estimate extends EstimateOptions {
  readonly parameters: ParameterCount;
  readonly flops: FlopCount;
  readonly memory: MemoryEstimate;
}

export interface ParameterCount {
  readonly total: number;
  /** Parameters used for one token; equal to the total without experts. */
  readonly active: number;
  /** Token, position and token-type tables. */
  readonly embedding: number;
  readonly attention: number;
  readonly feedForward: number;
  /** Norms, an untied output head, a pooler. */
  readonly other: number;
  readonly outputHead: number;
  readonly norms: number;
  readonly pooler: number;
}

export interface FlopCount {
  /** A whole forward pass over the sequence, logits at every position, batch included. */
  readonly prefill: number;
  /**
   * One decode step of the whole batch: each sequence gets its `sequenceLength`-th token, which sees that many
   * keys (its own included) or its window; 0 for an encoder.
   */
  readonly decodePerToken: number;
  /** QKᵀ and PV of the prefill over all layers; masked pairs not counted. */
  readonly attentionPrefill: number;
  readonly projectionsPrefill: number;
  readonly feedForwardPrefill: number;
  readonly logitsPrefill: number;
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
  /** Adam: two moments, and a float32 master copy where weights are 16-bit. */
  readonly optimizer: number;
  /** Kept for the backward pass, fused attention, no recomputation, logits included. */
  readonly activations: number;
  readonly total: number;
  readonly activationVariants: ActivationVariants;
  /** Logits and their gradient in float32, contained in every variant. */
  readonly logits: number;
  /** Bytes a parameter of weights, gradients and optimizer together. */
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
