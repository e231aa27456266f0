import type { LayerKindResult } from '../../src/report/report';
import { scrollable } from '../charts/dataTable';
import { h, type Child } from '../dom';
import type { Adoption, Figure, MeasuredRow, OtherRow, ReplacementRow } from '../model/replacementRows';
import type { PanelContext } from '../section';
import { strings } from '../strings';
import { createButton, createLink } from '../toolkit';

const words = strings.replacements;
const { columns } = words;

/**
 * The ranked table. Where the page is narrow its rows become cards by CSS, which takes the meaning of a
 * table from its elements: the roles are therefore written out, and each cell knows its column's name.
 */
export function replacementTable(
  rows: readonly ReplacementRow[],
  kind: LayerKindResult,
  context: PanelContext,
): HTMLElement {
  const head = Object.values(columns).map((column) =>
    h('th', { scope: 'col', role: 'columnheader' }, column),
  );
  const bodies = rows.map((row) =>
    row.status === 'measured' ? measuredBody(row, kind, context) : otherBody(row),
  );
  const table = h(
    'table',
    { class: 'replacement-table', role: 'table' },
    h('caption', { class: 'visually-hidden' }, words.table),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head)),
    ...bodies,
  );
  return scrollable(table, words.table);
}

function measuredBody(row: MeasuredRow, kind: LayerKindResult, context: PanelContext): HTMLElement {
  return h(
    'tbody',
    { role: 'rowgroup', class: 'replacement' },
    h(
      'tr',
      { role: 'row' },
      cell(columns.rank, 'rank', row.rank),
      mechanismCell(row),
      figureCell(columns.time, row.time, strings.measured),
      figureCell(columns.speedup, row.speedup, 'strong speedup'),
      figureCell(columns.memory, row.memory),
      figureCell(columns.error, row.error),
      figureCell(columns.kind, row.kind, 'words'),
      figureCell(columns.projected, row.projected, 'projected'),
      cell(
        columns.adoption,
        'words',
        h('span', { class: 'cell-value' }, row.ask.value),
        ...noteLines(row.ask.notes),
        ...adoptionParts(row, kind, context),
      ),
    ),
    h(
      'tr',
      { role: 'row', class: 'reason-row' },
      h('td', { role: 'cell' }),
      h(
        'td',
        { role: 'cell', colspan: Object.keys(columns).length - 1, class: 'reason' },
        row.reason !== '' && h('span', { class: 'cell-value' }, row.reason),
        aboutFold(row),
        !row.current && row.adoption.kind === 'code' && codeFold(row, row.adoption),
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
    h('p', { class: 'prose' }, row.citation, ' ', ...paperLink(row)),
    ...row.about.map((sentence) => h('p', { class: 'prose' }, sentence)),
  );
}

function paperLink({ arxiv }: MeasuredRow): readonly HTMLElement[] {
  return arxiv === '' ? [] : [createLink(words.arxiv(arxiv), `https://arxiv.org/abs/${encodeURI(arxiv)}`)];
}

function otherBody(row: OtherRow): HTMLElement {
  return h(
    'tbody',
    { role: 'rowgroup', class: `replacement replacement-${row.status}` },
    h(
      'tr',
      { role: 'row' },
      cell(columns.rank, 'rank', strings.missing),
      mechanismCell(row),
      h(
        'td',
        { role: 'cell', colspan: Object.keys(columns).length - 2, class: 'other' },
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
    row.status === 'measured' &&
      row.onFront &&
      h('span', { class: 'front-mark', title: words.onFrontHint }, words.onFront),
    row.parameters !== '' && h('span', { class: 'note' }, row.parameters),
  );
}

function figureCell(column: string, figure: Figure, extra = ''): HTMLElement {
  return cell(
    column,
    `figures ${extra}`,
    h('span', { class: 'cell-value' }, figure.value),
    ...noteLines(figure.notes),
  );
}

function cell(column: string, name: string, ...children: readonly Child[]): HTMLElement {
  return h('td', { role: 'cell', class: name, 'data-column': column }, ...children);
}

function noteLines(notes: readonly string[]): readonly HTMLElement[] {
  return notes.filter((note) => note !== '').map((note) => h('span', { class: 'note' }, note));
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
