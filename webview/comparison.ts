import type { ComparisonMessage } from '../src/report/panelMessages';
import type { ReportSection, ReportTable } from '../src/report/reportTable';
import { dataTable } from './charts/dataTable';
import { h, setText } from './dom';
import { createRegion } from './region';
import { createDropdown } from './toolkit';

export interface ComparisonPage {
  readonly element: HTMLElement;
  /** Shows `message` in the view that is called `view`, or the first one. */
  update(message: ComparisonMessage, view: string | undefined): void;
}

/** Two files side by side, as tables. `choose` is told which view the reader chose. */
export function createComparison(choose: (view: string) => void): ComparisonPage {
  const heading = h('h1');
  const choice = createRegion(h('div', { class: 'controls' }));
  const body = createRegion(h('main'));
  return {
    element: h('div', { class: 'panel' }, heading, choice.element, body.element),
    update({ title, choice: label, views }, asked) {
      setText(heading, title);
      const shown = views.find((view) => view.label === asked) ?? views[0];
      choice.render([label, views.map((view) => view.label)], () =>
        views.length < 2 || shown === undefined ? [] : [viewChoice(label, views, shown.label, choose)],
      );
      body.render(shown, () => (shown?.sections ?? []).map(sectionElement));
    },
  };
}

function viewChoice(
  label: string,
  views: ComparisonMessage['views'],
  value: string,
  onChange: (view: string) => void,
): HTMLElement {
  const choices = views.map((view) => ({ value: view.label, label: view.label }));
  return createDropdown({ label, choices, value, onChange }).element;
}

function sectionElement({ title, lead, table, remarks }: ReportSection): HTMLElement {
  return h(
    'section',
    { class: 'panel-section' },
    h('h2', {}, title),
    ...lead.map((sentence) => h('p', { class: 'note' }, sentence)),
    table && tableElement(title, table),
    ...remarks.map((sentence) => h('p', { class: 'note prose' }, sentence)),
  );
}

function tableElement(label: string, { columns, rows }: ReportTable): HTMLElement {
  return dataTable({
    label,
    columns: columns.map(({ title }) => title),
    rows,
    figures: columns.flatMap(({ align }, index) => (align === 'right' ? [index] : [])),
  });
}
