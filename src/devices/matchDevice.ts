import type { DeviceSpec } from './deviceSpec';
import { findDevice } from './deviceTable';

/** Drivers count up to 1/16 less than the table, where they keep memory for themselves or for ECC. */
const MEMORY_TOLERANCE = 0.1;

const LONGEST_NAME = 300;

/**
 * The one device of `devices` that a machine shows as `name` with `memoryBytes` (0: unknown), or undefined where
 * none, or more than one, is it: published rates of another form of the device would be wrong.
 */
export function matchDevice(
  name: string,
  memoryBytes: number,
  devices: readonly DeviceSpec[],
): DeviceSpec | undefined {
  for (const text of namesIn(name)) {
    const match = findDevice(text, devices);
    const candidates =
      match.kind === 'found' ? [match.device] : match.kind === 'ambiguous' ? match.candidates : [];
    const [first, ...others] = candidates.filter((device) => hasMemory(device, memoryBytes));
    if (first !== undefined && others.length === 0) return first;
  }
  return undefined;
}

function hasMemory(device: DeviceSpec, memoryBytes: number): boolean {
  if (memoryBytes === 0) return true;
  return Math.abs(device.memoryBytes - memoryBytes) <= device.memoryBytes * MEMORY_TOLERANCE;
}

/**
 * The name itself; without a remark in brackets at its end, which a report adds where there are several GPUs; and the
 * product in it, where the bus names the chip first: `GA102 [GeForce RTX 3090]`.
 */
function namesIn(name: string): string[] {
  const shown = name.slice(0, LONGEST_NAME);
  const bare = shown.replace(/\s*[(\uff08][^()\uff08\uff09]*[)\uff09]$/, '');
  const product = /\[([^[\]]+)\]/.exec(bare)?.[1];
  return [...new Set([shown, bare, ...(product === undefined ? [] : [product])])];
}
