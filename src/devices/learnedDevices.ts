import * as v from 'valibot';
import { deviceChoices, type DeviceChoice } from '../report/profileJob';
import type { DeviceRecord } from '../report/report';

/** The device that a profile ran on. */
export interface LearnedDevice {
  readonly provider: string;
  readonly name: string;
  /** 0 where unknown. */
  readonly memoryBytes: number;
}

/** What profiles with each setting of `headroom.device` ran on, on one machine. */
export type LearnedDevices = Readonly<Partial<Record<DeviceChoice, LearnedDevice>>>;

/** The settings of `headroom.device` under which a profile on this machine runs on the device of `record`. */
export function choicesOf(record: DeviceRecord): DeviceChoice[] {
  const { provider, fallbackFrom, tried } = record;
  const asked = fallbackFrom ?? (tried.length === 1 ? provider : undefined);
  const named = deviceChoices.filter((choice) => choice === asked);
  // `auto` tries CUDA first: one that worked there is what asking for it gives, too.
  const automatic = fallbackFrom === undefined && tried[0]?.provider === 'cuda';
  return automatic ? [...named, 'auto'] : named;
}

/** `known` with what the run on `record` told. */
export function withLearned(known: LearnedDevices, record: DeviceRecord): LearnedDevices {
  const { provider, name, memoryBytes } = record;
  const entries = choicesOf(record).map((choice) => [choice, { provider, name, memoryBytes }] as const);
  return { ...known, ...Object.fromEntries(entries) };
}

const entry = v.object({
  provider: v.string(),
  name: v.string(),
  memoryBytes: v.pipe(v.number(), v.finite(), v.minValue(0)),
});
const stored = v.object({
  host: v.string(),
  devices: v.partial(
    v.object({ auto: entry, cuda: entry, dml: entry, coreml: entry, webgpu: entry, cpu: entry }),
  ),
});

/** What is kept of the machine called `host`; the editor's storage may be shared by several machines. */
export function storedDevices(host: string, devices: LearnedDevices): unknown {
  return { host, devices };
}

/** What `value`, from storage, says of the machine called `host`. Nothing where it is of another or unreadable. */
export function parseStoredDevices(value: unknown, host: string): LearnedDevices {
  const result = v.safeParse(stored, value);
  if (!result.success || result.output.host !== host) return {};
  const known: Partial<Record<DeviceChoice, LearnedDevice>> = {};
  for (const choice of deviceChoices) {
    const device = result.output.devices[choice];
    if (device !== undefined) known[choice] = device;
  }
  return known;
}
