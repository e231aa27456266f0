import * as vscode from 'vscode';
import { deviceChoices, type DeviceChoice } from '../../report/profileJob';

/** The settings that decide which device verdicts are about, as the user wrote them. */
export interface DeviceSettings {
  /** What measurements run on. */
  readonly choice: DeviceChoice;
  /** The device that is planned for, as text; empty: this machine's. */
  readonly planned: string;
  /** Devices of the user's own, not yet checked. */
  readonly own: unknown;
}

/** The window's device settings: a folder's own `headroom.device` is one for the profiles in that folder. */
export function readDeviceSettings(): DeviceSettings {
  const section = vscode.workspace.getConfiguration('headroom');
  const device = section.get<unknown>('device');
  const planned = section.get<unknown>('plannedDevice');
  return {
    choice: deviceChoices.find((choice) => choice === device) ?? 'auto',
    planned: typeof planned === 'string' ? planned : '',
    own: section.get<unknown>('devices'),
  };
}

/** Whether `change` is about any of them. */
export function affectsDevice(change: vscode.ConfigurationChangeEvent): boolean {
  return ['device', 'plannedDevice', 'devices'].some((key) => change.affectsConfiguration(`headroom.${key}`));
}

/**
 * Writes `headroom.${key}` where the workspace has a value of its own there, else for the user. An undefined
 * `value` takes the setting away; where the user's would show through then, `fallback` covers it.
 * Rejects where the settings cannot be written.
 */
export async function writeDeviceSetting(
  key: 'device' | 'plannedDevice',
  value: string | undefined,
  fallback: string,
): Promise<void> {
  const section = vscode.workspace.getConfiguration('headroom');
  const { workspaceValue, globalValue } = section.inspect<string>(key) ?? {};
  if (workspaceValue === undefined) {
    await section.update(key, value, vscode.ConfigurationTarget.Global);
  } else {
    const covered = globalValue === undefined ? value : (value ?? fallback);
    await section.update(key, covered, vscode.ConfigurationTarget.Workspace);
  }
}

/** Shows the setting called `id` in the editor of settings. */
export function openSetting(id: string): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', `@id:${id}`);
}
