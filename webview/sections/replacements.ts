import { hasOnlyWindow, ownPatternSentence } from '../../src/model/ownPattern';
import { askedLength } from '../../src/model/askedLength';
import { areByTime } from '../../src/model/cautiousTime';
import type { LayerKindResult } from '../../src/report/report';
import { joinSentences } from '../../src/model/phrases';
import { formatBytes, formatDuration, formatInteger } from '../../src/model/units';
import { foldedTable } from '../charts/dataTable';
import { markOf } from '../charts/marks';
import { scatter } from '../charts/scatter';
import { h, setText, show } from '../dom';
import { selectedKind, sourceOf } from '../model/figures';
import { replacementRows } from '../model/replacementRows';
import { scatterPoints, type ScatterPoint } from '../model/scatterPoints';
import { createRegion, createSizedRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { createFilters } from './replacementFilters';
import { replacementTable, tableReading } from './replacementTable';
import { markIndex } from './timeOverLength';

const words = strings.replacements;

/** What could take the place of dense attention, ranked, with what each gains and asks. */
export function createReplacements(context: PanelContext): Section {
  const pending = h('p', { class: 'note' }, words.pending);
  const lead = h('p', { class: 'note' });
  const advice = createRegion(h('div', { class: 'advice' }));
  const filters = createFilters(context);
  const filtered = h('p', { class: 'note', role: 'status' });
  const reading = createRegion(h('div'));
  const table = createRegion(h('div'));
  const chart = createSizedRegion(h('div', { class: 'view' }));
  const data = createRegion(h('div'));
  const none = h('p', { class: 'note' }, words.scatterNone);
  const body = h(
    'div',
    {},
    advice.element,
    reading.element,
    filters.element,
    filtered,
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
    update(report, controls) {
      const kind = selectedKind(report, controls.layerKind);
      const any = kind !== undefined && kind.replacements.length > 0;
      show(pending, !any);
      show(lead, any);
      show(body, any);
      if (!any) return;
      const asked = askedLength(report, kind);
      setText(lead, leadText(kind, asked));
      const sentences = kind.advice?.sentences ?? [];
      advice.render(sentences, () => sentences.map((sentence) => h('p', { class: 'prose' }, sentence)));
      filters.update(controls);
      const rows = replacementRows(kind, { sequenceLength: asked }, controls.filters);
      const listed = rows.filter(({ id }) => id !== kind.dense.id).length;
      show(filtered, listed < kind.replacements.length);
      setText(filtered, words.filteredOut(String(kind.replacements.length - listed)));
      table.render([kind.name, kind.dense, kind.replacements, controls.filters, asked], () => [
        replacementTable(rows, asked, kind, context),
      ]);
      reading.render(asked, () => [tableReading(asked)]);
      const points = scatterPoints(kind, asked);
      show(none, points.length === 0);
      chart.render([points, asked], (width) =>
        points.length === 0
          ? []
          : [scatter({ points, n: asked, width, markOf: (id) => markOf(markIndex(kind, id)) })],
      );
      data.render(points, () => (points.length === 0 ? [] : [scatterTable(points)]));
    },
  };
}

/** What is compared with what, and by what the rows are ordered where that is no time at the asked length. */
function leadText(kind: LayerKindResult, asked: number): string {
  const { dense, window, replacements } = kind;
  const against = dense.current
    ? words.lead
    : window !== undefined && hasOnlyWindow(kind)
      ? words.leadWindowed(formatInteger(window))
      : words.leadPattern;
  const points = replacements.flatMap(({ projection }) => projection.filter(({ n }) => n === asked));
  const order =
    points.length === 0
      ? words.orderBySpeedup(formatInteger(asked))
      : areByTime(points)
        ? ''
        : words.orderNotByTime(formatInteger(asked));
  return joinSentences([against, ownPatternSentence(kind), order]);
}

function scatterTable(points: readonly ScatterPoint[]): HTMLElement {
  const { time, memory, source, front } = words.scatterColumns;
  return foldedTable('scatter-table', {
    label: words.scatterHeading,
    cards: true,
    columns: [words.columns.mechanism, time, memory, source, front],
    figures: [1, 2],
    rows: points.map((point) => [
      point.title,
      formatDuration(point.ms),
      formatBytes(point.bytes),
      sourceOf(point),
      point.onFront ? words.yes : words.no,
    ]),
  });
}
