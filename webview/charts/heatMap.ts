import type { DecomposedResult, HeadTiming } from '../../src/report/report';
import { formatDuration } from '../../src/model/units';
import { h, svg } from '../dom';
import { bandSize, intensity, stageMs, stages, summariseHeads, type Stage } from '../model/headStages';
import { strings } from '../strings';
import { enableHeatMapInput } from './heatMapInput';
import { createTooltip } from './tooltip';

const labelWidth = 58;
const rowHeight = 24;
const bandGap = 26;
const narrowestCell = 19;
const widestCell = 34;
/** A cell of no time still shows that there is a cell. */
const faintest = 0.06;

export interface HeatMapOptions {
  readonly result: DecomposedResult;
  /** Width that the map may take, in CSS pixels. */
  readonly width: number;
  /** Colours run from the least to the most time, not from zero. */
  readonly stretch: boolean;
}

/**
 * Heads × stages, a cell a measured time. Heads run from left to right and wrap into bands where the
 * page is narrow. One cell takes the focus; arrow keys move it.
 */
export function heatMap({ result, width, stretch }: HeatMapOptions): HTMLElement {
  const heads = result.perHead;
  const summary = summariseHeads(result);
  if (summary === undefined) return h('p', { class: 'note' }, strings.heads.pending);
  const low = stretch ? summary.least : 0;
  const columns = bandSize(heads.length, Math.floor((width - labelWidth) / narrowestCell));
  const cellWidth = Math.min(widestCell, (width - labelWidth) / columns);
  const bands = Math.ceil(heads.length / columns);
  const bandHeight = stages.length * rowHeight + bandGap;
  const graphic = svg('svg', {
    class: 'heat-map',
    width: labelWidth + columns * cellWidth,
    height: bands * bandHeight,
    role: 'grid',
    'aria-label': strings.heads.mapLabel(String(heads.length)),
    'aria-colcount': heads.length,
    'aria-rowcount': stages.length,
  });
  for (let band = 0; band < bands; band++) {
    const members = heads.slice(band * columns, (band + 1) * columns);
    graphic.append(
      ...bandRows({
        members,
        first: band * columns,
        top: band * bandHeight,
        cellWidth,
        low,
        high: summary.most,
      }),
    );
  }
  const tooltip = createTooltip();
  const frame = h('div', { class: 'plot-frame heat-frame' }, graphic, tooltip.element);
  enableHeatMapInput({ frame, graphic, heads, tooltip });
  return h('div', {}, frame, colourLegend(low, summary.most));
}

interface Band {
  readonly members: readonly HeadTiming[];
  readonly first: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly low: number;
  readonly high: number;
}

function bandRows(band: Band): readonly SVGElement[] {
  const rows = stages.map((stage, row) =>
    svg(
      'g',
      { role: 'row', 'aria-rowindex': row + 1 },
      svg(
        'text',
        {
          role: 'rowheader',
          class: 'axis-text',
          x: labelWidth - 8,
          y: band.top + (row + 0.65) * rowHeight,
          'text-anchor': 'end',
        },
        strings.heads.stages[stage],
      ),
      ...band.members.map((head, column) => cell(band, head, stage, row, column)),
    ),
  );
  const labels = band.members.map((head, column) =>
    svg(
      'text',
      {
        class: 'axis-text muted',
        'aria-hidden': 'true',
        x: labelWidth + (column + 0.5) * band.cellWidth,
        y: band.top + stages.length * rowHeight + 14,
        'text-anchor': 'middle',
      },
      String(head.head),
    ),
  );
  return [...rows, ...labels];
}

function cell(band: Band, head: HeadTiming, stage: Stage, row: number, column: number): SVGElement {
  const time = stageMs(head, stage);
  const isFirst = row === 0 && band.first + column === 0;
  const strength = intensity(time, band.low, band.high);
  return svg('rect', {
    role: 'gridcell',
    class: 'heat-cell',
    x: labelWidth + column * band.cellWidth + 1,
    y: band.top + row * rowHeight + 1,
    width: Math.max(1, band.cellWidth - 2),
    height: rowHeight - 2,
    rx: 2,
    'fill-opacity': (faintest + (1 - faintest) * strength).toFixed(3),
    tabindex: isFirst ? 0 : -1,
    'aria-colindex': band.first + column + 1,
    'aria-label': strings.heads.cell(
      String(head.head),
      strings.heads.stageNames[stage],
      formatDuration(time),
    ),
    'data-row': row,
    'data-column': band.first + column,
    'data-key': `cell-${String(row)}-${String(band.first + column)}`,
  });
}

function colourLegend(low: number, high: number): HTMLElement {
  const steps = 24;
  const scale = svg('svg', {
    class: 'heat-scale',
    viewBox: `0 0 ${String(steps)} 1`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  for (let step = 0; step < steps; step++) {
    const opacity = faintest + ((1 - faintest) * step) / (steps - 1);
    scale.append(
      svg('rect', {
        class: 'heat-step',
        x: step,
        y: 0,
        width: 1,
        height: 1,
        'fill-opacity': opacity.toFixed(3),
      }),
    );
  }
  return h(
    'div',
    {
      class: 'heat-legend',
      role: 'img',
      'aria-label': strings.heads.legend(formatDuration(low), formatDuration(high)),
    },
    h('span', {}, formatDuration(low)),
    scale,
    h('span', {}, formatDuration(high)),
    h('span', { class: 'note' }, strings.heads.legendTitle),
  );
}
