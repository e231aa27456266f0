import type { ReportSection } from '../../report/reportTable';

/** A section of a report as compact text for a language model: a table line a row, cells between bars. */
export function sectionText({ title, lead, table, remarks }: ReportSection): string {
  const line = (cells: readonly string[]): string => cells.join(' | ');
  return [
    `# ${title}`,
    ...lead,
    ...(table === undefined
      ? []
      : [line(table.columns.map((column) => column.title)), ...table.rows.map(line)]),
    ...remarks.map((remark) => `- ${remark}`),
  ].join('\n');
}
