import type {
  Adoption,
  AttentionShape,
  Citation,
  MechanismFamily,
  ReportedQuality,
  RunDType,
} from '../attention/mechanism';
import type { ProjectedSettings, SettingsThatFit } from '../advisor/settingsThatFit';
import type { Estimate, EstimateOptions } from '../cost/estimate';
import type { MemoryShare } from '../model/memoryShare';
import type { ModelSpec } from '../model/modelSpec';
import type { reportSchemaVersion } from '../model/reportSchemaVersion';
import type { RegimesResult } from './regimes';

/**
 * Everything that one profile run found, as one JSON value. The panel, the command line and the
 * exported page render this and nothing else, so what they show is the same.
 */
export interface Report {
  readonly schemaVersion: typeof reportSchemaVersion;
  readonly headroomVersion: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly source: ReportSource;
  readonly model: ModelSpec;
  readonly scenario: Scenario;
  readonly estimate: Estimate;
  /** What the profiled config lets a server take of a device's memory; absent where it sets no bound. */
  readonly memoryShare?: MemoryShare;
  readonly run: RunRecord;
  /** Absent until the device was found. */
  readonly device?: DeviceRecord;
  /** One entry a kind of attention layer, in the model's order. Filled while the run goes on. */
  readonly layerKinds: readonly LayerKindResult[];
}

export interface ReportSource {
  /** Shown to people: `llama-3.2-1b/config.json`. */
  readonly name: string;
  /** Where the editor opens it again; absent for standard input. */
  readonly uri?: string;
  /** The model's own config, where the file only names it; without a place where it is from no file. */
  readonly model?: { readonly name: string; readonly uri?: string };
}

/** What the user asked about: the config's own length and recipe, unless chosen otherwise. */
export type Scenario = EstimateOptions;

export type RunState = 'running' | 'complete' | 'cancelled' | 'failed';

export interface RunRecord {
  readonly state: RunState;
  readonly error?: RunError;
  /** What is being done at the moment; last step when over. */
  readonly step: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly elapsedMs: number;
  readonly budgetSeconds: number;
  readonly seed: number;
  /** Messages a reader must know to judge the figures: fall-backs, skipped lengths, failed kernels. */
  readonly notes: readonly string[];
}

export interface RunError {
  /** `not-run`: nothing was started, as in a workspace that is not trusted. */
  readonly kind: 'crash' | 'out-of-memory' | 'time-out' | 'device' | 'runtime' | 'not-run';
  readonly message: string;
  /** What the user can do. */
  readonly mend: string;
}

export interface DeviceRecord {
  /** Execution provider: `cpu`, `webgpu`, `cuda`, `dml`, `coreml`. */
  readonly provider: string;
  /** `NVIDIA H100 80GB HBM3`, `AMD EPYC 9R14, 2 threads`. */
  readonly name: string;
  /** Memory that attention can use: the GPU's, or the host's. 0 where unknown. */
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly driver?: string;
  /** The provider that was asked for and could not be used. */
  readonly fallbackFrom?: string;
  /** Every provider that was tried, and why it was not used. */
  readonly tried: readonly { readonly provider: string; readonly ok: boolean; readonly detail: string }[];
  readonly precision: RunDType;
  readonly runtime: string;
  readonly platform: string;
  readonly threads: number;
  /** Rate of a 2048³ (smaller on slow devices) MatMul on this device, operations a second: the measured peak. */
  readonly matmulFlopsPerSecond?: number;
  /** Side of that MatMul's matrices. */
  readonly matmulSize?: number;
}

export interface LayerKindResult {
  readonly name: string;
  readonly layers: number;
  /** Shape of the longest run; other points differ in n only. */
  readonly shape: AttentionShape;
  /** The window that the model already has in these layers. */
  readonly window?: number;
  readonly dense: MechanismResult;
  readonly decomposed?: DecomposedResult;
  /** Prefill beside decode; absent until measured, and where the time did not last for it. */
  readonly regimes?: RegimesResult;
  /** In ranked order. */
  readonly replacements: readonly MechanismResult[];
  /** What to do in these layers, by the figures; absent until the device or a time is known. */
  readonly advice?: Advice;
}

/** The answer that the ranking gives: whole sentences, and the mechanisms that they speak of. */
export interface Advice {
  /** Nothing is clearly faster at the asked length, and what the layers have fits or is not known not to. */
  readonly keep: boolean;
  /** The fastest replacement at the asked length, where one is clearly faster than dense. */
  readonly fastest?: string;
  /** The cheapest replacement with which the model fits at the asked length, where it does not fit as it is. */
  readonly cheapestThatFits?: string;
  /** Absent unless neither settings alone at the asked batch nor a replacement alone makes inference fit. */
  readonly pair?: PairAdvice;
  /** Absent where the device's memory is not known, and in reports of older versions. */
  readonly inference?: MemoryAdvice;
  readonly training?: MemoryAdvice;
  readonly sentences: readonly string[];
}

/** A replacement in these layers together with settings, and the projected inference peak of the model with both. */
export interface PairAdvice extends ProjectedSettings {
  /** Id and parameters of the replacement. */
  readonly replacement: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** The cheapest pair that fits; false: none does, and this one has the least peak. */
  readonly fits: boolean;
}

/** Whether one use of the model fits the device's memory, and where not, which settings make it. All bytes are projected. */
export interface MemoryAdvice extends SettingsThatFit {
  readonly fits: boolean;
  /** Peak of the most loaded device as things are. */
  readonly peakBytes: number;
  /** What may be taken of a device's memory. */
  readonly limitBytes: number;
  /** Tokens that fit with the settings of the least peak, where the asked ones do not even so; 0 where no length does. */
  readonly longestWithLeast?: number;
}

export interface MechanismResult {
  readonly id: string;
  readonly title: string;
  readonly family: MechanismFamily;
  readonly paper: Citation;
  readonly quality?: ReportedQuality;
  readonly parameters: Readonly<Record<string, number>>;
  readonly exact: boolean;
  readonly causal: 'yes' | 'no' | 'both';
  /** The model's layers compute this mechanism with these parameters already. */
  readonly current: boolean;
  /** Measured lengths, ascending. */
  readonly points: readonly MeasuredPoint[];
  /** Time over n, fitted on the points; absent without a valid point. */
  readonly fit?: ScalingFit;
  /** Projected time and memory of one attention call at standard lengths up to the scenario's and beyond. */
  readonly projection: readonly ProjectionPoint[];
  /** Against dense at the longest length where both were measured; absent for dense itself. */
  readonly comparison?: Comparison;
  readonly adoption: Adoption;
  /**
   * Projected inference peak of the most loaded device at the scenario with the mechanism in these layers: the estimate
   * with their KV cache replaced by what the mechanism keeps between tokens. Absent where that is not known.
   */
  readonly modelPeakBytes?: number;
  /** Whether that peak is within what may be taken of the device's memory; absent where one of the two is not known. */
  readonly modelFits?: boolean;
  /** No other one is as fast, as small and as exact at the asked length, and better in one of these. */
  readonly onFront?: boolean;
  /** Why this mechanism was not run at all. */
  readonly skipped?: string;
}

export interface MeasuredPoint {
  readonly n: number;
  /** The kernel that was fastest among those that verified. */
  readonly kernel: string;
  /** Absent when nothing verified: then no time is shown as valid. */
  readonly timing?: Timing;
  readonly verification: Verification;
  /** Peak bytes that the runtime held for the call, from its own profile; absent where it does not say. */
  readonly peakBytes?: number;
  /** The same by the closed formula. */
  readonly formulaBytes: number;
  readonly flops: number;
  readonly executedFlops: number;
  /** Other kernels that were tried at this length. */
  readonly otherKernels: readonly KernelTrial[];
}

export interface KernelTrial {
  readonly kernel: string;
  /** The fastest of a few trial runs: enough to choose a kernel by, no median. */
  readonly bestMs?: number;
  readonly verification?: Verification;
  readonly error?: string;
}

/** Wall time of one call; inputs, session creation and copies are outside. */
export interface Timing {
  readonly medianMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /**
   * What lowMs and highMs bound: `confidence`: the median with 95 % (binomial order statistics);
   * `range`: the samples themselves, where fewer than six were taken and no such interval exists.
   */
  readonly interval: 'confidence' | 'range';
  readonly minMs: number;
  readonly repetitions: number;
  /** The interval's half-width reached the target before the budget ended. */
  readonly converged: boolean;
}

export interface Verification {
  readonly passed: boolean;
  /** Largest |output − reference| over the largest |reference| at the same position; the worst of all sampled rows. */
  readonly maxError: number;
  readonly tolerance: number;
  /** Rows compared, over all heads. */
  readonly rows: number;
  readonly message?: string;
}

/** Per-head, per-stage times from a graph in which every head and stage is a node of its own. */
export interface DecomposedResult {
  readonly n: number;
  readonly verification: Verification;
  readonly perHead: readonly HeadTiming[];
  /** Sum over heads and stages, median over the repetitions. */
  readonly totalMs: number;
  /** Stages that belong to no head (scaling of q, transposition of k). */
  readonly sharedMs: number;
  readonly repetitions: number;
  readonly clock: 'runtime profile, cpu' | 'runtime profile, gpu';
}

export interface HeadTiming {
  readonly head: number;
  readonly qkMs: number;
  readonly softmaxMs: number;
  readonly pvMs: number;
  /** Interquartile range of the head's total. */
  readonly spreadMs: number;
}

/** t(n) = constant + linear·n + perGflop·F(n) in ms, coefficients ≥ 0; F is the mechanism's own FLOPs in GFLOP. */
export interface ScalingFit {
  readonly constant: number;
  readonly linear: number;
  readonly perGflop: number;
  /** Largest relative error when a point is left out and predicted from the others; absent with fewer than 3 points. */
  readonly leaveOneOutError?: number;
  readonly pointsUsed: number;
}

export interface ProjectionPoint {
  readonly n: number;
  readonly ms: number;
  readonly low: number;
  readonly high: number;
  readonly measured: boolean;
  /** Projected from one measured length, in proportion to the FLOPs: how the time grows was not seen. */
  readonly fromOneLength?: true;
  /** Bytes held by the call: q, k, v, o and workspace. */
  readonly bytes: number;
}

export interface Comparison {
  readonly n: number;
  readonly speedup: number;
  readonly speedupLow: number;
  readonly speedupHigh: number;
  /** Time of the naive n × n graph, of a few trial runs, over this median; absent where it was not run at this n. */
  readonly speedupOverNaive?: number;
  /** Dense FLOPs over this mechanism's, mathematically needed ones. */
  readonly flopRatio: number;
  /** Dense peak bytes over this mechanism's. */
  readonly memoryRatio?: number;
  /** One of the two fits is from one length. */
  readonly fromOneLength?: true;
  /**
   * The shortest length from which this is faster than dense, from the fits; absent when it never is, and where a fit
   * is from one length and its error leaves open whether it ever is.
   */
  readonly breakEven?: number;
  /** The same where both fits err in this one's favour and against it; `high` absent: it may never be faster. */
  readonly breakEvenBounds?: { readonly low: number; readonly high?: number };
  /** The fits put a break-even where a measured point refutes it; none is given. */
  readonly fitsDisagree?: true;
  /** One sentence that says why the mechanism is where it is in the ranking. */
  readonly reason: string;
}
