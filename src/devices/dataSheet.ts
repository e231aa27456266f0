import type { DeviceNote } from './deviceNote';
import type { DeviceSpec, DeviceVendor, Precision } from './deviceSpec';
import { precisions } from './deviceSpec';

/** Dense rates in TFLOP/s, 10^12 operations a second. */
export type Rates = Readonly<Partial<Record<Precision, number | undefined>>>;

/** A device in the units of its data sheet. */
export interface DataSheet {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Memory as the sheet names it; see DeviceSpec.memoryBytes for why its GB are GiB. */
  readonly memoryGB: number;
  /** ECC is kept in the memory itself and on by default: 1/16 of it is not to be had. */
  readonly inlineEcc?: boolean;
  readonly rates: Rates;
  /** 10^9 bytes a second. */
  readonly bandwidthGBps?: number;
  readonly source: string;
  readonly note?: DeviceNote;
}

const GiB = 2 ** 30;

/** The entry of the device table for a data sheet. */
export function fromDataSheet(vendor: DeviceVendor, sheet: DataSheet): DeviceSpec {
  const usable = sheet.inlineEcc === true ? 15 / 16 : 1;
  return {
    id: deviceId(sheet.name),
    name: sheet.name,
    aliases: [...(sheet.aliases ?? []), `${sheet.name} ${String(sheet.memoryGB)}GB`],
    vendor,
    memoryBytes: sheet.memoryGB * usable * GiB,
    peakFlops: peaksOf(sheet.rates),
    ...(sheet.bandwidthGBps === undefined ? {} : { bandwidth: bytesPerSecond(sheet.bandwidthGBps) }),
    source: sheet.source,
    ...(sheet.note === undefined ? {} : { note: sheet.note }),
  };
}

/** Rates in TFLOP/s as FLOP/s. */
export function peaksOf(rates: Rates): DeviceSpec['peakFlops'] {
  const peaks: Partial<Record<Precision, number>> = {};
  for (const precision of precisions) {
    const rate = rates[precision];
    if (rate !== undefined) peaks[precision] = Math.round(rate * 1e12);
  }
  return peaks;
}

/** GB/s as bytes a second. */
export function bytesPerSecond(bandwidthGBps: number): number {
  return Math.round(bandwidthGBps * 1e9);
}

/** `NVIDIA H100 SXM 80GB` as `nvidia-h100-sxm-80gb`. */
function deviceId(name: string): string {
  return name
    .toLowerCase()
    .replace(/\+/g, ' plus ')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-');
}
