import type { GraphicsDevice } from '../engine/graphics/graphicsDevice';
import type { Host } from '../engine/thisHost';
import type { DeviceChoice } from '../report/profileJob';
import type { DeviceSpec } from './deviceSpec';
import type { LearnedDevices } from './learnedDevices';
import { matchDevice } from './matchDevice';

/** The device of this machine that a profile runs on, as far as it is known without running one. */
export interface MachineDevice {
  /** `unified`: a GPU that shares the host's memory. */
  readonly kind: 'processor' | 'gpu' | 'unified';
  readonly name: string;
  /** 0 where unknown. */
  readonly memoryBytes: number;
  readonly spec?: DeviceSpec;
  /** A profile ran on it, rather than the system's list naming it. */
  readonly ran: boolean;
}

export interface MachineFacts {
  readonly host: Host;
  /** GPUs that the system lists, the largest first; empty until it was asked. */
  readonly graphics: readonly GraphicsDevice[];
  /** What earlier profiles ran on. */
  readonly learned: LearnedDevices;
}

/** Less is what systems show for GPUs that share the host's memory, and for virtual displays. */
const LEAST_OWN_MEMORY = 2 ** 30;

/**
 * The device that a profile with the setting `choice` runs on: what one ran on before, else the GPU that the
 * system lists and that the provider can drive, else the processor. `devices` is the table to find its rates in.
 */
export function machineDevice(
  choice: DeviceChoice,
  facts: MachineFacts,
  devices: readonly DeviceSpec[],
): MachineDevice {
  const { host, graphics, learned } = facts;
  const known = learned[choice];
  const ran = known !== undefined;
  if (choice === 'cpu' || known?.provider === 'cpu') return processorOf(host, ran);
  if (isUnified(host)) {
    return ran || drives(choice, host)
      ? withSpec('unified', host.processor, host.memoryBytes, ran, devices)
      : processorOf(host, ran);
  }
  if (known !== undefined) {
    const shared = known.memoryBytes > 0 && known.memoryBytes < LEAST_OWN_MEMORY;
    return withSpec(
      shared ? 'unified' : 'gpu',
      known.name,
      shared ? host.memoryBytes : known.memoryBytes,
      ran,
      devices,
    );
  }
  const gpu = drives(choice, host) ? graphics.find((each) => isCandidate(each, choice)) : undefined;
  return gpu === undefined
    ? processorOf(host, ran)
    : withSpec('gpu', gpu.name, gpu.memoryBytes, ran, devices);
}

function processorOf(host: Host, ran: boolean): MachineDevice {
  return { kind: 'processor', name: host.processor, memoryBytes: host.memoryBytes, ran };
}

function withSpec(
  kind: MachineDevice['kind'],
  name: string,
  memoryBytes: number,
  ran: boolean,
  devices: readonly DeviceSpec[],
): MachineDevice {
  const spec = matchDevice(name, memoryBytes, devices);
  return { kind, name, memoryBytes, ran, ...(spec && { spec }) };
}

/** Apple's GPUs have no memory of their own: they share the host's. */
function isUnified({ platform, arch }: Host): boolean {
  return platform === 'darwin' && arch === 'arm64';
}

/** Whether the runtime has a provider for GPUs under `choice` on this platform. */
function drives(choice: DeviceChoice, { platform, arch }: Host): boolean {
  if (choice === 'cuda') return platform === 'linux' && arch === 'x64';
  if (choice === 'dml') return platform === 'win32';
  if (choice === 'coreml') return platform === 'darwin';
  return choice !== 'cpu';
}

function isCandidate({ name, vendor, memoryBytes }: GraphicsDevice, choice: DeviceChoice): boolean {
  if (memoryBytes < LEAST_OWN_MEMORY) return false;
  return choice !== 'cuda' || /nvidia|geforce|tesla|quadro/i.test(`${vendor} ${name}`);
}
