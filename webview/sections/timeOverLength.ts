import type { LayerKindResult, Report } from '../../src/report/report';
import { askedLength } from '../../src/model/askedLength';
import { joinPhrases } from '../../src/model/phrases';
import { formatDuration, formatInteger, formatPercent } from '../../src/model/units';
import { createCurveChart } from '../charts/curveChart';
import { foldedTable } from '../charts/dataTable';
import { legend } from '../charts/legend';
import { lineSwatch } from '../charts/markElement';
import { markOf } from '../charts/marks';
import { timeChartSpec } from '../charts/timeChart';
import type { Controls } from '../controls';
import { h, show } from '../dom';
import { describeFit, interval } from '../model/figures';
import {
  curveLengths,
  isFromOneLength,
  timeCurves,
  type CurvePoint,
  type TimeCurve,
} from '../model/timeCurves';
import { createRegion } from '../region';
import type { PanelContext } from '../section';
import { strings } from '../strings';

const words = strings.timeChart;

/** Time of one call over n, for dense and every replacement: measured and projected. */
export function createTimeOverLength(context: PanelContext): {
  readonly element: HTMLElement;
  update(kind: LayerKindResult, report: Report, controls: Controls): void;
  redraw(): void;
} {
  const chart = createCurveChart();
  const drawn = createRegion(h('div'));
  const key = createRegion(h('div'));
  const table = createRegion(h('div'));
  const none = h('p', { class: 'note' }, words.none);
  const body = h(
    'figure',
    {},
    key.element,
    chart.element,
    h('figcaption', { class: 'note' }, words.key),
    drawn.element,
    table.element,
  );
  const toggle = (id: string) => {
    const { hiddenCurves } = context.controls();
    const hidden = hiddenCurves.includes(id);
    context.change({
      hiddenCurves: hidden ? hiddenCurves.filter((other) => other !== id) : [...hiddenCurves, id],
    });
  };
  return {
    element: h('div', { class: 'block' }, h('h3', {}, words.heading), none, body),
    update(kind, report, { hiddenCurves }) {
      const curves = timeCurves(kind);
      const asked = askedLength(report, kind);
      show(none, curves.length === 0);
      show(body, curves.length > 0);
      if (curves.length === 0) return;
      const marked = curves.map((curve) => ({ ...curve, mark: markOf(markIndex(kind, curve.id)) }));
      key.render([marked, hiddenCurves], () => [
        legend(
          marked.map(({ id, title, mark }) => ({
            id,
            label: title,
            swatch: lineSwatch(mark),
            toggle: {
              shown: !hiddenCurves.includes(id),
              label: words.hide(title),
              onToggle: () => {
                toggle(id);
              },
            },
          })),
        ),
      ]);
      const visible = marked.filter((curve) => !hiddenCurves.includes(curve.id));
      drawn.render([visible, asked, kind.dense.fit], () => {
        chart.draw(timeChartSpec(visible, asked));
        return [...fitNodes(kind), ...oneLengthNodes(visible)];
      });
      table.render(curves, () => [curveTable(curves)]);
    },
    redraw: chart.redraw,
  };
}

/** A mechanism keeps its mark wherever it is drawn, however many others there are to draw. */
export function markIndex(kind: LayerKindResult, id: string): number {
  return id === kind.dense.id ? 0 : 1 + kind.replacements.findIndex((result) => result.id === id);
}

function fitNodes({ dense }: LayerKindResult): readonly Node[] {
  if (dense.fit === undefined) return [];
  const { leaveOneOutError, pointsUsed } = dense.fit;
  if (pointsUsed === 1) return [h('p', { class: 'note' }, words.fitFromOne(describeFit(dense.fit)))];
  const fit = [describeFit(dense.fit), formatInteger(pointsUsed)] as const;
  const text =
    leaveOneOutError === undefined
      ? words.fit(...fit)
      : words.fitWithError(...fit, formatPercent(leaveOneOutError));
  return [h('p', { class: 'note' }, text)];
}

/** Names the curves whose growth was not seen: dashes alone do not tell them from the others. */
function oneLengthNodes(curves: readonly TimeCurve[]): readonly Node[] {
  const names = curves.filter(isFromOneLength).map(({ title }) => title);
  return names.length === 0 ? [] : [h('p', { class: 'note' }, words.fromOneLength(joinPhrases(names)))];
}

function curveTable(curves: readonly TimeCurve[]): HTMLElement {
  return foldedTable('time-table', {
    label: words.heading,
    columns: [words.columnN, ...curves.map((curve) => curve.title)],
    figures: curves.map((_, index) => index + 1),
    rows: curveLengths(curves).map((n) => [formatInteger(n), ...curves.map((curve) => curveCell(curve, n))]),
  });
}

function curveCell(curve: TimeCurve, n: number): string {
  const at = (point: CurvePoint) => point.n === n;
  const figures = ({ ms, low, high }: CurvePoint) => [formatDuration(ms), ...interval(low, high)] as const;
  const measured = curve.measured.find(at);
  if (measured !== undefined) {
    // A single run has no interval.
    return measured.low === measured.high
      ? words.measuredOnceCell(formatDuration(measured.ms))
      : words.measuredCell(...figures(measured));
  }
  const projected = curve.projected.find(at);
  if (projected === undefined) return strings.missing;
  const describe = projected.fromOneLength === true ? words.projectedFromOneCell : words.projectedCell;
  return describe(...figures(projected));
}
