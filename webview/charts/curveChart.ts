import uPlot from 'uplot';
import { h } from '../dom';
import { readTheme, type Theme } from '../theme';
import type { Tone } from '../tones';
import { drawGuides, drawMarks, type Guide, type MarkedPoint } from './curveOverlay';
import { createTooltip, type TooltipLine } from './tooltip';

export interface CurveLine {
  readonly label: string;
  readonly tone: Tone;
  readonly width: number;
  readonly dashed?: boolean;
  /** Dashes and gaps in CSS pixels, where several curves are to differ by more than colour. */
  readonly dash?: readonly number[];
  /** Opacity of the area down to the axis; absent: none. */
  readonly fill?: number;
  /** An edge of a band: takes part in the scale and is not drawn. */
  readonly invisible?: boolean;
  /** One value a length, null where there is none; gaps are bridged. */
  readonly values: readonly (number | null)[];
}

export interface CurveBand {
  /** Indices into `lines`. */
  readonly upper: number;
  readonly lower: number;
  readonly tone: Tone;
  readonly opacity: number;
}

export interface CurveAxis {
  readonly label: string;
  readonly low: number;
  readonly high: number;
  /** Base of a logarithmic axis; absent: linear. */
  readonly log?: 2 | 10;
  readonly ticks: (room: number) => readonly number[];
  readonly text: (value: number) => string;
}

/** Everything that a chart of curves over n shows. */
export interface CurveChartSpec {
  readonly lengths: readonly number[];
  readonly lines: readonly CurveLine[];
  readonly bands: readonly CurveBand[];
  readonly x: CurveAxis;
  readonly y: CurveAxis;
  readonly guides: readonly Guide[];
  readonly marks: readonly MarkedPoint[];
  readonly label: string;
  /** What stands beside the pointer at the length with this index. */
  readonly tooltip: (index: number) => readonly TooltipLine[];
}

export interface CurveChart {
  readonly element: HTMLElement;
  readonly draw: (spec: CurveChartSpec) => void;
  /** Draws again, in the colours that the theme has now. */
  readonly redraw: () => void;
}

const height = 340;
// The library's enum is ambient and const, which modules that are compiled one by one cannot read.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const logarithmic = 3 as uPlot.Scale.Distr;
const pixelsPerTickX = 64;
const pixelsPerTickY = 34;

/** A chart of curves on a canvas. Its figures are to stand in a table beside it as well. */
export function createCurveChart(): CurveChart {
  const plotArea = h('div', { class: 'plot', role: 'img' });
  const tooltip = createTooltip();
  const element = h('div', { class: 'plot-frame' }, plotArea, tooltip.element);
  let plot: uPlot | undefined;
  let spec: CurveChartSpec | undefined;

  const redraw = () => {
    plot?.destroy();
    plot = undefined;
    tooltip.hide();
    const width = Math.floor(plotArea.clientWidth);
    if (spec === undefined || width === 0) return;
    plotArea.setAttribute('aria-label', spec.label);
    plot = new uPlot(plotOptions(spec, width, readTheme(), tooltip.showAt), plotData(spec), plotArea);
  };

  let frame = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (plot?.width !== Math.floor(plotArea.clientWidth)) redraw();
    });
  }).observe(plotArea);
  plotArea.addEventListener('pointerleave', () => {
    tooltip.hide();
  });

  return {
    element,
    draw(next) {
      spec = next;
      redraw();
    },
    redraw,
  };
}

function plotData(spec: CurveChartSpec): uPlot.AlignedData {
  return [[...spec.lengths], ...spec.lines.map((line) => [...line.values])];
}

type ShowTooltip = (lines: readonly TooltipLine[], x: number, y: number) => void;

function plotOptions(
  spec: CurveChartSpec,
  width: number,
  theme: Theme,
  showTooltip: ShowTooltip,
): uPlot.Options {
  return {
    width,
    height,
    padding: [18, 14, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: plotScale(spec.x), y: plotScale(spec.y) },
    axes: [plotAxis(spec.x, theme, 'x'), plotAxis(spec.y, theme, 'y')],
    series: [{}, ...spec.lines.map((line) => plotSeries(line, theme))],
    bands: spec.bands.map((band) => ({
      series: [band.upper + 1, band.lower + 1],
      fill: theme.translucent(band.tone, band.opacity),
    })),
    hooks: {
      draw: [
        (plot) => {
          drawGuides(plot, spec.guides, theme);
          drawMarks(plot, spec.marks, theme);
        },
      ],
      setCursor: [
        ({ cursor, over }) => {
          const { idx, left = -1, top = -1 } = cursor;
          if (idx === null || idx === undefined || left < 0) return;
          showTooltip(spec.tooltip(idx), over.offsetLeft + left, over.offsetTop + top);
        },
      ],
    },
  };
}

function plotScale(axis: CurveAxis): uPlot.Scale {
  return {
    time: false,
    range: [axis.low, axis.high],
    ...(axis.log === undefined ? {} : { distr: logarithmic, log: axis.log }),
  };
}

function plotAxis(axis: CurveAxis, theme: Theme, side: 'x' | 'y'): uPlot.Axis {
  const font = `11px ${theme.fontFamily}`;
  const grid = theme.translucent('grid', 0.35);
  const ticks = (plot: uPlot) => {
    const pixels = (side === 'x' ? plot.bbox.width : plot.bbox.height) / devicePixelRatio;
    const room = pixels / (side === 'x' ? pixelsPerTickX : pixelsPerTickY);
    return [...axis.ticks(Math.max(2, Math.floor(room)))];
  };
  return {
    scale: side,
    label: axis.label,
    labelFont: `12px ${theme.fontFamily}`,
    labelSize: side === 'x' ? 22 : 26,
    font,
    stroke: theme.colour('foreground'),
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    size: side === 'x' ? 30 : 68,
    splits: ticks,
    // The default filter of a logarithmic axis would drop the labels that are no power of ten.
    filter: (_plot, splits) => splits,
    values: (_plot, splits) => splits.map(axis.text),
  };
}

function plotSeries(line: CurveLine, theme: Theme): uPlot.Series {
  return {
    label: line.label,
    stroke: theme.colour(line.tone),
    width: line.invisible === true ? 0 : line.width,
    spanGaps: true,
    // Points snapped to whole pixels would make straight lines look bent.
    pxAlign: 0,
    points: { show: false },
    ...(line.dashed === true && { dash: [6, 5] }),
    ...(line.dash !== undefined && { dash: [...line.dash] }),
    ...(line.fill !== undefined && { fill: theme.translucent(line.tone, line.fill) }),
  };
}
