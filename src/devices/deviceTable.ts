import { fromDataSheet } from './dataSheet';
import type { DeviceName } from './deviceName';
import { parseDeviceName } from './deviceName';
import type { DeviceSpec } from './deviceSpec';
import type { PackageDevice } from './packageHardware';
import { packageDevices } from './packageHardware';
import { devicesWithPeaks } from './peaks';

/** What a name stands for. Where it fits several devices, as `A100` does, none is picked. */
export type DeviceMatch =
  | { readonly kind: 'found'; readonly device: DeviceSpec }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly DeviceSpec[] }
  | { readonly kind: 'unknown' };

let builtIn: readonly DeviceSpec[] | undefined;

/** Every device that is known: those of the user first, and each id once. */
export function knownDevices(extra: readonly DeviceSpec[] = []): readonly DeviceSpec[] {
  // At the first call, not at start-up: a session may never ask.
  builtIn ??= joined(devicesWithPeaks(), packageDevices());
  return unique([...extra, ...builtIn]);
}

/**
 * The device of `devices` that `text` names: by its id, by its name, or as a runtime shows it, such as
 * `NVIDIA H100 80GB HBM3`, `NVIDIA A100-SXM4-40GB` or `Apple M2 Max 64 GB`. Every word of `text` has to be accounted
 * for; a name that leaves the memory or the form open is ambiguous unless only one variant exists.
 */
export function findDevice(text: string, devices: readonly DeviceSpec[] = knownDevices()): DeviceMatch {
  const plain = text.trim().toLowerCase();
  const exact = devices.find(({ id, name }) => id.toLowerCase() === plain || name.toLowerCase() === plain);
  if (exact !== undefined) return { kind: 'found', device: exact };

  const wanted = parseDeviceName(text);
  if (wanted === undefined) return { kind: 'unknown' };
  const candidates = devices.filter((device) => isNamed(device, wanted));
  const [first] = candidates;
  if (first === undefined) return { kind: 'unknown' };
  return candidates.length === 1 ? { kind: 'found', device: first } : { kind: 'ambiguous', candidates };
}

function isNamed(device: DeviceSpec, wanted: DeviceName): boolean {
  for (const vendor of wanted.vendors) {
    if (device.vendor !== vendor && device.vendor !== 'other') return false;
  }
  const names = parsedNames(device);
  if (!names.some(({ model }) => model === wanted.model)) return false;
  const details = new Set(names.flatMap((name) => [...name.details]));
  return [...wanted.details].every((word) => details.has(word));
}

// Parsing the names of the whole table takes milliseconds, which a look-up while typing cannot spend each time.
const namesOf = new WeakMap<DeviceSpec, readonly DeviceName[]>();

function parsedNames(device: DeviceSpec): readonly DeviceName[] {
  const parsed = namesOf.get(device);
  if (parsed !== undefined) return parsed;
  const { name, aliases = [] } = device;
  const names = [name, ...aliases].map(parseDeviceName).filter((parsedName) => parsedName !== undefined);
  namesOf.set(device, names);
  return names;
}

/** `ours`, and those models of the package that are not among them. */
function joined(ours: readonly DeviceSpec[], others: readonly PackageDevice[]): DeviceSpec[] {
  const models = new Set(ours.flatMap((device) => parsedNames(device).map(({ model }) => model)));
  const added = new Map<string, DeviceSpec>();
  for (const other of others) {
    const model = parseDeviceName(other.name)?.model;
    if (model === undefined || models.has(model)) continue;
    for (const device of fromPackage(other)) {
      // The package has some laptop GPUs twice, as "Mobile" and as "Laptop".
      const key = `${model}, ${String(device.memoryBytes)}`;
      if (!added.has(key)) added.set(key, device);
    }
  }
  return [...ours, ...added.values()];
}

/** The first device of each id. */
function unique(devices: readonly DeviceSpec[]): DeviceSpec[] {
  const byId = new Map<string, DeviceSpec>();
  for (const device of devices) if (!byId.has(device.id)) byId.set(device.id, device);
  return [...byId.values()];
}

const brandOf: Readonly<Partial<Record<PackageDevice['vendor'], string>>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  qualcomm: 'Qualcomm',
};

/** One entry for each size of memory. Without rates: the package states none of the matrix units. */
function fromPackage({ vendor, name, aliases, memoryGB }: PackageDevice): DeviceSpec[] {
  const brand = brandOf[vendor];
  const full = brand === undefined ? name : `${brand} ${name}`;
  return memoryGB.map((size) => {
    const suffix = memoryGB.length > 1 ? ` ${String(size)}GB` : '';
    return fromDataSheet(vendor, {
      name: `${full}${suffix}`,
      aliases,
      memoryGB: size,
      rates: {},
      source: '@huggingface/tasks (memory only)',
    });
  });
}
