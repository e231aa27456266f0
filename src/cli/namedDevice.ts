import type { DeviceSpec } from '../devices/deviceSpec';
import { findDevice, knownDevices } from '../devices/deviceTable';
import { parseDeviceSetting } from '../devices/parseDeviceSetting';
import { InputError, UsageError } from './inputError';
import { readConfigFile } from './readConfigFile';

/**
 * The device called `name`, among the known ones and those that the JSON file `devicesFile` lists.
 * @throws UsageError where no device, or more than one, has that name; InputError for a file that lists none.
 */
export async function namedDevice(name: string, devicesFile: string | undefined): Promise<DeviceSpec> {
  const own = devicesFile === undefined ? [] : await listedDevices(devicesFile);
  const match = findDevice(name, knownDevices(own));
  if (match.kind === 'found') return match.device;
  if (match.kind === 'unknown') {
    throw new UsageError(
      `--on names no known device: "${name}". Try "H100 SXM 80GB", "A100 SXM 80GB" or "RTX 4090", or describe it in a file for --devices.`,
    );
  }
  const names = match.candidates.slice(0, 6).map((candidate) => `"${candidate.name}"`);
  throw new UsageError(`--on "${name}" may be one of several devices: ${names.join(', ')}.`);
}

async function listedDevices(file: string): Promise<DeviceSpec[]> {
  const value = parsed(await readConfigFile(file), file);
  if (!Array.isArray(value)) throw new InputError(`${file}: the devices have to be a list.`);
  return value.map((entry, index) => {
    const result = parseDeviceSetting(entry);
    if ('device' in result) return result.device;
    throw new InputError(`${file}, device ${String(index + 1)}: ${result.problem}\n${result.mend}`);
  });
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${file}: this is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
