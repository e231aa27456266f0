import * as vscode from 'vscode';
import type { DeviceSpec } from '../../devices/deviceSpec';
import { bandwidthText, ratesText, withoutIcons } from '../../devices/deviceText';
import { planningOrder } from '../../devices/planningOrder';
import { formatBytes } from '../../model/units';
import type { DeviceService } from './deviceService';
import { openSetting, readDeviceSettings, writeDeviceSetting } from './deviceSettings';

interface DeviceItem extends vscode.QuickPickItem {
  readonly act?: () => Thenable<unknown>;
}

/** Asks for the device that verdicts are about and writes the answer to the settings. Rejects where it cannot. */
export async function chooseDevice(service: DeviceService): Promise<void> {
  const { usual, others } = planningOrder(service.devices.filter((device) => !service.own.includes(device)));
  const items: DeviceItem[] = [
    separator(vscode.l10n.t('This machine')),
    ...machineItems(service),
    ...group(vscode.l10n.t('Your devices'), service.own, service),
    ...group(vscode.l10n.t('Planned: in data centres'), usual, service),
    ...group(vscode.l10n.t('Planned: another device'), others, service),
    separator(''),
    {
      label: vscode.l10n.t('Describe a device of your own…'),
      iconPath: new vscode.ThemeIcon('add'),
      act: () => openSetting('headroom.devices'),
    },
    {
      label: vscode.l10n.t('Choose what measurements run on…'),
      iconPath: new vscode.ThemeIcon('settings-gear'),
      act: () => openSetting('headroom.device'),
    },
  ];
  const choice = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Choose Device'),
    placeHolder: vscode.l10n.t('The device whose memory and rates estimates are compared with'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await choice?.act?.();
}

/** Automatic and the processor; and what else the setting `headroom.device` names at the moment. */
function machineItems(service: DeviceService): DeviceItem[] {
  const { choice } = readDeviceSettings();
  const isHere = service.target?.how === 'detected';
  const choices = [...new Set(['auto', choice, 'cpu'] as const)];
  return choices.map((each) => {
    const machine = service.machine(each);
    const titles = { auto: vscode.l10n.t('Automatic'), cpu: vscode.l10n.t('Processor') };
    const title = each === 'auto' || each === 'cpu' ? titles[each] : vscode.l10n.t('Through {0}', each);
    const memory =
      machine.memoryBytes > 0 ? formatBytes(machine.memoryBytes) : vscode.l10n.t('memory unknown');
    return {
      label: title,
      description: [machine.name, memory, ...(isHere && each === choice ? [chosen()] : [])].join(' · '),
      ...(machine.spec && detailOf(machine.spec)),
      iconPath: new vscode.ThemeIcon('vm'),
      act: async () => {
        if (each !== choice) await writeDeviceSetting('device', each === 'auto' ? undefined : each, 'auto');
        await writeDeviceSetting('plannedDevice', undefined, '');
      },
    };
  });
}

function group(title: string, devices: readonly DeviceSpec[], service: DeviceService): DeviceItem[] {
  if (devices.length === 0) return [];
  return [separator(title), ...devices.map((device) => plannedItem(device, service))];
}

function plannedItem(device: DeviceSpec, { target }: DeviceService): DeviceItem {
  const { name, memoryBytes, vendor } = device;
  const isChosen = target?.how === 'planned' && target.spec === device;
  return {
    label: withoutIcons(name),
    description: [
      formatBytes(memoryBytes),
      ...(vendor === 'other' ? [] : [vendor]),
      ...(isChosen ? [chosen()] : []),
    ].join(' · '),
    ...detailOf(device),
    act: () => writeDeviceSetting('plannedDevice', name, ''),
  };
}

function detailOf(spec: DeviceSpec): { detail?: string } {
  const detail = [ratesText(spec), bandwidthText(spec)].filter((text) => text !== '').join(' · ');
  return detail === '' ? {} : { detail };
}

function chosen(): string {
  return vscode.l10n.t('chosen');
}

function separator(label: string): DeviceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
