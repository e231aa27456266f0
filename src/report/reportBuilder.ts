import * as l10n from '@vscode/l10n';
import { advise } from '../advisor/advice';
import { paretoFront } from '../advisor/pareto';
import { compare, rank } from '../advisor/ranking';
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
import type { Estimate } from '../cost/estimate';
import { estimate } from '../cost/estimateModel';
import { peakWithState } from '../cost/peakWithState';
import type { EngineOutcome } from '../engine/client';
import type { EngineEvent } from '../engine/protocol';
import { attentionKinds, type AttentionKind } from '../model/attentionKinds';
import { bytesOf } from '../model/dtype';
import { servedBytes } from '../model/memoryShare';
import { measuredDifferently } from './measuredDifferently';
import { MechanismCosts } from './mechanismCosts';
import type { ProfileJob } from './profileJob';
import { withPeak, type RegimesResult } from './regimes';
import type {
  DecomposedResult,
  DeviceRecord,
  LayerKindResult,
  MeasuredPoint,
  MechanismResult,
  Report,
  RunError,
  RunState,
} from './report';
import { reportSchemaVersion } from '../model/reportSchemaVersion';
import { HEADROOM_VERSION } from './version';

/** How far projections go beyond the asked length: two doublings. */
const BEYOND = 4;

/** Gathers the engine's events and makes whole reports of them, at any time. */
export class ReportBuilder {
  private readonly start = Date.now();
  private readonly createdAt = new Date(this.start).toISOString();
  private readonly kinds: KindBuilder[];
  private readonly notes: string[] = [];
  private state: RunState = 'running';
  private step = l10n.t('Starting the engine');
  private fraction = 0;
  private error: RunError | undefined;
  private device: DeviceRecord | undefined;
  private endedAt: number | undefined;
  private readonly estimated: Estimate;

  public constructor(
    private readonly job: ProfileJob,
    private readonly seed: number,
  ) {
    this.estimated = estimate(job.model, job.scenario);
    this.notes.push(
      ...(job.notes ?? []),
      ...measuredDifferently(job.model),
      ...unknownReplacements(job.replacements ?? []),
    );
    this.kinds = attentionKinds(job.model).map((kind) => new KindBuilder(job, kind));
  }

  public add(event: EngineEvent): void {
    switch (event.type) {
      case 'step':
        this.step = event.step;
        this.fraction = event.fraction;
        break;
      case 'note':
        this.notes.push(event.note);
        break;
      case 'device':
        this.device = event.device;
        break;
      case 'point':
        this.kindOf(event.layerKind)?.addPoint(event.mechanism, event.parameters, event.point);
        break;
      case 'skipped':
        this.kindOf(event.layerKind)?.skip(event.mechanism, event.reason);
        break;
      case 'decomposed':
        this.kindOf(event.layerKind)?.decompose(event.result);
        break;
      case 'regimes':
        this.kindOf(event.layerKind)?.addRegimes(event.result);
        break;
      case 'done':
      case 'failed':
        // The client turns these into an outcome.
        break;
    }
  }

  public end(outcome: EngineOutcome): void {
    this.state = outcome.state;
    this.endedAt = Date.now();
    if (outcome.state === 'complete') {
      this.fraction = 1;
      this.step = l10n.t('Complete');
    }
    if (outcome.state === 'failed') this.error = outcome.error;
  }

  public report(): Report {
    const { job } = this;
    return {
      schemaVersion: reportSchemaVersion,
      headroomVersion: HEADROOM_VERSION,
      createdAt: this.createdAt,
      source: job.source,
      model: job.model,
      scenario: job.scenario,
      estimate: this.estimated,
      ...(job.memoryShare && { memoryShare: job.memoryShare }),
      run: {
        state: this.state,
        ...(this.error === undefined ? {} : { error: this.error }),
        step: this.step,
        fraction: this.fraction,
        elapsedMs: (this.endedAt ?? Date.now()) - this.start,
        budgetSeconds: job.budgetSeconds,
        seed: this.seed,
        notes: [...this.notes],
      },
      ...(this.device === undefined ? {} : { device: this.device }),
      layerKinds: this.kinds.map((kind) => kind.result(this.device, this.estimated.memory.inferencePeak)),
    };
  }

  private kindOf(name: string): KindBuilder | undefined {
    return this.kinds.find((kind) => kind.name === name);
  }
}

interface MechanismState {
  parameters: Readonly<Record<string, number>> | undefined;
  points: MeasuredPoint[];
  skipped: string | undefined;
  costs: MechanismCosts | undefined;
  /** Made of the points so far; undefined after something new came. */
  result: { readonly dtype: RunDType; readonly value: MechanismResult } | undefined;
}

interface KnownComparison {
  readonly dense: MechanismResult;
  readonly result: MechanismResult;
  readonly compared: MechanismResult;
}

/** The results of one kind of attention layer. */
class KindBuilder {
  private readonly states = new Map<string, MechanismState>();
  private readonly comparisons = new Map<string, KnownComparison>();
  private decomposed: DecomposedResult | undefined;
  private regimes: RegimesResult | undefined;

  public constructor(
    private readonly job: ProfileJob,
    private readonly kind: AttentionKind,
  ) {}

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

  public result(device: DeviceRecord | undefined, modelPeakBytes: number): LayerKindResult {
    const sequenceLength = this.askedLength();
    const longest = Math.max(
      0,
      ...[...this.states.values()].flatMap((state) => state.points.map((point) => point.n)),
    );
    const shape = this.shapeAt(longest === 0 ? sequenceLength : longest, device);
    const denseResult = this.mechanismResult(dense, shape);
    const chosen = this.job.replacements;
    const others = replacements
      .filter(({ id }) => chosen?.includes(id) !== false)
      .map((mechanism) => this.compared(mechanism, denseResult, shape));
    const limitBytes =
      device === undefined || device.memoryBytes <= 0
        ? undefined
        : servedBytes(device.memoryBytes, this.job.memoryShare);
    const front = paretoFront([denseResult, ...others], sequenceLength);
    const withFront = (result: MechanismResult): MechanismResult =>
      front.has(result.id) ? { ...result, onFront: true } : result;
    const ranked = rank(others, sequenceLength, limitBytes).map(withFront);
    const advice = advise({
      dense: denseResult,
      replacements: ranked,
      sequenceLength,
      peakBytes: modelPeakBytes,
      ...(limitBytes === undefined ? {} : { limitBytes }),
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
    }
    const { costs } = state;
    const current = isCurrent(mechanism, this.kind.attention, parameters);
    const isRival = mechanism.id === dense.id;
    const peak = current || isRival || points.length === 0 ? undefined : this.peakWith(costs);
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
        this.job.model,
        this.job.configPlace,
      ),
      ...(peak === undefined ? {} : { modelPeakBytes: peak }),
      ...(state.skipped === undefined ? {} : { skipped: state.skipped }),
    };
  }

  /** The model's inference peak with what the mechanism keeps between tokens; undefined where it keeps nothing. */
  private peakWith(costs: MechanismCosts): number | undefined {
    const { model, scenario } = this.job;
    const elements = costs.keptElements();
    if (elements === undefined) return undefined;
    const width = bytesOf(scenario.cacheDType ?? scenario.dtype);
    return peakWithState(model, scenario, this.kind, elements, width);
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
      result: undefined,
    };
    this.states.set(id, state);
    return state;
  }
}

/** A chosen mechanism that is none: the run goes on without it, and says so. */
function unknownReplacements(chosen: readonly string[]): string[] {
  const ids = replacements.map(({ id }) => id);
  return chosen
    .filter((id) => !ids.includes(id))
    .map((id) => l10n.t("No mechanism is called '{0}'. There are: {1}.", id, ids.join(', ')));
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
