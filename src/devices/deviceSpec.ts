import type { DeviceNote } from './deviceNote';

/** Who makes a device. `other`: a device that the user describes. */
export type DeviceVendor = 'nvidia' | 'amd' | 'intel' | 'apple' | 'google' | 'qualcomm' | 'other';

/** Number formats that vendors state a rate for. `tf32`: float32 operands rounded to 10 bits of mantissa. */
export const precisions = ['float32', 'tf32', 'float16', 'bfloat16', 'float8', 'int8'] as const;

export type Precision = (typeof precisions)[number];

/** An accelerator, or the accelerator part of a chip, as its runtime shows it: one entry is one device. */
export interface DeviceSpec {
  readonly id: string;
  readonly name: string;
  /** Other names that runtimes and data sheets give it. */
  readonly aliases?: readonly string[];
  readonly vendor: DeviceVendor;
  /**
   * Bytes that the driver counts as the device's memory.
   *
   * A data sheet's "80 GB" of HBM or GDDR is 80 GiB of chips: drivers show 81 920 MiB (A100 80GB) or, less what the
   * firmware keeps, 81 559 MiB (H100), 143 771 MiB (H200, "141 GB"), 183 359 MiB (B200, "180 GB"). So the sheet's
   * figure is taken as GiB, which is at most 1 % too much. A CUDA context takes some hundred MiB more, which is
   * not taken off here. Two kinds of card differ, and are entered as the driver shows them: GDDR cards with
   * ECC always or by default on keep 1/16 for it (A10, L4, L40S: 46 068 MiB of "48 GB"), and B300, whose
   * "288 GB" are decimal. For unified memory (Apple, GB10) it is all of the machine's.
   */
  readonly memoryBytes: number;
  /**
   * Most operations a second (FLOP/s; OP/s for int8) of matrix products without structured sparsity, at the
   * boost clock that the sheet states; a card that is well cooled may clock a little above it. Where the
   * hardware has two rates for 16-bit products, it is the one with float32 accumulation, as frameworks use.
   * An absent precision is one without a published rate.
   */
  readonly peakFlops: Readonly<Partial<Record<Precision, number>>>;
  /** Bytes a second between the device and its memory, at the most. Absent: not known. */
  readonly bandwidth?: number;
  /** Where the figures are from. */
  readonly source: string;
  /** What one has to know to read a verdict about this device, as a sentence. */
  readonly note?: DeviceNote;
}
