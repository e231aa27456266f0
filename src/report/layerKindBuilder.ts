import { advise, type MemorySubject } from '../advisor/advice';
import { paretoFront } from '../advisor/pareto';
import { compare, fits, rank } from '../advisor/ranking';
import { withRegimesPoint } from '../advisor/regimesPoint';
import { fitScaling, project } from '../advisor/scaling';
import { dense } from '../attention/dense';
import {
  isCurrent,
  resolveParameters,
  type AttentionMechanism,
  type AttentionShape,
  type RunDType,
} from '../attention/mechanism';
import { placedAdoption } from '../attention/placedAdoption';
import { mechanismById, replacements } from '../attention/registry';
import type { AttentionKind } from '../model/attentionKinds';
import { MechanismCosts } from './mechanismCosts';
import type { ProfileJob } from './profileJob';
import { withPeak, type RegimesResult } from './regimes';
import { ReplacedPeak } from './replacedPeak';
import { StatePeaks } from './statePeaks';
import type {
  DecomposedResult,
  DeviceRecord,
  LayerKindResult,
  MeasuredPoint,
  MechanismResult,
} from './report';

/** How far projections go beyond the asked length: two doublings. */
const BEYOND = 4;

interface MechanismState {
  parameters: Readonly<Record<string, number>> | undefined;
  points: MeasuredPoint[];
  skipped: string | undefined;
  costs: MechanismCosts | undefined;
  peak: ReplacedPeak | undefined;
  /** Made of the points so far; undefined after something new came. */
  result: { readonly dtype: RunDType; readonly value: MechanismResult } | undefined;
}

/** What a kind's result depends on beside its own events. */
export interface RunFacts {
  readonly device?: DeviceRecord;
  readonly memory?: MemorySubject;
  readonly isOver: boolean;
}

interface KnownComparison {
  readonly dense: MechanismResult;
  readonly result: MechanismResult;
  readonly compared: MechanismResult;
}

/** Dense attention with what the regimes measured of it. */
interface Rival {
  readonly measured: MechanismResult;
  readonly regimes: RegimesResult | undefined;
  readonly value: MechanismResult;
}

/** The results of one kind of attention layer. */
export class LayerKindBuilder {
  private readonly states = new Map<string, MechanismState>();
  private readonly comparisons = new Map<string, KnownComparison>();
  private decomposed: DecomposedResult | undefined;
  private regimes: RegimesResult | undefined;
  private rival: Rival | undefined;
  private readonly statePeaks: StatePeaks;

  public constructor(
    private readonly job: ProfileJob,
    private readonly kind: AttentionKind,
  ) {
    this.statePeaks = new StatePeaks(job, kind);
  }

  public get name(): string {
    return this.kind.name;
  }

  public addPoint(id: string, parameters: Readonly<Record<string, number>>, point: MeasuredPoint): void {
    const state = this.stateOf(id);
    state.parameters = parameters;
    state.result = undefined;
    // A length is reported twice: after its first runs, and when its repetitions are done.
    state.points = [...state.points.filter((known) => known.n !== point.n), point].sort((a, b) => a.n - b.n);
  }

  public skip(id: string, reason: string): void {
    const state = this.stateOf(id);
    state.skipped = reason;
    state.result = undefined;
  }

  public decompose(result: DecomposedResult): void {
    this.decomposed = result;
  }

  public addRegimes(result: RegimesResult): void {
    this.regimes = result;
  }

  public result({ device, memory, isOver }: RunFacts): LayerKindResult {
    const sequenceLength = this.askedLength();
    const longest = Math.max(
      0,
      ...[...this.states.values()].flatMap((state) => state.points.map((point) => point.n)),
    );
    const shape = this.shapeAt(longest === 0 ? sequenceLength : longest, device);
    const denseResult = this.denseResult(shape);
    const chosen = this.job.replacements;
    const limitBytes = memory?.inference.limitBytes;
    const others = replacements
      .filter(({ id }) => chosen?.includes(id) !== false)
      .map((mechanism) => withFit(this.compared(mechanism, denseResult, shape), limitBytes));
    const front = paretoFront([denseResult, ...others], sequenceLength);
    const withFront = (result: MechanismResult): MechanismResult =>
      front.has(result.id) ? { ...result, onFront: true } : result;
    const ranked = rank(others, sequenceLength, limitBytes, denseResult).map(withFront);
    const advice = advise({
      dense: denseResult,
      replacements: ranked,
      sequenceLength,
      dtype: shape.dtype,
      isOver,
      ...(device && { provider: device.provider }),
      ...(memory && { memory }),
      peakWith: ({ id }, changes) => this.states.get(id)?.peak?.with(changes),
    });
    return {
      name: this.kind.name,
      layers: this.kind.layers,
      shape,
      ...(this.kind.attention.window === undefined ? {} : { window: this.kind.attention.window }),
      dense: withFront(denseResult),
      ...(this.decomposed === undefined ? {} : { decomposed: this.decomposed }),
      ...(this.regimes === undefined
        ? {}
        : { regimes: withPeak(this.regimes, device?.matmulFlopsPerSecond) }),
      replacements: ranked,
      ...(advice === undefined ? {} : { advice }),
    };
  }

  /** The rival; the same object as long as nothing new came, since comparisons are kept by it. */
  private denseResult(shape: AttentionShape): MechanismResult {
    const result = this.mechanismResult(dense, shape);
    if (this.rival?.measured !== result || this.rival.regimes !== this.regimes) {
      const { regimes } = this;
      this.rival = { measured: result, regimes, value: withRegimesPoint(result, regimes, shape) };
    }
    return this.rival.value;
  }

  /** Against dense; computed anew only where a point of either is new, since a run sends hundreds of events. */
  private compared(
    mechanism: AttentionMechanism,
    denseResult: MechanismResult,
    shape: AttentionShape,
  ): MechanismResult {
    const result = this.mechanismResult(mechanism, shape);
    const known = this.comparisons.get(mechanism.id);
    if (known?.dense === denseResult && known.result === result) return known.compared;
    const comparison = compare(denseResult, result, this.askedLength(), ({ id, parameters }, n) =>
      mechanismById(id).flops({ ...shape, n }, parameters),
    );
    const compared = comparison === undefined ? result : { ...result, comparison };
    this.comparisons.set(mechanism.id, { dense: denseResult, result, compared });
    return compared;
  }

  private mechanismResult(mechanism: AttentionMechanism, shape: AttentionShape): MechanismResult {
    const state = this.stateOf(mechanism.id);
    if (state.result?.dtype !== shape.dtype) {
      state.result = { dtype: shape.dtype, value: this.makeResult(mechanism, shape, state) };
    }
    return state.result.value;
  }

  private makeResult(
    mechanism: AttentionMechanism,
    shape: AttentionShape,
    state: MechanismState,
  ): MechanismResult {
    const points = [...state.points];
    const asked = { ...shape, n: this.askedLength() };
    const parameters = state.parameters ?? resolveParameters(mechanism, asked);
    const fit = fitScaling(
      points.flatMap(({ n, flops, timing }) =>
        timing === undefined ? [] : [{ n, flops, ms: timing.medianMs }],
      ),
    );
    const lengths = projectedLengths(points, this.askedLength());
    if (state.costs?.isOf(asked, parameters) !== true) {
      state.costs = new MechanismCosts(mechanism, asked, parameters);
      state.peak = new ReplacedPeak(this.job, this.kind, mechanism, parameters, state.costs, this.statePeaks);
    }
    const { costs } = state;
    const current = isCurrent(mechanism, this.kind.attention, parameters);
    const isRival = mechanism.id === dense.id;
    const peak = current || isRival || points.length === 0 ? undefined : state.peak?.with([]);
    return {
      id: mechanism.id,
      title: mechanism.title,
      family: mechanism.family,
      paper: mechanism.paper,
      ...(mechanism.quality === undefined ? {} : { quality: mechanism.quality }),
      parameters,
      exact: mechanism.exact,
      causal: mechanism.causal,
      current,
      points,
      ...(fit === undefined ? {} : { fit }),
      projection: project(fit, points, lengths, (n) => costs.at(n)),
      adoption: placedAdoption(
        mechanism.adopt(this.job.model, this.kind.attention, parameters),
        this.job.configPlace,
      ),
      ...(peak === undefined ? {} : { modelPeakBytes: peak }),
      ...(state.skipped === undefined ? {} : { skipped: state.skipped }),
    };
  }

  /** Tokens of the question: those of the scenario, or of the kind where they are fixed. */
  private askedLength(): number {
    return this.kind.fixedTokens ?? this.job.scenario.sequenceLength;
  }

  private shapeAt(n: number, device: DeviceRecord | undefined): AttentionShape {
    const { heads, kvHeads, headDim, causal } = this.kind.attention;
    return {
      batch: this.job.scenario.batch,
      heads,
      kvHeads,
      headDim,
      causal,
      n,
      dtype: device?.precision ?? 'float32',
    };
  }

  private stateOf(id: string): MechanismState {
    const known = this.states.get(id);
    if (known !== undefined) return known;
    const state: MechanismState = {
      parameters: undefined,
      points: [],
      skipped: undefined,
      costs: undefined,
      peak: undefined,
      result: undefined,
    };
    this.states.set(id, state);
    return state;
  }
}

function withFit(result: MechanismResult, limitBytes: number | undefined): MechanismResult {
  const modelFits = limitBytes === undefined ? undefined : fits(result, limitBytes);
  return modelFits === undefined ? result : { ...result, modelFits };
}

/** The measured lengths, the asked one, and the powers of two between and beyond. */
function projectedLengths(points: readonly MeasuredPoint[], sequenceLength: number): number[] {
  const first = points[0]?.n;
  if (first === undefined) return [];
  const lengths = new Set([...points.map((point) => point.n), sequenceLength]);
  const last = BEYOND * Math.max(sequenceLength, ...lengths);
  for (let n = 2 ** Math.ceil(Math.log2(first)); n <= last; n *= 2) lengths.add(n);
  return [...lengths].sort((a, b) => a - b);
}
