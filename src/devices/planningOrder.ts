import type { DeviceSpec, DeviceVendor } from './deviceSpec';

/** What most plan for, by the beginnings of names: the GPUs of data centres that are bought and rented now. */
const usual = [
  'NVIDIA H100',
  'NVIDIA H200',
  'NVIDIA B200',
  'NVIDIA B300',
  'NVIDIA GB200',
  'NVIDIA GH200',
  'NVIDIA A100',
  'AMD Instinct MI355X',
  'AMD Instinct MI350X',
  'AMD Instinct MI325X',
  'AMD Instinct MI300X',
  'NVIDIA L40S',
  'NVIDIA L4',
  'NVIDIA A10',
] as const;

const vendors: readonly DeviceVendor[] = ['nvidia', 'amd', 'apple', 'google', 'intel', 'qualcomm', 'other'];

/** The devices as a list to choose from shows them: the usual ones first, then all others, each vendor's together. */
export function planningOrder(devices: readonly DeviceSpec[]): {
  readonly usual: readonly DeviceSpec[];
  readonly others: readonly DeviceSpec[];
} {
  const first = usual.flatMap((model) => devices.filter(({ name }) => isModel(name, model)));
  const known = new Set(first);
  const rest = devices.filter((device) => !known.has(device));
  return {
    usual: first,
    others: vendors.flatMap((vendor) => rest.filter((device) => device.vendor === vendor)),
  };
}

/** `NVIDIA A10` is a model of its own, and not what `NVIDIA A100` or `NVIDIA A10G` begins with. */
function isModel(name: string, model: string): boolean {
  return name === model || name.startsWith(`${model} `);
}
