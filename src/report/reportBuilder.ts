import * as l10n from '@vscode/l10n';
import type { MemorySubject } from '../advisor/advice';
import { memoryAdvice } from '../advisor/memoryAdvice';
import { replacements } from '../attention/registry';
import type { Estimate } from '../cost/estimate';
import { estimate } from '../cost/estimateModel';
import { memoryBounds } from '../cost/parallelDegrees';
import type { EngineOutcome } from '../engine/client';
import type { EngineEvent } from '../engine/protocol';
import { attentionKinds } from '../model/attentionKinds';
import { memoryOwner } from '../model/memoryShare';
import { formatInteger } from '../model/units';
import { LayerKindBuilder } from './layerKindBuilder';
import { measuredDifferently } from './measuredDifferently';
import type { ProfileJob } from './profileJob';
import type { DeviceRecord, LayerKindResult, Report, RunError, RunState } from './report';
import { memoryLimit } from './reportSections';
import { reportSchemaVersion } from '../model/reportSchemaVersion';
import { HEADROOM_VERSION } from './version';

/** Gathers the engine's events and makes whole reports of them, at any time. */
export class ReportBuilder {
  private readonly start = Date.now();
  private readonly createdAt = new Date(this.start).toISOString();
  private readonly kinds: LayerKindBuilder[];
  private readonly notes: string[] = [];
  private state: RunState = 'running';
  private step = l10n.t('Starting the engine');
  private fraction = 0;
  private error: RunError | undefined;
  private device: DeviceRecord | undefined;
  private memory: MemorySubject | undefined;
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
    this.kinds = attentionKinds(job.model).map((kind) => new LayerKindBuilder(job, kind));
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
        this.memory = this.memoryOf(event.device);
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
      layerKinds: this.layerKinds(),
    };
  }

  private layerKinds(): LayerKindResult[] {
    const { device, memory, kinds } = this;
    const isOver = this.state !== 'running';
    const [first] = kinds;
    return kinds.map((kind) =>
      kind.result({
        isOver,
        ...(device && { device }),
        // What is of the whole model is told once, with the first kind.
        ...(memory && { memory: kind === first ? memory : { ...memory, settingsWith: first?.name ?? '' } }),
      }),
    );
  }

  /** What the device's memory means for the whole model; undefined where it is not known. */
  private memoryOf(device: DeviceRecord): MemorySubject | undefined {
    const { model, scenario, memoryShare } = this.job;
    const bounds = memoryBounds(device.memoryBytes, memoryShare);
    if (bounds === undefined) return undefined;
    const { of, share } = memoryLimit({ device, ...(memoryShare && { memoryShare }) });
    const { devices } = this.estimated.perDevice;
    const each = (owner: string): string =>
      devices === 1 ? owner : l10n.t('each of {0} devices ({1})', formatInteger(devices), owner);
    return {
      inference: memoryAdvice(model, scenario, bounds, 'inference'),
      training: memoryAdvice(model, scenario, bounds, 'training'),
      estimate: this.estimated,
      owner: each(of),
      served: each(memoryOwner(of, false, share)),
    };
  }

  private kindOf(name: string): LayerKindBuilder | undefined {
    return this.kinds.find((kind) => kind.name === name);
  }
}

/** A chosen mechanism that is none: the run goes on without it, and says so. */
function unknownReplacements(chosen: readonly string[]): string[] {
  const ids = replacements.map(({ id }) => id);
  return chosen
    .filter((id) => !ids.includes(id))
    .map((id) => l10n.t("No mechanism is called '{0}'. There are: {1}.", id, ids.join(', ')));
}
