import { formatBytes, formatDuration, formatInteger } from '../../src/model/units';
import { h, svg } from '../dom';
import type { ScatterPoint } from '../model/scatterPoints';
import { layOutScatter, type Box, type ScatterLayout } from '../model/scatterLayout';
import { decadeTicks, logPosition, powerTicks } from '../model/ticks';
import { strings } from '../strings';
import { legend } from './legend';
import { markElement, markSwatch } from './markElement';
import type { Mark } from './marks';

const height = 300;
const margin = { left: 84, right: 12, top: 12, bottom: 46 };

export interface ScatterOptions {
  readonly points: readonly ScatterPoint[];
  /** Tokens of the question. */
  readonly n: number;
  /** Width that the chart may take, in CSS pixels. */
  readonly width: number;
  /** The mark that a mechanism has in the other charts. */
  readonly markOf: (id: string) => Mark;
}

/** Time against memory of one call, both logarithmic, the front joined, with the names beside the points where there is room. */
export function scatter({ points, n, width, markOf }: ScatterOptions): HTMLElement {
  const box: Box = {
    left: margin.left,
    top: margin.top,
    width: Math.max(80, width - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  };
  const layout = layOutScatter(points, box);
  const label = strings.replacements.scatterLabel(formatInteger(n), points.map(describePoint).join('; '));
  const graphic = svg('svg', { class: 'scatter', width, height, role: 'img', 'aria-label': label });
  graphic.append(...axes(layout, box), frontLine(layout));
  for (const point of layout.points) {
    const { x, y, label: name } = point;
    graphic.append(
      svg(
        'g',
        {},
        svg('title', {}, describePoint(point)),
        name !== undefined &&
          Math.abs(name.y - y) > 1 &&
          svg('line', { class: 'leader', x1: x, y1: y, x2: name.x, y2: name.y }),
        markElement(markOf(point.id), x, y, 5),
        name !== undefined &&
          svg(
            'text',
            { class: 'axis-text haloed', x: name.x, y: name.y + 4, 'text-anchor': name.anchor },
            point.title,
          ),
      ),
    );
  }
  const names = points.map(({ id, title }) => ({ id, label: title, swatch: markSwatch(markOf(id)) }));
  return h('div', {}, legend(names), h('div', { class: 'plot-frame' }, graphic));
}

function describePoint(point: ScatterPoint): string {
  return strings.replacements.scatterPoint(point.title, formatDuration(point.ms), formatBytes(point.bytes));
}

/** Joins what nothing else beats, from the fastest on. */
function frontLine({ points }: ScatterLayout): SVGElement {
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => a.x - b.x);
  return svg('polyline', {
    class: 'front-line',
    points: front.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '),
  });
}

function axes({ times, memory }: ScatterLayout, box: Box): readonly SVGElement[] {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const toX = (ms: number) => box.left + logPosition(ms, ...times) * box.width;
  const toY = (bytes: number) => box.top + (1 - logPosition(bytes, ...memory)) * box.height;
  const words = strings.replacements;
  const columns = decadeTicks(...times, Math.floor(box.width / 70)).flatMap((ms) => [
    line('grid-line', toX(ms), box.top, toX(ms), bottom),
    text(formatDuration(ms), toX(ms), bottom + 16, 'middle'),
  ]);
  const rows = powerTicks(2, ...memory, 7).flatMap((bytes) => [
    line('grid-line', box.left, toY(bytes), right, toY(bytes)),
    text(formatBytes(bytes), box.left - 8, toY(bytes) + 4, 'end'),
  ]);
  const middle = box.top + box.height / 2;
  return [
    ...columns,
    ...rows,
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
