import { formatError, formatInteger, formatRatio } from '../../src/model/units';
import { h, svg } from '../dom';
import type { ScatterPoint } from '../model/scatterPoints';
import { layOutScatter, type Box, type ScatterLayout } from '../model/scatterLayout';
import { decadeTicks, logPosition, powerTicks } from '../model/ticks';
import { strings } from '../strings';
import { markElement } from './markElement';
import type { Mark } from './marks';

const height = 300;
const margin = { left: 62, right: 12, top: 12, bottom: 46 };

export interface ScatterOptions {
  readonly points: readonly ScatterPoint[];
  /** Width that the chart may take, in CSS pixels. */
  readonly width: number;
  /** The mark that a mechanism has in the other charts. */
  readonly markOf: (id: string) => Mark;
}

/** Measured speed-up over dense against verified error, both logarithmic, with the names beside the points. */
export function scatter({ points, width, markOf }: ScatterOptions): HTMLElement {
  const box: Box = {
    left: margin.left,
    top: margin.top,
    width: Math.max(80, width - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  };
  const layout = layOutScatter(points, box);
  const label = strings.replacements.scatterLabel(points.map(describePoint).join('; '));
  const graphic = svg('svg', { class: 'scatter', width, height, role: 'img', 'aria-label': label });
  graphic.append(...axes(layout, box));
  for (const point of layout.points) {
    graphic.append(
      svg(
        'g',
        {},
        svg('title', {}, describePoint(point)),
        Math.abs(point.labelY - point.y) > 1 &&
          svg('line', { class: 'leader', x1: point.x, y1: point.y, x2: point.labelX, y2: point.labelY }),
        markElement(markOf(point.id), point.x, point.y, 5),
        svg(
          'text',
          { class: 'axis-text', x: point.labelX, y: point.labelY + 4, 'text-anchor': point.anchor },
          point.title,
        ),
      ),
    );
  }
  return h('div', { class: 'plot-frame' }, graphic);
}

function describePoint(point: ScatterPoint): string {
  return strings.replacements.scatterPoint(
    point.title,
    formatRatio(point.speedup),
    formatInteger(point.n),
    formatError(point.error),
  );
}

function axes({ errors, speedups }: ScatterLayout, box: Box): readonly SVGElement[] {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const toX = (error: number) => box.left + logPosition(error, ...errors) * box.width;
  const toY = (speedup: number) => box.top + (1 - logPosition(speedup, ...speedups)) * box.height;
  const words = strings.replacements;
  const columns = powerTicks(10, ...errors, Math.floor(box.width / 60)).flatMap((error) => [
    line('grid-line', toX(error), box.top, toX(error), bottom),
    text(formatError(error), toX(error), bottom + 16, 'middle'),
  ]);
  const rows = decadeTicks(...speedups, 6).flatMap((speedup) => [
    line('grid-line', box.left, toY(speedup), right, toY(speedup)),
    text(formatRatio(speedup).replace(/\.0+(?=×)/, ''), box.left - 8, toY(speedup) + 4, 'end'),
  ]);
  const middle = box.top + box.height / 2;
  return [
    ...columns,
    ...rows,
    line('dense-line', box.left, toY(1), right, toY(1)),
    text(words.denseLine, right - 4, toY(1) + 13, 'end', 'muted'),
    text(words.scatterX, box.left + box.width / 2, bottom + 38, 'middle', 'axis-title'),
    svg(
      'text',
      {
        class: 'axis-text axis-title',
        'text-anchor': 'middle',
        transform: `translate(14 ${String(middle)}) rotate(-90)`,
      },
      words.scatterY,
    ),
  ];
}

function line(name: string, x1: number, y1: number, x2: number, y2: number): SVGElement {
  return svg('line', { class: name, x1, y1, x2, y2 });
}

function text(content: string, x: number, y: number, anchor: string, extra = ''): SVGElement {
  return svg('text', { class: `axis-text ${extra}`, x, y, 'text-anchor': anchor }, content);
}
