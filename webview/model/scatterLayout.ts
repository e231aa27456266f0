import type { ScatterPoint } from './scatterPoints';
import { logPosition } from './ticks';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPoint extends ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** Where the label starts (`start`) or ends (`end`). */
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'end';
}

export interface ScatterLayout {
  readonly points: readonly PlacedPoint[];
  readonly errors: readonly [number, number];
  readonly speedups: readonly [number, number];
}

/** An error of exactly zero has no place on a logarithmic axis: it stands here, below float32's resolution. */
const zeroError = 1e-9;
const labelHeight = 15;
const characterWidth = 6.3;

/** Positions of points and labels in `box`, in pixels; labels keep clear of each other. */
export function layOutScatter(points: readonly ScatterPoint[], box: Box): ScatterLayout {
  const errors = paddedDecades(points.map((point) => Math.max(point.error, zeroError)));
  const speedups = paddedSpeedups(points.map((point) => point.speedup));
  const taken: Box[] = [];
  const placed = points.map((point) => {
    const x = box.left + logPosition(Math.max(point.error, zeroError), ...errors) * box.width;
    const y = box.top + (1 - logPosition(point.speedup, ...speedups)) * box.height;
    const width = point.title.length * characterWidth;
    const anchor = x + 10 + width <= box.left + box.width ? ('start' as const) : ('end' as const);
    const labelX = anchor === 'start' ? x + 10 : x - 10;
    const left = anchor === 'start' ? labelX : labelX - width;
    const labelY = freeRow(y, { left, width, box, taken });
    taken.push({ left, top: labelY - labelHeight / 2, width, height: labelHeight });
    return { ...point, x, y, labelX, labelY, anchor };
  });
  return { points: placed, errors, speedups };
}

interface Search {
  readonly left: number;
  readonly width: number;
  readonly box: Box;
  readonly taken: readonly Box[];
}

/** The height nearest to `y` at which a label overlaps no other one. */
function freeRow(y: number, { left, width, box, taken }: Search): number {
  const steps = Array.from({ length: 24 }, (_, index) => Math.ceil(index / 2) * (index % 2 === 0 ? 1 : -1));
  const isFree = (candidate: number) =>
    candidate >= box.top &&
    candidate <= box.top + box.height &&
    taken.every(
      (other) =>
        left >= other.left + other.width ||
        left + width <= other.left ||
        candidate - labelHeight / 2 >= other.top + other.height ||
        candidate + labelHeight / 2 <= other.top,
    );
  return steps.map((step) => y + step * labelHeight).find(isFree) ?? y;
}

function paddedDecades(values: readonly number[]): readonly [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return [10 ** (Math.floor(Math.log10(low)) - 0.3), 10 ** (Math.ceil(Math.log10(high * 1.01)) + 0.3)];
}

/** Always holds 1×, against which the points are read. */
function paddedSpeedups(values: readonly number[]): readonly [number, number] {
  return [Math.min(1, ...values) / 1.35, Math.max(1, ...values) * 1.35];
}
