import type { DeviceSpec } from '../devices/deviceSpec';
import type { MemoryShare } from '../model/memoryShare';

/** The device that verdicts are about: one of this machine, or one that the user plans for. */
export interface MemoryTarget {
  /** `NVIDIA H100 80GB HBM3`, `this computer (AMD EPYC 9R14)`. */
  readonly name: string;
  /** What may be taken; 0 where unknown. */
  readonly memoryBytes: number;
  /** Where `memoryBytes` is only what a serving config lets its server take of the device's memory. */
  readonly share?: MemoryShare;
  /** `detected`: in this machine. `planned`: chosen from the table or the user's own. */
  readonly how: 'detected' | 'planned';
  /** Its published rates, where they are known: what projected times are from. */
  readonly spec?: DeviceSpec;
}
