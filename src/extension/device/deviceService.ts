import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { DeviceSpec } from '../../devices/deviceSpec';
import { knownDevices } from '../../devices/deviceTable';
import { parseStoredDevices, storedDevices, withLearned } from '../../devices/learnedDevices';
import { machineDevice, type MachineDevice, type MachineFacts } from '../../devices/machineDevice';
import { ownDevices, type OwnDevices } from '../../devices/ownDevices';
import { plannedDevice, type PlannedDevice } from '../../devices/plannedDevice';
import { askGraphics } from '../../engine/graphics/askGraphics';
import type { GraphicsDevice } from '../../engine/graphics/graphicsDevice';
import { hasGpuNode } from '../../engine/graphics/hasGpuNode';
import { thisHost } from '../../engine/thisHost';
import type { MemoryTarget } from '../../insight/memoryTarget';
import type { DeviceChoice } from '../../report/profileJob';
import type { Report } from '../../report/report';
import { commandIds } from '../commands';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { chooseDevice } from './chooseDevice';
import { affectsDevice, openSetting, readDeviceSettings } from './deviceSettings';

const STATE_KEY = 'headroom.learnedDevices';

/** What the settings and the machine come to. */
interface DeviceState {
  readonly target: MemoryTarget;
  readonly own: OwnDevices;
  /** Every device that can be planned for, the user's own first. */
  readonly devices: readonly DeviceSpec[];
  readonly planned: PlannedDevice | undefined;
}

/** Knows the device that verdicts are about: the planned one, or the one of this machine that profiles run on. */
export class DeviceService extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  private readonly ending = new AbortController();
  private readonly told = new Set<string>();
  private state: DeviceState | undefined;
  private known: MachineFacts | undefined;
  private isDetecting = false;

  /** The name or the memory of the target changed. */
  public readonly onDidChange = this.changed.event;

  /**
   * `graphicsProgram` is the path of the bundle that lists GPUs, `dist/graphicsWorker.js`; `memento` keeps what
   * profiles ran on.
   */
  public constructor(
    private readonly graphicsProgram: string,
    private readonly memento: vscode.Memento,
    private readonly log: Log,
  ) {
    super();
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (affectsDevice(change)) this.refresh();
      }),
    );
    this._register({
      dispose: () => {
        this.ending.abort();
      },
    });
  }

  /** The device that verdicts are about. Known at once; a GPU of this machine replaces its host's memory later. */
  public get target(): MemoryTarget | undefined {
    return this.current.target;
  }

  /** Every device that can be planned for, the user's own first. */
  public get devices(): readonly DeviceSpec[] {
    return this.current.devices;
  }

  /** Devices of the user's own. */
  public get own(): readonly DeviceSpec[] {
    return this.current.own.devices;
  }

  /** The device of this machine that profiles run on, whatever is planned; with `choice` as the setting. */
  public machine(choice: DeviceChoice = readDeviceSettings().choice): MachineDevice {
    return machineDevice(choice, this.facts, this.devices);
  }

  /**
   * To be called when a config is shown. The first time, tells what is wrong with the settings and looks for GPUs,
   * which starts helper programs: in a workspace that is not trusted, that waits until it is.
   */
  public detect(): void {
    if (this.isDetecting || this.isDisposed) return;
    this.isDetecting = true;
    this.tellProblems();
    if (vscode.workspace.isTrusted) void this.findGraphics();
    else this._register(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.findGraphics()));
  }

  /** Takes from `report`, of a profile that ran here and now, what it ran on. */
  public learn({ device }: Report): void {
    if (device === undefined || this.isDisposed) return;
    this.keep({ ...this.facts, learned: withLearned(this.facts.learned, device) });
  }

  /** Forgets what profiles ran on: what the runtime can use has changed. */
  public forget(): void {
    this.keep({ ...this.facts, learned: {} });
  }

  /** Lets the user choose the device. */
  public async choose(): Promise<void> {
    try {
      this.detect();
      await chooseDevice(this);
    } catch (error) {
      this.log.error('the device could not be chosen', error);
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(vscode.l10n.t('The settings could not be written: {0}', reason));
    }
  }

  /** Read when first asked for, not at activation: naming the processor takes milliseconds. */
  private get facts(): MachineFacts {
    return (this.known ??= {
      host: thisHost(),
      graphics: [],
      learned: parseStoredDevices(this.memento.get(STATE_KEY), hostname()),
    });
  }

  private get current(): DeviceState {
    return (this.state ??= this.work());
  }

  private work(): DeviceState {
    const settings = readDeviceSettings();
    const own = ownDevices(settings.own);
    const devices = knownDevices(own.devices);
    const planned = plannedDevice(settings.planned, devices);
    const target =
      planned !== undefined && 'target' in planned
        ? planned.target
        : detectedTarget(machineDevice(settings.choice, this.facts, devices));
    return { own, devices, planned, target };
  }

  private refresh(): void {
    const before = this.state?.target;
    this.state = undefined;
    const { target } = this.current;
    if (this.isDetecting) this.tellProblems();
    if (before === undefined || !isSame(before, target)) this.changed.fire();
  }

  private keep(facts: MachineFacts): void {
    this.known = facts;
    this.memento
      .update(STATE_KEY, storedDevices(hostname(), facts.learned))
      .then(undefined, (error: unknown) => {
        this.log.error('the device could not be kept for the next window', error);
      });
    this.refresh();
  }

  private async findGraphics(): Promise<void> {
    const { platform, arch } = this.facts.host;
    // Apple's GPUs share the host's memory and are named by its processor, which is known already.
    if (!hasGpuNode() || (platform === 'darwin' && arch === 'arm64')) return;
    const answer = await askGraphics(this.graphicsProgram, this.ending.signal);
    if (this.isDisposed) return;
    if ('problem' in answer) {
      this.log.warn(`the GPUs of this machine are not known: ${answer.problem}`);
      return;
    }
    this.log.info(`GPUs: ${answer.devices.map(describeGraphics).join('; ') || 'none'}`);
    this.known = { ...this.facts, graphics: answer.devices };
    this.refresh();
  }

  /** Each problem once a window. */
  private tellProblems(): void {
    const { own, planned } = this.current;
    for (const problem of own.problems)
      this.tell(problem, vscode.l10n.t('Open Settings'), () => openSetting('headroom.devices'));
    if (planned !== undefined && 'problem' in planned) {
      this.tell(planned.problem, vscode.l10n.t('Choose Device…'), () =>
        vscode.commands.executeCommand(commandIds.chooseDevice),
      );
    }
  }

  private tell(problem: string, action: string, act: () => Thenable<unknown>): void {
    if (this.told.has(problem)) return;
    this.told.add(problem);
    this.log.warn(problem);
    vscode.window
      .showWarningMessage(problem, action)
      .then((choice) => (choice === action ? act() : undefined))
      .then(undefined, (error: unknown) => {
        this.log.error(`"${action}" failed`, error);
      });
  }
}

function detectedTarget({ kind, name, memoryBytes, spec }: MachineDevice): MemoryTarget {
  const shown = kind === 'processor' ? vscode.l10n.t('this computer ({0})', name) : name;
  return { name: shown, memoryBytes, how: 'detected', ...(spec && { spec }) };
}

function isSame(a: MemoryTarget, b: MemoryTarget): boolean {
  return a.name === b.name && a.memoryBytes === b.memoryBytes && a.how === b.how && a.spec === b.spec;
}

function describeGraphics({ name, memoryBytes }: GraphicsDevice): string {
  return `${name}, ${String(Math.round(memoryBytes / 2 ** 20))} MiB`;
}
