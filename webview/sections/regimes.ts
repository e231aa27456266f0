import type { RegimesResult } from '../../src/report/regimes';
import type { LayerKindResult, Report } from '../../src/report/report';
import { isTimed } from '../../src/model/timedPair';
import { formatCount, formatDuration, formatInteger, formatRatio } from '../../src/model/units';
import { createCurveChart } from '../charts/curveChart';
import { dataTable, foldedTable, type Cell } from '../charts/dataTable';
import { figureNodes } from '../charts/figureCell';
import { legend } from '../charts/legend';
import { lineSwatch } from '../charts/markElement';
import { markOf } from '../charts/marks';
import { regimesChartSpec, type MarkedDecodeCurve } from '../charts/regimesChart';
import { h, show } from '../dom';
import { describeDevice, selectedKind, type Figure } from '../model/figures';
import {
  curveContexts,
  decodeCurves,
  regimeRows,
  scalingPointRows,
  scalingRows,
  type DecodeCurve,
} from '../model/regimes';
import { createRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { regimes as words } from '../strings/regimes';
import { createSplit } from './splitOverDevices';
import { markIndex } from './timeOverLength';

/** Prefill beside decode, decode over the context, and where the device is full. */
export function createRegimes(context: PanelContext): Section {
  const pending = h('p', { class: 'note' }, words.pending);
  const facts = createRegion(h('div'));
  const chart = createCurveChart();
  const key = createRegion(h('div'));
  const chartTable = createRegion(h('div'));
  const figure = h(
    'div',
    { class: 'block' },
    h('h3', {}, words.chartHeading),
    h(
      'figure',
      {},
      key.element,
      chart.element,
      h('figcaption', { class: 'note prose' }, words.chartNote),
      chartTable.element,
    ),
  );
  const scaling = createRegion(h('div'));
  const body = h('div', {}, facts.element, figure, scaling.element);
  const split = createSplit(context);
  return {
    element: h(
      'section',
      { id: 'regimes', class: 'panel-section' },
      h('h2', {}, words.heading),
      h('p', { class: 'note prose' }, words.lead),
      pending,
      body,
      split.element,
    ),
    update(report, { layerKind }) {
      split.update(report);
      const kind = selectedKind(report, layerKind);
      const regimes = kind?.regimes;
      show(pending, regimes === undefined);
      show(body, regimes !== undefined);
      if (kind === undefined || regimes === undefined) return;
      facts.render([regimes, report.device, kind.shape, kind.dense], () => factNodes(report, kind, regimes));
      scaling.render(regimes, () => scalingNodes(regimes));
      const curves = decodeCurves(regimes).map((curve) => ({
        ...curve,
        mark: markOf(markIndex(kind, curve.id)),
      }));
      show(figure, curves.length > 0);
      key.render([curves, regimes.prefill], () => {
        if (curves.length === 0) return [];
        chart.draw(regimesChartSpec(curves, regimes.prefill.tokensPerSecond));
        return [
          legend(curves.map(({ id, title, mark }) => ({ id, label: title, swatch: lineSwatch(mark) }))),
        ];
      });
      chartTable.render(curves, () => (curves.length === 0 ? [] : [curveTable(curves)]));
    },
    redraw: chart.redraw,
  };
}

function factNodes(report: Report, kind: LayerKindResult, regimes: RegimesResult): readonly Node[] {
  const { n, batch, oneByOne, leftOut } = regimes;
  const { regime, context, time, tokens, rate, share, bandwidth, state } = words.columns;
  const notes = [
    ...(report.device === undefined
      ? []
      : [strings.timings.where(describeDevice(report.device), kind.shape.dtype)]),
    ...(regimes.prefill.shareOfPeak === undefined ? [] : matmulRate(report)),
    ...(kind.shape.causal ? [] : [words.bidirectional]),
    ...measuredTwice(kind, regimes),
    ...leftOut,
  ];
  return [
    ...(oneByOne === undefined
      ? []
      : [
          h(
            'p',
            { class: 'summary' },
            words.speedup(
              formatInteger(n),
              formatInteger(batch),
              formatRatio(oneByOne.parallelSpeedup),
              formatRatio(oneByOne.speedupLow),
              formatRatio(oneByOne.speedupHigh),
            ),
          ),
        ]),
    dataTable({
      label: words.table,
      columns: [regime, context, time, tokens, rate, share, bandwidth, state],
      figures: [1, 2, 3, 4, 5, 6, 7],
      cards: true,
      rows: cells(regimeRows(regimes)),
    }),
    ...notes.map((note) => h('p', { class: 'note' }, note)),
  ];
}

function cells(rows: readonly (readonly (string | Figure)[])[]): readonly (readonly Cell[])[] {
  return rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : figureNodes(cell))));
}

function matmulRate({ device }: Report): readonly string[] {
  return device?.matmulSize === undefined ? [] : [words.matmulRate(String(device.matmulSize))];
}

/** The race with the replacements may have timed the same call: two measured values of one call need a word. */
function measuredTwice({ dense }: LayerKindResult, { n, prefill }: RegimesResult): readonly string[] {
  const point = dense.points.filter(isTimed).find((timed) => timed.n === n);
  if (point === undefined) return [];
  const text = ({ timing, kernel }: Pick<typeof prefill, 'timing' | 'kernel'>): string => {
    const time = formatDuration(timing.medianMs);
    return prefill.kernel === point.kernel ? time : words.kernelTime(time, kernel);
  };
  return [words.measuredTwice(formatInteger(n), text(prefill), text(point))];
}

/** A row a mechanism: there may be many of them, and few contexts. */
function curveTable(curves: readonly MarkedDecodeCurve[]): HTMLElement {
  const contexts = curveContexts(curves);
  return foldedTable('regimes-table', {
    label: words.chartHeading,
    columns: [words.tokensAt, ...contexts.map((context) => strings.header.length(formatInteger(context)))],
    cards: true,
    figures: contexts.map((_, index) => index + 1),
    rows: curves.map(({ title, points, projected }) => [
      title,
      ...contexts.map((context) => {
        const at = (candidate: { readonly context: number }): boolean => candidate.context === context;
        const point = points.find(at);
        if (point !== undefined) return figureNodes(rateFigure(point));
        const beyond = projected.find(at);
        return beyond === undefined
          ? strings.missing
          : figureNodes({ value: formatCount(beyond.tokensPerSecond), notes: [strings.projected] });
      }),
    ]),
  });
}

/** The rate with the ends of its whisker. */
function rateFigure({ tokensPerSecond, low, high }: DecodeCurve['points'][number]): Figure {
  const bounds = low === high ? '' : strings.timings.band(formatCount(low), formatCount(high));
  return { value: formatCount(tokensPerSecond), notes: [bounds] };
}

function scalingNodes({ scaling, prefill }: RegimesResult): readonly Node[] {
  if (scaling.length === 0) return [];
  const { axis, value, least, best, full, time, rate, share } = words.scalingColumns;
  const block = h(
    'div',
    { class: 'block' },
    h('h3', {}, words.scalingHeading),
    dataTable({
      label: words.scalingHeading,
      columns: [axis, best, least, full],
      figures: [1, 2, 3],
      class: 'narrow-table',
      cards: true,
      rows: scalingRows(scaling),
    }),
    h('p', { class: 'note prose' }, words.scalingNote(prefill.kernel)),
    foldedTable('regimes-scaling-table', {
      label: words.scalingHeading,
      columns: [axis, value, time, rate, share],
      figures: [1, 2, 3, 4],
      cards: true,
      rows: cells(scalingPointRows(scaling)),
    }),
  );
  return [block];
}
