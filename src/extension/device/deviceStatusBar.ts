import * as vscode from 'vscode';
import { deviceNote } from '../../devices/deviceNote';
import { bandwidthText, ratesText, shortDeviceName, withoutIcons } from '../../devices/deviceText';
import type { MachineDevice } from '../../devices/machineDevice';
import type { MemoryTarget } from '../../insight/memoryTarget';
import { formatBytes } from '../../model/units';
import { commandIds } from '../commands';
import { Disposable } from '../disposable';
import type { DeviceService } from './deviceService';

/** Left of the language and encoding, which have priorities of about 100. */
const PRIORITY = 110;

const LONGEST_NAME = 40;

/** The device and its memory in the status bar, while a config is in the active editor. */
export class DeviceStatusBar extends Disposable {
  private readonly item: vscode.StatusBarItem;
  private isVisible = false;

  public constructor(private readonly devices: DeviceService) {
    super();
    this.item = this._register(
      vscode.window.createStatusBarItem('headroom.device', vscode.StatusBarAlignment.Right, PRIORITY),
    );
    this.item.name = vscode.l10n.t('Headroom: Device');
    this.item.command = commandIds.chooseDevice;
    this._register(
      devices.onDidChange(() => {
        if (this.isVisible) this.render();
      }),
    );
  }

  /** Shows the item while the active editor has a recognised config, and hides it elsewhere. */
  public setVisible(visible: boolean): void {
    this.isVisible = visible;
    if (visible) {
      this.render();
      this.item.show();
    } else this.item.hide();
  }

  private render(): void {
    const { target } = this.devices;
    if (target === undefined) return;
    const machine = this.devices.machine();
    const text = statusText(target, machine);
    this.item.text = `$(chip) ${withoutIcons(text)}`;
    this.item.tooltip = tooltip(target, machine);
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Device that Headroom compares memory with: {0}. Choose another.', text),
      role: 'button',
    };
  }
}

/** `H100 SXM 80GB · 80.0 GiB · planned`, `this computer · 23.4 GiB`. */
function statusText({ name, memoryBytes, how, spec }: MemoryTarget, machine: MachineDevice): string {
  const short = shortened(shortDeviceName(spec?.name ?? name));
  const memory = memoryBytes > 0 ? formatBytes(memoryBytes) : vscode.l10n.t('memory unknown');
  if (how === 'planned') return vscode.l10n.t('{0} · {1} · planned', short, memory);
  if (machine.kind === 'processor') return vscode.l10n.t('this computer · {0}', memory);
  return `${short} · ${memory}`;
}

/** The status bar has room for a name, not for a sentence. */
function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

function tooltip(target: MemoryTarget, machine: MachineDevice): vscode.MarkdownString {
  const { name, memoryBytes, spec } = target;
  const markdown = new vscode.MarkdownString().appendMarkdown('**').appendText(name).appendMarkdown('**');
  const lines = [
    memoryBytes > 0
      ? vscode.l10n.t('Memory: {0}', formatBytes(memoryBytes))
      : vscode.l10n.t('Its memory is not known.'),
    howKnown(target, machine),
    ...(spec === undefined
      ? [vscode.l10n.t('Its published rates are not known: times are not projected.')]
      : []),
  ];
  if (spec !== undefined) {
    const rates = ratesText(spec);
    const bandwidth = bandwidthText(spec);
    if (rates !== '') lines.push(vscode.l10n.t('Published peak, dense: {0}', rates));
    if (bandwidth !== '') lines.push(vscode.l10n.t('Published memory bandwidth: {0}', bandwidth));
    lines.push(vscode.l10n.t('Source: {0}', spec.source));
    const note = deviceNote(spec);
    if (note !== undefined) lines.push(note);
  }
  for (const line of lines) markdown.appendMarkdown('\n\n').appendText(line);
  return markdown;
}

function howKnown({ how }: MemoryTarget, { kind, ran }: MachineDevice): string {
  if (how === 'planned') return vscode.l10n.t('Planned: chosen in the setting headroom.plannedDevice.');
  if (ran && kind === 'processor')
    return vscode.l10n.t('Profiles run on the processor here: the last one did.');
  if (ran) return vscode.l10n.t('Profiles run on this device here: the last one did.');
  if (kind === 'processor') return vscode.l10n.t('The memory that processes may use on this computer.');
  return vscode.l10n.t('Found in this computer; the first profile shows whether it can be used.');
}
