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
  /** Absent where there is no room near the point: the legend has its name too. */
  readonly label?: PlacedLabel;
}

interface PlacedLabel {
  /** Where the text starts (`start`) or ends (`end`). */
  readonly x: number;
  readonly y: number;
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
/** Rows that a label may be away from its point: further off, nobody sees what it belongs to. */
const farthestRow = 2;
/** Half the side of a mark, with some air. */
const markSize = 7;

/**
 * Positions of points and labels in `box`, in pixels. Labels keep clear of each other and of all marks; those on the
 * front are placed first.
 */
export function layOutScatter(points: readonly ScatterPoint[], box: Box): ScatterLayout {
  const times = padded(points.map((point) => point.ms));
  const memory = padded(points.map((point) => point.bytes));
  const placed = points.map((point) => ({
    ...point,
    x: box.left + logPosition(point.ms, ...times) * box.width,
    y: box.top + (1 - logPosition(point.bytes, ...memory)) * box.height,
  }));
  const taken = placed.map(({ x, y }): Box => ({
    left: x - markSize,
    top: y - markSize,
    width: 2 * markSize,
    height: 2 * markSize,
  }));
  const labels = new Map<string, PlacedLabel>();
  for (const point of [...placed].sort((a, b) => Number(b.onFront) - Number(a.onFront))) {
    const label = freeLabel(point, box, taken);
    if (label === undefined) continue;
    labels.set(point.id, label);
    taken.push(labelBox(label, point.title));
  }
  return {
    points: placed.map((point) => {
      const label = labels.get(point.id);
      return label === undefined ? point : { ...point, label };
    }),
    times,
    memory,
  };
}

/** The place nearest to the point, right of it before left, that is inside and overlaps nothing. */
function freeLabel(
  { x, y, title }: { readonly x: number; readonly y: number; readonly title: string },
  box: Box,
  taken: readonly Box[],
): PlacedLabel | undefined {
  const rows = Array.from(
    { length: 2 * farthestRow + 1 },
    (_, index) => Math.ceil(index / 2) * (index % 2 === 0 ? 1 : -1),
  );
  const candidates = rows.flatMap((row): PlacedLabel[] => [
    { x: x + 10, y: y + row * labelHeight, anchor: 'start' },
    { x: x - 10, y: y + row * labelHeight, anchor: 'end' },
  ]);
  return candidates.find((label) => {
    const own = labelBox(label, title);
    return isInside(own, box) && !taken.some((other) => overlaps(own, other));
  });
}

function labelBox({ x, y, anchor }: PlacedLabel, title: string): Box {
  const width = title.length * characterWidth;
  return {
    left: anchor === 'start' ? x : x - width,
    top: y - labelHeight / 2,
    width,
    height: labelHeight,
  };
}

function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.left + inner.width <= outer.left + outer.width &&
    inner.top >= outer.top &&
    inner.top + inner.height <= outer.top + outer.height
  );
}

function overlaps(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

/** Room around the values, and some where they are all the same. */
function padded(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values) / 1.6, Math.max(...values) * 1.6];
}
