/** Text for figures, each with its unit. A figure that is no finite number renders as an en dash, never as NaN. */

const MISSING = '–';

/** `1.50 GiB`, `320 MiB`, `12 KiB`, `512 B`: binary units, three significant figures. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}

/** `1.23 s`, `45.6 ms`, `789 µs` from milliseconds. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return MISSING;
  if (ms === 0) return '0 ms';
  const size = Math.abs(ms);
  if (size < 0.0009995) return `${significant(ms * 1e6)} ns`;
  if (size < 0.9995) return `${significant(ms * 1e3)} µs`;
  if (size < 999.5) return `${significant(ms)} ms`;
  if (size < 119_500) return `${significant(ms / 1e3)} s`;
  if (size < 7_170_000) return `${significant(ms / 60_000)} min`;
  return `${significant(ms / 3_600_000)} h`;
}

/** `1.23 TFLOP` from a count of floating-point operations (a multiply-add is two). */
export function formatFlops(flops: number): string {
  return scaled(flops, 1000, ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP', 'ZFLOP']);
}

/** `84.8 GFLOP/s` from operations a second. */
export function formatRate(flopsPerSecond: number): string {
  const text = formatFlops(flopsPerSecond);
  return text === MISSING ? text : `${text}/s`;
}

/** `1.24 B` from a count of parameters: thousands, millions, billions as the field writes them. */
export function formatCount(count: number): string {
  return scaled(count, 1000, ['', 'K', 'M', 'B', 'T']).trim();
}

/** `131,072`: an exact integer with separators, independent of the locale. */
export function formatInteger(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `11.6×`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${significant(ratio)}×` : MISSING;
}

/** `12.5 %` from a fraction. */
export function formatPercent(fraction: number): string {
  return Number.isFinite(fraction) ? `${significant(fraction * 100)} %` : MISSING;
}

/** `1.2e-6`: for errors, which span many orders of magnitude. */
export function formatError(error: number): string {
  if (!Number.isFinite(error)) return MISSING;
  return error === 0 ? '0' : error.toExponential(1);
}

function scaled(value: number, base: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return MISSING;
  let size = value;
  let index = 0;
  // 999.5 would print as '1000': it belongs to the next unit already.
  while (Math.abs(size) >= (base === 1024 ? 1023.5 : 999.5) && index < units.length - 1) {
    size /= base;
    index++;
  }
  const unit = units[index] ?? '';
  return `${index === 0 && Number.isInteger(size) ? String(size) : significant(size)} ${unit}`;
}

function significant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 999.5) return formatInteger(value);
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.01 ? value.toFixed(2) : value.toExponential(1);
}
