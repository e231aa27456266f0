import type { DType } from './dtype';
import type { FieldSources } from './modelSpec';

/** Optimizers whose state is told apart. `adamw8bit`: both moments in 8 bit (Dettmers et al. 2022). */
export const optimizers = ['adamw', 'adamw8bit', 'sgd', 'sgdMomentum', 'adafactor', 'lion', 'muon'] as const;

export type Optimizer = (typeof optimizers)[number];

/** How the weights are stored for inference, or frozen under an adapter. `none`: in the dtype. */
export const weightFormats = [
  'none',
  'int8',
  'fp8',
  'fp8-block',
  'nf4',
  'nf4-double',
  'awq4',
  'gptq4',
  'mxfp4',
  'nvfp4',
  'q4_0',
  'q4_k',
  'q5_k',
  'q6_k',
  'q8_0',
] as const;

export type WeightFormat = (typeof weightFormats)[number];

export type Recomputation = 'none' | 'selective' | 'full';

/** Low-rank adapters on frozen weights (Hu et al. 2021). */
export interface LoraSpec {
  readonly rank: number;
  /** Last parts of the names of the weights that get an adapter, such as `q_proj`; `all-linear`: every matrix. */
  readonly targets: readonly string[] | 'all-linear';
  /** How the frozen weights are stored; `nf4` and `nf4-double` make it QLoRA (Dettmers et al. 2023). */
  readonly baseFormat: WeightFormat;
}

/** Degrees of parallelism; each 1 where nothing is split. Devices = data · tensor · pipeline · context. */
export interface Parallelism {
  readonly data: number;
  /** 0: plain data parallel. 1, 2, 3: ZeRO stages (Rajbhandari et al. 2020); FSDP full sharding is 3. */
  readonly zeroStage: 0 | 1 | 2 | 3;
  readonly tensor: number;
  /** Norms and dropouts are split over the tensor-parallel group too (Korthikanti et al. 2022). */
  readonly sequence: boolean;
  readonly pipeline: number;
  readonly context: number;
  readonly contextKind: 'ring' | 'ulysses';
  /** Experts are spread over this many of the data-parallel devices. */
  readonly expert: number;
}

/** What a training or serving config says of how a model is run. Absent: the file is silent. */
export interface Recipe {
  /** `axolotl`, `transformers`, `llama-factory`, `torchtune`, `torchtitan`, `nemo`, `megatron`, `gpt-neox`,
   * `deepspeed`, `accelerate`, `vllm`, `sglang`, `tgi`, `ollama`, `nanogpt`, `tokenizer`, … */
  readonly framework: string;
  readonly purpose: 'training' | 'serving' | 'companion';
  /** The model that the file names: a path, a repository such as `Qwen/Qwen3-8B`, or an Ollama tag. */
  readonly model?: ModelReference;
  readonly sequenceLength?: number;
  /** Sequences that one device takes at once. */
  readonly microBatch?: number;
  readonly accumulation?: number;
  readonly globalBatch?: number;
  /** Dtype of the computation. */
  readonly dtype?: DType;
  readonly optimizer?: Optimizer;
  /** Float32 copies of the weights are kept beside 16-bit ones. */
  readonly masterWeights?: boolean;
  /** Gradients are kept in float32. */
  readonly float32Gradients?: boolean;
  readonly lora?: LoraSpec;
  readonly recomputation?: Recomputation;
  readonly attention?: 'fused' | 'naive';
  readonly parallelism?: Partial<Parallelism>;
  /** Devices in all, where the file says. */
  readonly devices?: number;
  readonly weightFormat?: WeightFormat;
  readonly cacheDType?: DType;
  /** Tokens of a page of the KV cache. */
  readonly cachePageTokens?: number;
  /** Sequences that a server holds at once, at the most. */
  readonly maxSequences?: number;
  /** Share of the device's memory that a server may take, 0 to 1. */
  readonly memoryShare?: number;
  /** Where each figure came from, by the name of the Recipe property (`lora.rank`, `parallelism.tensor`, …). */
  readonly fields: FieldSources;
  /** What was assumed or left aside, as sentences for the user. */
  readonly assumptions: readonly string[];
}

export interface ModelReference {
  readonly name: string;
  readonly revision?: string;
  /** Path of the key that names it. */
  readonly path: string;
}
