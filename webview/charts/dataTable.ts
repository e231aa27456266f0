import { h, setAttributes, type Attributes, type Child } from '../dom';
import { strings } from '../strings';

/** A cell: text, or elements. The first cell of a row is its header. */
export type Cell = Child | readonly Child[];

function childrenOf(cell: Cell): readonly Child[] {
  const single = cell === undefined || cell === false || typeof cell === 'string' || cell instanceof Node;
  return single ? [cell] : cell;
}

export interface TableOptions {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Indices of columns that hold figures, set to the right. */
  readonly figures?: readonly number[];
  readonly class?: string;
  /** Where the page is narrow, each row becomes a card whose cells name their columns. */
  readonly cards?: true;
}

/** A table that scrolls sideways by itself, so that the page never does. */
export function dataTable(options: TableOptions): HTMLElement {
  const { columns, cards } = options;
  // Cards are made by CSS, which takes the meaning of a table from its elements: the roles are therefore written out.
  const role = (name: string): Attributes => ({ role: cards && name });
  const classOf = (index: number) => options.figures?.includes(index) === true && 'figure';
  const head = columns.map((column, index) =>
    h('th', { scope: 'col', class: classOf(index), ...role('columnheader') }, column),
  );
  const rows = options.rows.map((cells) =>
    h(
      'tr',
      role('row'),
      ...cells.map((cell, index) =>
        index === 0
          ? h('th', { scope: 'row', class: classOf(index), ...role('rowheader') }, ...childrenOf(cell))
          : h(
              'td',
              { class: classOf(index), 'data-column': cards && columns[index], ...role('cell') },
              ...childrenOf(cell),
            ),
      ),
    ),
  );
  const classes = [cards && 'card-table', options.class].filter((name) => name !== undefined);
  const table = h(
    'table',
    { class: classes.length > 0 && classes.join(' '), ...role('table') },
    h('caption', { class: 'visually-hidden' }, options.label),
    h('thead', role('rowgroup'), h('tr', role('row'), ...head)),
    h('tbody', role('rowgroup'), ...rows),
  );
  return scrollable(table, options.label);
}

/** Wraps what may be wider than the page; where it is, it takes the focus, so that arrow keys scroll it. */
export function scrollable(content: HTMLElement, label: string): HTMLElement {
  const box = h('div', { class: 'scroll', role: 'region', 'aria-label': label }, content);
  const mark = () => {
    const scrolls = box.scrollWidth > box.clientWidth;
    setAttributes(box, {
      tabindex: scrolls && 0,
      'aria-label': scrolls ? `${label}. ${strings.tableScrolls}` : label,
    });
  };
  const observer = new ResizeObserver(mark);
  observer.observe(box);
  observer.observe(content);
  return box;
}

/** The figures behind a chart, folded away until they are asked for. */
export function foldedTable(key: string, options: TableOptions): HTMLElement {
  return h(
    'details',
    { class: 'fold', 'data-key': key },
    h('summary', {}, strings.dataTable),
    dataTable(options),
  );
}

/** Names beside values, as a description list. */
export function facts(entries: readonly (readonly [string, Cell])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...entries.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, ...childrenOf(value))]),
  );
}
