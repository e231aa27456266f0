/** Where axes get their ticks, and what stands beside them. */

/** `64`, `8K`, `128K`, `1M` tokens; K is 1,024, as context lengths are named. Anything else in full. */
export function formatTokens(n: number): string {
  if (!Number.isFinite(n)) return '–';
  const rounded = Math.round(n);
  if (rounded >= 1024 ** 2 && rounded % 1024 ** 2 === 0) return `${String(rounded / 1024 ** 2)}M`;
  if (rounded >= 1024 && rounded % 1024 === 0) return `${String(rounded / 1024)}K`;
  return rounded.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Powers of `base` in [low, high], thinned to at most `most` of them. */
export function powerTicks(base: number, low: number, high: number, most: number): number[] {
  if (!(low > 0) || !(high >= low) || !Number.isFinite(high)) return [];
  const first = Math.ceil(logarithm(base, low) - 1e-9);
  const last = Math.floor(logarithm(base, high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, most)));
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += stride) ticks.push(base ** exponent);
  return ticks;
}

/**
 * Ticks of a logarithmic axis in base 10: decades, and where fewer than three of them lie in the range,
 * 2 and 5 between them as well, so that a short axis can be read.
 */
export function decadeTicks(low: number, high: number, most: number): number[] {
  const decades = powerTicks(10, low, high, most);
  if (decades.length >= 3 || !(low > 0) || !(high > low) || !Number.isFinite(high)) return decades;
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    for (const step of [1, 2, 5]) {
      const tick = step * 10 ** exponent;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/**
 * Ticks of a logarithmic axis of durations in ms: decades up to ten seconds, and above it the units that
 * people count in (a minute, ten minutes, an hour, ten hours), which lie about as far apart.
 */
export function durationTicks(low: number, high: number, most: number): number[] {
  const tenSeconds = 1e4;
  if (high <= 6 * tenSeconds) return decadeTicks(low, high, most);
  const long = [6e4, 6e5, 3.6e6, 3.6e7, 3.6e8, 3.6e9, 3.6e10].filter((tick) => tick >= low && tick <= high);
  const ticks = [...(low < tenSeconds ? powerTicks(10, low, tenSeconds, 99) : []), ...long];
  const stride = Math.max(1, Math.ceil(ticks.length / Math.max(1, most)));
  return ticks.filter((_, index) => index % stride === 0);
}

/** Ticks of a linear byte axis from zero to `high`; the step is a power of two bytes, so labels stay round. */
export function byteTicks(high: number, most: number): number[] {
  if (!(high > 0) || !Number.isFinite(high)) return [0];
  const step = 2 ** Math.ceil(Math.log2(high / Math.max(1, most)));
  const ticks: number[] = [];
  for (let tick = 0; tick <= high; tick += step) ticks.push(tick);
  return ticks;
}

/** `1.00 GiB` as a tick label: `1 GiB`. */
export function tickText(figure: string): string {
  return figure.replace(/\.0+(?= )/, '');
}

/** `count` lengths from `low` to `high`, evenly spread on a logarithmic axis, whole, ascending, without doubles. */
export function logSpaced(low: number, high: number, count: number): number[] {
  const values = new Set<number>();
  for (let index = 0; index < count; index++) {
    const share = count === 1 ? 0 : index / (count - 1);
    values.add(Math.round(low * (high / low) ** share));
  }
  return [...values].sort((left, right) => left - right);
}

/** Position of `value` on a logarithmic axis: 0 at `low`, 1 at `high`. */
export function logPosition(value: number, low: number, high: number): number {
  return high === low ? 0.5 : Math.log(value / low) / Math.log(high / low);
}

function logarithm(base: number, value: number): number {
  return Math.log(value) / Math.log(base);
}
