import { h, type Child } from '../dom';
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
}

/** A table that scrolls sideways by itself, so that the page never does. */
export function dataTable(options: TableOptions): HTMLElement {
  const isFigure = (index: number) => options.figures?.includes(index) === true;
  const head = options.columns.map((column, index) =>
    h('th', { scope: 'col', class: isFigure(index) && 'figure' }, column),
  );
  const rows = options.rows.map((cells) =>
    h(
      'tr',
      {},
      ...cells.map((cell, index) => {
        const children = childrenOf(cell);
        const attributes = { class: isFigure(index) && 'figure' };
        return index === 0
          ? h('th', { scope: 'row', ...attributes }, ...children)
          : h('td', attributes, ...children);
      }),
    ),
  );
  const table = h(
    'table',
    { class: options.class },
    h('caption', { class: 'visually-hidden' }, options.label),
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...rows),
  );
  return scrollable(table, options.label);
}

/** Wraps what may be wider than the page; focusable, so that arrow keys scroll it. */
export function scrollable(content: HTMLElement, label: string): HTMLElement {
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': `${label}. ${strings.tableScrolls}` },
    content,
  );
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
