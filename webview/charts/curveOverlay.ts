import type uPlot from 'uplot';
import type { Theme } from '../theme';
import type { Tone } from '../tones';
import { shapeCorners, type Mark } from './marks';

/** A labelled straight line across the plot: at a length (x) or at a value (y). */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly text: string;
  readonly tone: Tone;
  /** The label of a line at a length stands above the plot, where no curve runs. */
  readonly above?: boolean;
  /** A bound: a double line, unlike any curve. */
  readonly bound?: boolean;
}

/** A measured point: a mark, with whiskers from `low` to `high`. */
export interface MarkedPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly mark: Mark;
}

export function drawGuides(plot: uPlot, guides: readonly Guide[], theme: Theme): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.font = `${String(11 * pixel)}px ${theme.fontFamily}`;
  for (const guide of guides) {
    const position = plot.valToPos(guide.at, guide.axis, true);
    if (!isInside(position, guide.axis, bbox)) continue;
    ctx.strokeStyle = theme.colour(guide.tone);
    ctx.lineWidth = 1.25 * pixel;
    ctx.setLineDash(guide.bound === true ? [] : [3 * pixel, 3 * pixel]);
    for (const offset of guide.bound === true ? [-2 * pixel, 2 * pixel] : [0]) {
      drawLine(ctx, guide.axis, position + offset, bbox);
    }
  }
  // After all lines: no label is crossed by one.
  for (const guide of guides) {
    const position = plot.valToPos(guide.at, guide.axis, true);
    if (isInside(position, guide.axis, bbox)) drawLabel(ctx, guide, position, bbox, theme);
  }
  ctx.restore();
}

function drawLine(ctx: CanvasRenderingContext2D, axis: 'x' | 'y', at: number, bbox: uPlot.BBox): void {
  ctx.beginPath();
  if (axis === 'x') {
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
  } else {
    ctx.moveTo(bbox.left, at);
    ctx.lineTo(bbox.left + bbox.width, at);
  }
  ctx.stroke();
}

function isInside(position: number, axis: 'x' | 'y', bbox: uPlot.BBox): boolean {
  const [start, size] = axis === 'x' ? [bbox.left, bbox.width] : [bbox.top, bbox.height];
  return position >= start && position <= start + size;
}

function drawLabel(
  ctx: CanvasRenderingContext2D,
  guide: Guide,
  position: number,
  bbox: uPlot.BBox,
  theme: Theme,
): void {
  const pixel = devicePixelRatio;
  const width = ctx.measureText(guide.text).width;
  const lineHeight = 15 * pixel;
  const right = bbox.left + bbox.width;
  let x = bbox.left + 6 * pixel;
  let y = position - 8 * pixel;
  if (guide.axis === 'x') {
    const roomRight = position + 5 * pixel + width <= right;
    x = roomRight ? position + 5 * pixel : position - 5 * pixel - width;
    y = guide.above === true ? bbox.top - 5 * pixel : bbox.top + 12 * pixel;
  } else if (y - 2 * lineHeight < bbox.top) {
    // Below the line: the row at the top is for the labels of lines at a length.
    y = position + 16 * pixel;
  }
  // A little of the background behind the words keeps them readable over curves.
  ctx.fillStyle = theme.translucent('background', 0.85);
  ctx.fillRect(x - 2 * pixel, y - 10 * pixel, width + 4 * pixel, 13 * pixel);
  ctx.fillStyle = theme.colour(guide.tone);
  ctx.textAlign = 'left';
  ctx.fillText(guide.text, x, y);
}

export function drawMarks(plot: uPlot, marks: readonly MarkedPoint[], theme: Theme): void {
  const { ctx } = plot;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineWidth = 1.5 * pixel;
  for (const { x, y, low, high, mark } of marks) {
    const left = plot.valToPos(x, 'x', true);
    const top = plot.valToPos(y, 'y', true);
    const colour = theme.colour(mark.tone);
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    drawWhiskers(ctx, left, plot.valToPos(high, 'y', true), plot.valToPos(low, 'y', true), 4 * pixel);
    drawShape(ctx, mark, left, top, 3.5 * pixel);
  }
  ctx.restore();
}

function drawWhiskers(
  ctx: CanvasRenderingContext2D,
  x: number,
  top: number,
  bottom: number,
  cap: number,
): void {
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.moveTo(x - cap, top);
  ctx.lineTo(x + cap, top);
  ctx.moveTo(x - cap, bottom);
  ctx.lineTo(x + cap, bottom);
  ctx.stroke();
}

function drawShape(ctx: CanvasRenderingContext2D, mark: Mark, x: number, y: number, size: number): void {
  ctx.beginPath();
  const corners = shapeCorners(mark.shape, size);
  if (corners.length === 0) ctx.arc(x, y, size, 0, 2 * Math.PI);
  for (const [dx, dy] of corners) ctx.lineTo(x + dx, y + dy);
  ctx.closePath();
  ctx.fill();
}
