import type { LayerKindResult } from '../../src/report/report';
import { formatInteger } from '../../src/model/units';
import { scrollable } from '../charts/dataTable';
import { breakable, figureNodes } from '../charts/figureCell';
import { h, type Child } from '../dom';
import type { Adoption, MeasuredRow, OtherRow, ReplacementRow } from '../model/replacementRows';
import type { PanelContext } from '../section';
import { strings } from '../strings';
import { createButton, createLink } from '../toolkit';

const words = strings.replacements;

/** The columns from left to right. */
const columnNames = [
  'rank',
  'mechanism',
  'time',
  'speedup',
  'memory',
  'error',
  'kind',
  'projected',
  'adoption',
] as const;

type ColumnName = (typeof columnNames)[number];
type ColumnTitles = Readonly<Record<ColumnName, string>>;

const figureColumns: readonly ColumnName[] = ['time', 'speedup', 'memory', 'error', 'projected'];

function classOf(name: ColumnName): string {
  return figureColumns.includes(name) ? `${name} figure` : name;
}

/** Titles of the columns; the one of the projected times names the length that they are about. */
function columnTitles(asked: number): ColumnTitles {
  const { rank, mechanism, time, speedup, memory, error, kind, adoption } = words.columns;
  const projected = words.atAsked(formatInteger(asked));
  return { rank, mechanism, time, speedup, memory, error, kind, projected, adoption };
}

/** What the columns hold, said once for all rows. */
export function tableReading(asked: number): HTMLElement {
  const titles = columnTitles(asked);
  const { mechanism, time, speedup, memory, error, kind, projected } = words.reading;
  const entry = (title: string, text: string) => h('div', {}, h('dt', {}, title), h('dd', {}, text));
  return h(
    'dl',
    { class: 'reading note' },
    entry(titles.mechanism, mechanism),
    entry(titles.time, time),
    entry(titles.speedup, speedup),
    entry(titles.memory, memory),
    entry(titles.error, error),
    entry(titles.kind, kind),
    entry(titles.projected, projected),
  );
}

/**
 * The ranked table, with the times at `asked` tokens. Where the page is narrow its rows become cards by CSS, which
 * takes the meaning of a table from its elements: the roles are therefore written out, and each cell knows its
 * column's name.
 */
export function replacementTable(
  rows: readonly ReplacementRow[],
  asked: number,
  kind: LayerKindResult,
  context: PanelContext,
): HTMLElement {
  const titles = columnTitles(asked);
  const head = columnNames.map((name) =>
    h('th', { scope: 'col', role: 'columnheader', class: classOf(name) }, titles[name]),
  );
  const bodies = rows.map((row) =>
    row.status === 'measured' ? measuredBody(row, titles, kind, context) : otherBody(row, titles),
  );
  const table = h(
    'table',
    { class: 'replacement-table card-table', role: 'table' },
    h('caption', { class: 'visually-hidden' }, words.table),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head)),
    ...bodies,
  );
  return scrollable(table, words.table);
}

function measuredBody(
  row: MeasuredRow,
  titles: ColumnTitles,
  kind: LayerKindResult,
  context: PanelContext,
): HTMLElement {
  const figures = (['time', 'speedup', 'memory', 'error', 'kind', 'projected'] as const).map((name) =>
    cell(name, titles, ...figureNodes(row[name])),
  );
  return h(
    'tbody',
    { role: 'rowgroup', class: 'replacement' },
    h(
      'tr',
      { role: 'row' },
      cell('rank', titles, row.rank),
      mechanismCell(row),
      ...figures,
      cell('adoption', titles, ...figureNodes(row.ask), ...adoptionParts(row, kind, context)),
    ),
    h(
      'tr',
      { role: 'row', class: 'reason-row' },
      h('td', { role: 'cell' }),
      h(
        'td',
        { role: 'cell', colspan: columnNames.length - 1 },
        h(
          'div',
          { class: 'reason' },
          row.reason !== '' && h('span', { class: 'reason-text' }, ...breakable(row.reason)),
          aboutFold(row),
          !row.current && row.adoption.kind === 'code' && codeFold(row, row.adoption),
        ),
      ),
    ),
  );
}

/** What would make the rows too tall to be compared. */
function aboutFold(row: MeasuredRow): HTMLElement {
  return h(
    'details',
    { class: 'fold', 'data-key': `about-${row.id}` },
    h('summary', { 'aria-label': words.aboutLabel(row.title) }, words.about),
    ...row.facts.map((sentence) => h('p', { class: 'prose' }, sentence)),
    h('p', { class: 'prose' }, row.citation, ' ', ...paperLink(row)),
    ...row.about.map((sentence) => h('p', { class: 'prose' }, sentence)),
  );
}

function paperLink({ arxiv }: MeasuredRow): readonly HTMLElement[] {
  return arxiv === '' ? [] : [createLink(words.arxiv(arxiv), `https://arxiv.org/abs/${encodeURI(arxiv)}`)];
}

function otherBody(row: OtherRow, titles: ColumnTitles): HTMLElement {
  return h(
    'tbody',
    { role: 'rowgroup', class: `replacement replacement-${row.status}` },
    h(
      'tr',
      { role: 'row' },
      cell('rank', titles, strings.missing),
      mechanismCell(row),
      h(
        'td',
        { role: 'cell', colspan: columnNames.length - 2, class: 'other' },
        h('strong', {}, row.label),
        row.message !== '' && h('p', { class: 'note' }, row.message),
      ),
    ),
  );
}

function mechanismCell(row: ReplacementRow): HTMLElement {
  return h(
    'th',
    { scope: 'row', role: 'rowheader', class: 'mechanism' },
    h('span', { class: 'mechanism-name' }, row.title),
    row.status === 'measured' && row.onFront && h('span', { class: 'front-mark' }, words.onFront),
    row.parameters !== '' && h('span', { class: 'note' }, row.parameters),
  );
}

function cell(name: ColumnName, titles: ColumnTitles, ...children: readonly Child[]): HTMLElement {
  return h('td', { role: 'cell', class: classOf(name), 'data-column': titles[name] }, ...children);
}

function adoptionParts(
  row: MeasuredRow,
  kind: LayerKindResult,
  { hosted, send }: PanelContext,
): readonly HTMLElement[] {
  const { adoption, current } = row;
  if (current) return [];
  if (adoption.kind === 'code') {
    if (!hosted) return [];
    const open = createButton({
      label: words.openCode,
      description: words.openCodeLabel(row.title),
      key: `open-code-${row.id}`,
      onPress: () => {
        send({ type: 'apply', layerKind: kind.name, mechanism: row.id });
      },
    });
    return [open];
  }
  if (adoption.kind !== 'config' || adoption.byHand === true || !hosted) return [];
  return [
    createButton({
      label: words.apply,
      description: words.applyLabel(row.title),
      key: `apply-${row.id}`,
      onPress: () => {
        send({ type: 'apply', layerKind: kind.name, mechanism: row.id });
      },
    }),
  ];
}

function codeFold(row: MeasuredRow, adoption: Extract<Adoption, { kind: 'code' }>): HTMLElement {
  return h(
    'details',
    { class: 'fold', 'data-key': `code-${row.id}` },
    h('summary', {}, words.showCode),
    h(
      'pre',
      { class: 'code', tabindex: 0, role: 'region', 'aria-label': words.codeLabel(row.title) },
      h('code', {}, adoption.code),
    ),
  );
}
