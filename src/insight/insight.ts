import type { EstimateOptions } from '../cost/estimate';
import type { LongestThatFits, Workload } from '../cost/longestSequence';
import type { FieldKind } from '../config/fields/locatedField';
import type { headGrouping, ModelSpec } from '../model/modelSpec';
import type { MemoryTarget } from './memoryTarget';

/** What a field of a config costs, as plain figures: bytes, FLOPs, tokens and milliseconds. */
export type FieldInsight =
  LengthInsight | WindowInsight | HeadsInsight | LayersInsight | TowerInsight | RopeInsight;

interface Insight {
  /** The field's key, as the file has it. */
  readonly key: string;
  /** What the figures are for. */
  readonly conditions: EstimateOptions;
}

/** What a sequence of a length costs. Memory and FLOPs are projected by closed formulas, never measured. */
export interface LengthInsight extends Insight {
  readonly kind: 'length';
  /** Tokens. */
  readonly n: number;
  /**
   * `value`: the field says so. `scenario`: the field is unset, and this is what the config amounts to. `parts`: the
   * field is the length of a part, and this is that of the whole sequence.
   */
  readonly from: 'value' | 'scenario' | 'parts';
  /** What the length is of: the sequence itself, or the input of an encoder beside it. */
  readonly of: 'sequence' | 'source';
  readonly purpose: Purpose;
  readonly devices: number;
  /** One more token of one sequence, while no window is full; 0 where nothing is cached. */
  readonly kvBytesPerToken: number;
  readonly at: LengthCost;
  readonly doubled: LengthCost;
  /** Absent for one token. */
  readonly halved?: LengthCost;
  readonly verdict: Verdict;
  readonly times: Times;
  readonly limits: LengthLimits;
}

/** Of the model itself: the longest sequence that it has learned positions for, and that it declares. */
export type LengthLimits = Partial<Pick<ModelSpec, 'learnedPositions' | 'maxSequenceLength'>>;

/** What the config is about: a model by itself, or how one is trained or served. */
export type Purpose = 'model' | 'training' | 'serving';

export interface LengthCost {
  /** Tokens. */
  readonly n: number;
  /** Of the whole batch on all devices, bytes. */
  readonly kvCacheBytes: number;
  /** Of the most loaded device, bytes. */
  readonly inferencePeakBytes: number;
  readonly prefillFlops: number;
  /** QKᵀ and PV of all prefill FLOPs, 0 to 1. */
  readonly attentionShare: number;
  /** Absent where the config is about serving. */
  readonly training?: {
    /** Of the most loaded device, bytes. */
    readonly peakBytes: number;
    readonly stepFlops: number;
  };
}

/** Whether it fits, of each workload that the config is about, the one that it is about most first. */
export interface Verdict {
  /** Absent where no device is known. */
  readonly target?: MemoryTarget;
  /** Empty where no memory is known. */
  readonly fits: readonly Fit[];
}

export interface Fit {
  readonly workload: Workload;
  readonly neededBytes: number;
  readonly fits: boolean;
  readonly longest: LongestThatFits;
}

export interface Times {
  /** Self-attention of all layers in one prefill. */
  readonly measured?: MeasuredTime;
  /** Whole passes. */
  readonly roofline?: RooflineTimes;
}

export interface MeasuredTime {
  /** False: projected from measurements at other lengths. */
  readonly atThisLength: boolean;
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
  readonly device: string;
  readonly precision: string;
}

/** Least times that the device's published rates allow, in ms. */
export interface RooflineTimes {
  readonly device: string;
  readonly prefillMs: number;
  readonly decodeMs?: number;
  readonly trainingStepMs?: number;
}

/** What the windows of a stack save at the config's own length. */
export interface WindowInsight extends Insight {
  readonly kind: 'window';
  /** Layers with a window or chunk; 0: the field has no effect. */
  readonly layers: number;
  readonly allLayers: number;
  readonly at: WindowCost;
  /** The same layers with full attention. */
  readonly full: WindowCost;
  readonly halved?: WindowCost;
  readonly doubled: WindowCost;
  /** Whole pages are kept for every token, whatever the window. */
  readonly isPaged: boolean;
}

export interface WindowCost {
  /** Tokens, the largest of the stack; longer than the sequence for full attention. */
  readonly window: number;
  /** Of the whole model, bytes. */
  readonly kvCacheBytes: number;
  /** QKᵀ and PV of a prefill of the whole model. */
  readonly attentionFlops: number;
  readonly attentionShare: number;
}

export interface HeadsInsight extends Insight {
  readonly kind: 'heads';
  readonly field: Extract<FieldKind, 'heads' | 'keyValueHeads' | 'headDim'>;
  /** The differing shapes of the stack. */
  readonly shapes: readonly HeadShape[];
  /** Of the stack; 0 where it caches nothing. */
  readonly kvBytesPerToken: number;
  /** Of the stack at the config's own length and batch. */
  readonly kvCacheBytes: number;
  readonly attentionShare: number;
  /** What other values of the field would change. */
  readonly others: readonly HeadsCost[];
}

export interface HeadShape {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly grouping: ReturnType<typeof headGrouping>;
}

export interface HeadsCost {
  readonly value: number;
  readonly kvBytesPerToken: number;
  readonly kvCacheBytes: number;
  readonly attentionFlops: number;
  /** Against the attention FLOPs as they are. */
  readonly attentionRatio: number;
}

export interface LayersInsight extends Insight {
  readonly kind: 'layers';
  readonly layers: number;
  readonly kinds: readonly LayerCost[];
}

/** One layer of a kind. */
export interface LayerCost {
  readonly name: string;
  readonly layers: number;
  readonly parameters: number;
  /** As stored for inference, bytes. */
  readonly weightBytes: number;
  readonly kvBytesPerToken: number;
  /** At the config's own length and batch. */
  readonly kvCacheBytes: number;
  readonly prefillFlops: number;
}

/** A stack of a fixed number of tokens: the patches of an image, the frames of a clip. */
export interface TowerInsight extends Insight {
  readonly kind: 'tower';
  readonly stack: string;
  readonly tokens: number;
  /** Pixels a side, where both are plain numbers of the config. */
  readonly image?: { readonly size: number; readonly patch: number };
  /** QKᵀ and PV for one image or clip. */
  readonly attentionFlops: number;
  readonly flops: number;
  readonly others: readonly TowerCost[];
}

export interface TowerCost {
  /** The field's value: pixels, or tokens. */
  readonly value: number;
  readonly tokens: number;
  readonly attentionFlops: number;
}

/** A context that rotary scaling extends. */
export interface RopeInsight extends Insight {
  readonly kind: 'rope';
  /** Tokens before scaling. */
  readonly original: number;
  /** Absent where the config has none, or one a frequency. */
  readonly factor?: number;
  /** original · factor, or the declared length where there is no factor. */
  readonly extended: number;
  readonly limits: LengthLimits & Required<Pick<LengthLimits, 'maxSequenceLength'>>;
  readonly at: LengthCost;
  readonly verdict: Verdict;
}
