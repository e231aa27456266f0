import { describeSplits } from '../../src/cost/splitText';
import type { Report } from '../../src/report/report';
import { foldedTable } from '../charts/dataTable';
import { h } from '../dom';
import { splitLimit } from '../model/splitLimit';
import { createRegion } from '../region';
import type { PanelContext } from '../section';

export interface SplitBlock {
  readonly element: HTMLElement;
  update(report: Report): void;
}

/** What each device holds when the model is split: the cost model's answer to the parallel regime. */
export function createSplit(context: PanelContext): SplitBlock {
  const block = createRegion(h('div', { class: 'block' }));
  return {
    element: block.element,
    update(report) {
      const { model, scenario } = report;
      const limit = splitLimit(report, context.planned());
      block.render([model, scenario, limit], () => {
        const { title, conditions, smallest, columns, rows, remarks } = describeSplits(
          model,
          scenario,
          limit,
        );
        return [
          h('h3', {}, title),
          ...(smallest === undefined ? [] : [h('p', { class: 'summary' }, smallest)]),
          ...conditions.map((note) => h('p', { class: 'note prose' }, note)),
          foldedTable('regimes-split-table', {
            label: title,
            cards: true,
            columns: columns.map((column) => column.title),
            figures: columns.flatMap(({ isFigure }, index) => (isFigure ? [index] : [])),
            rows,
          }),
          ...remarks.map((note) => h('p', { class: 'note prose' }, note)),
        ];
      });
    },
  };
}
