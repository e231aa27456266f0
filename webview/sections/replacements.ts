import type { LayerKindResult } from '../../src/report/report';
import { formatError, formatInteger, formatRatio } from '../../src/model/units';
import { foldedTable } from '../charts/dataTable';
import { markOf } from '../charts/marks';
import { scatter } from '../charts/scatter';
import { h, setText, show } from '../dom';
import { selectedKind } from '../model/figures';
import { replacementRows } from '../model/replacementRows';
import { scatterPoints, type ScatterPoint } from '../model/scatterPoints';
import { createRegion, createSizedRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { replacementTable } from './replacementTable';
import { markIndex } from './timeOverLength';

const words = strings.replacements;

/** What could take the place of dense attention, ranked, with what each gains and asks. */
export function createReplacements(context: PanelContext): Section {
  const pending = h('p', { class: 'note' }, words.pending);
  const lead = h('p', { class: 'note' });
  const table = createRegion(h('div'));
  const chart = createSizedRegion(h('div', { class: 'view' }));
  const data = createRegion(h('div'));
  const none = h('p', { class: 'note' }, words.scatterNone);
  const body = h(
    'div',
    {},
    table.element,
    h(
      'div',
      { class: 'block' },
      h('h3', {}, words.scatterHeading),
      none,
      h(
        'figure',
        {},
        chart.element,
        h('figcaption', { class: 'note prose' }, words.scatterNote),
        data.element,
      ),
    ),
  );
  return {
    element: h(
      'section',
      { id: 'replacements', class: 'panel-section' },
      h('h2', {}, words.heading),
      lead,
      pending,
      body,
    ),
    update(report, { layerKind }) {
      const kind = selectedKind(report, layerKind);
      const any = kind !== undefined && kind.replacements.length > 0;
      show(pending, !any);
      show(lead, any);
      show(body, any);
      if (!any) return;
      setText(lead, kind.window === undefined ? words.lead : words.leadWindowed(formatInteger(kind.window)));
      const asked = report.scenario.sequenceLength;
      table.render([kind.name, kind.replacements, asked], () => [
        replacementTable(replacementRows(kind.replacements, report.scenario), kind, context),
      ]);
      const points = scatterPoints(kind.replacements);
      show(none, points.length === 0);
      chart.render(points, (width) => (points.length === 0 ? [] : [scatterOf(points, kind, width)]));
      data.render(points, () => (points.length === 0 ? [] : [scatterTable(points)]));
    },
  };
}

function scatterOf(points: readonly ScatterPoint[], kind: LayerKindResult, width: number): HTMLElement {
  return scatter({ points, width, markOf: (id) => markOf(markIndex(kind, id)) });
}

function scatterTable(points: readonly ScatterPoint[]): HTMLElement {
  const { mechanism, speedup, error } = words.columns;
  return foldedTable('scatter-table', {
    label: words.scatterHeading,
    columns: [mechanism, `${speedup} (${strings.measured})`, strings.timeChart.columnN, error],
    figures: [1, 2, 3],
    rows: points.map((point) => [
      point.title,
      formatRatio(point.speedup),
      formatInteger(point.n),
      formatError(point.error),
    ]),
  });
}
