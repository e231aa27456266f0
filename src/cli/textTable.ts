import type { ReportColumn, ReportTable } from '../report/reportTable';

export interface TextTableOptions {
  /** Characters that a line may have; foldable tables use it to set rows side by side. */
  readonly width: number;
  readonly indent: string;
}

const GAP = '  ';
const FOLD_GAP = '   ';
const MOST_FOLDS = 3;

/** The table as aligned lines of text: a header, a rule, a line a row. No trailing spaces. */
export function textTable(table: ReportTable, options: TextTableOptions): string[] {
  const { columns, rows } = table.foldable === true ? folded(table, options) : table;
  const widths = columnWidths(columns, rows);
  const line = (cells: readonly string[]): string =>
    (options.indent + cells.map((cell, i) => padded(cell, widths[i] ?? 0, columns[i])).join(GAP)).trimEnd();
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map((row) => line(row)),
  ];
}

function padded(cell: string, width: number, column: ReportColumn | undefined): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(cell)));
  return column?.align === 'right' ? space + cell : cell + space;
}

function columnWidths(columns: readonly ReportColumn[], rows: ReportTable['rows']): number[] {
  return columns.map((column, i) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[i] ?? '')), textWidth(column.title)),
  );
}

/** Characters on a terminal: code points, without combining marks (no double-width text occurs here). */
function textWidth(text: string): number {
  return Array.from(text.replace(/\p{M}/gu, '')).length;
}

/** The rows set side by side, column-major, as many times as the width allows. */
function folded(table: ReportTable, options: TextTableOptions): ReportTable {
  const once = columnWidths(table.columns, table.rows).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.floor((options.width - options.indent.length) / (once + FOLD_GAP.length));
  const folds = Math.max(1, Math.min(MOST_FOLDS, room, Math.ceil(table.rows.length / 4)));
  const height = Math.ceil(table.rows.length / folds);
  const blank = table.columns.map(() => '');
  const groups = Array.from({ length: folds }, (_, fold) => fold);
  const spacer = { title: '', align: 'left' } as const;
  return {
    columns: groups.flatMap((fold) => (fold === 0 ? table.columns : [spacer, ...table.columns])),
    rows: Array.from({ length: height }, (_, i) =>
      groups.flatMap((fold) => {
        const row = table.rows[fold * height + i] ?? blank;
        return fold === 0 ? row : ['', ...row];
      }),
    ),
  };
}
