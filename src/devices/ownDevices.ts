import * as l10n from '@vscode/l10n';
import type { DeviceSpec } from './deviceSpec';
import { parseDeviceSetting } from './parseDeviceSetting';

/** The devices that a user describes, and what is wrong with the others. */
export interface OwnDevices {
  readonly devices: readonly DeviceSpec[];
  /** One sentence or two an entry that cannot be used, with its place. */
  readonly problems: readonly string[];
}

/** Reads the setting `headroom.devices`, whatever it holds; nothing is thrown. */
export function ownDevices(value: unknown): OwnDevices {
  if (value === undefined || value === null) return { devices: [], problems: [] };
  if (!Array.isArray(value)) {
    return { devices: [], problems: [l10n.t('The setting headroom.devices has to be a list of devices.')] };
  }
  const devices: DeviceSpec[] = [];
  const problems: string[] = [];
  for (const [index, entry] of value.entries()) {
    const result = parseDeviceSetting(entry);
    if ('device' in result) devices.push(result.device);
    else {
      const place = String(index + 1);
      problems.push(
        l10n.t('Device {0} in the setting headroom.devices: {1} {2}', place, result.problem, result.mend),
      );
    }
  }
  return { devices, problems };
}
