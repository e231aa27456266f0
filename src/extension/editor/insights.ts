import * as vscode from 'vscode';
import type { Inspection } from '../../config/fields/inspection';
import type { LocatedField } from '../../config/fields/locatedField';
import { configProblems } from '../../insight/configProblems';
import type { ConfigProblem } from '../../insight/configProblem';
import { fieldInsight } from '../../insight/fieldInsight';
import type { FieldInsight } from '../../insight/fieldInsight';
import type { MachineDevice } from '../../devices/machineDevice';
import type { MemoryTarget } from '../../insight/memoryTarget';
import type { ModelSpec } from '../../model/modelSpec';
import type { Report } from '../../report/report';
import { chosenConditions } from '../chosenConditions';
import { Disposable } from '../disposable';
import type { InspectionCache } from './inspectionCache';

/** The device that verdicts are about, as the user chose it. */
export interface DeviceSource {
  readonly onDidChange: vscode.Event<unknown>;
  readonly target: MemoryTarget | undefined;
  /** What profiles run on in this machine. */
  machine(): Pick<MachineDevice, 'kind'>;
}

/** What was measured before. */
export interface ProfileSource {
  readonly onDidChange: vscode.Event<unknown>;
  find(model: ModelSpec): Report | undefined;
}

/** What was worked out for one inspection. */
interface Answers {
  readonly fields: Map<LocatedField, FieldInsight | undefined>;
  problems?: readonly ConfigProblem[];
  /** The profile of these shapes; its value is undefined where none is. */
  profile?: { readonly report: Report | undefined };
}

/** What a config costs on the chosen device under the user's settings; worked out once, as long as none changes. */
export class Insights extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Fires when the same text has other answers: another device, other settings, a new profile, another model. */
  public readonly onDidChange = this.changed.event;
  private answers = new WeakMap<Inspection, Answers>();

  public constructor(
    cache: InspectionCache,
    private readonly device: DeviceSource,
    private readonly profiles: ProfileSource,
  ) {
    super();
    const reset = (): void => {
      this.answers = new WeakMap();
      this.changed.fire();
    };
    for (const changed of [cache.onDidInvalidate, device.onDidChange, profiles.onDidChange]) {
      this._register(changed(reset));
    }
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('headroom')) reset();
      }),
    );
  }

  /** What `field` of `inspection`, the config at `uri`, decides; undefined where the config cannot be read. */
  public of(uri: vscode.Uri, inspection: Inspection, field: LocatedField): FieldInsight | undefined {
    const { reading } = inspection;
    if (reading === undefined) return undefined;
    const { fields } = this.answersTo(inspection);
    if (!fields.has(field)) {
      const { target } = this.device;
      const report = this.reportOf(inspection);
      const settings = chosenConditions(uri);
      fields.set(
        field,
        fieldInsight({ reading, field, settings, ...(target && { target }), ...(report && { report }) }),
      );
    }
    return fields.get(field);
  }

  /** What is wrong with `inspection`, the config at `uri`. */
  public problems(uri: vscode.Uri, inspection: Inspection): readonly ConfigProblem[] {
    const answers = this.answersTo(inspection);
    answers.problems ??= configProblems(inspection, chosenConditions(uri), this.device.target);
    return answers.problems;
  }

  /** The latest profile of these shapes, made on the device that is asked about: never on one that is planned. */
  public reportOf(inspection: Inspection): Report | undefined {
    const answers = this.answersTo(inspection);
    answers.profile ??= { report: this.profileOf(inspection) };
    return answers.profile.report;
  }

  private profileOf({ reading }: Inspection): Report | undefined {
    if (reading === undefined || this.device.target?.how === 'planned') return undefined;
    const report = this.profiles.find(reading.model);
    // One that ran on the processor says nothing of the GPU that is asked about, nor the other way round.
    const isOfProcessor = report?.device?.provider === 'cpu';
    return isOfProcessor === (this.device.machine().kind === 'processor') ? report : undefined;
  }

  private answersTo(inspection: Inspection): Answers {
    const known = this.answers.get(inspection);
    if (known !== undefined) return known;
    const answers: Answers = { fields: new Map() };
    this.answers.set(inspection, answers);
    return answers;
  }
}
