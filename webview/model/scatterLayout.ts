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
  /** Ends of the axes: ms, and bytes. */
  readonly times: readonly [number, number];
  readonly memory: readonly [number, number];
}

const labelHeight = 15;
const characterWidth = 6.3;

/** Positions of points and labels in `box`, in pixels; labels keep clear of each other. */
export function layOutScatter(points: readonly ScatterPoint[], box: Box): ScatterLayout {
  const times = padded(points.map((point) => point.ms));
  const memory = padded(points.map((point) => point.bytes));
  const taken: Box[] = [];
  const placed = points.map((point) => {
    const x = box.left + logPosition(point.ms, ...times) * box.width;
    const y = box.top + (1 - logPosition(point.bytes, ...memory)) * box.height;
    const width = point.title.length * characterWidth;
    const anchor = x + 10 + width <= box.left + box.width ? ('start' as const) : ('end' as const);
    const labelX = anchor === 'start' ? x + 10 : x - 10;
    const left = anchor === 'start' ? labelX : labelX - width;
    const labelY = freeRow(y, { left, width, box, taken });
    taken.push({ left, top: labelY - labelHeight / 2, width, height: labelHeight });
    return { ...point, x, y, labelX, labelY, anchor };
  });
  return { points: placed, times, memory };
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

/** Room around the values, and some where they are all the same. */
function padded(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values) / 1.6, Math.max(...values) * 1.6];
}
