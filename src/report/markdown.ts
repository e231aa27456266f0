import * as l10n from '@vscode/l10n';
import { explain } from '../explain/explain';
import { explanationMarkdown } from '../explain/markdown';
import { reportSections } from './reportSections';
import type { ReportSection, ReportTable } from './reportTable';
import type { Report } from './report';

/** Those that decide whether a length fits; `headroom explain` derives every other one. */
const derivedFigures = ['memory.kvCache', 'memory.inferencePeak', 'memory.training.peak'] as const;

/**
 * The report as GitHub-flavoured Markdown: a heading and a table a section, with the conditions that
 * the figures hold under and whether they are measured, projected or by formula.
 */
export function renderMarkdown(report: Report): string {
  return [
    `# ${l10n.t('Attention of {0}', escapeMarkdown(report.source.name))}`,
    `Headroom ${escapeMarkdown(report.headroomVersion)}, ${escapeMarkdown(report.createdAt)}.`,
    ...reportSections(report).flatMap(sectionBlocks),
    `## ${l10n.t('How the main figures come about')}`,
    ...derivedFigures.map((key) =>
      explanationMarkdown(explain(report.model, report.scenario, key, report.estimate)).trimEnd(),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function sectionBlocks(section: ReportSection): string[] {
  return [
    `## ${escapeMarkdown(section.title)}`,
    ...section.lead.map(escapeMarkdown),
    ...(section.table === undefined ? [] : [markdownTable(section.table)]),
    ...(section.remarks.length === 0
      ? []
      : [section.remarks.map((remark) => `- ${escapeMarkdown(remark)}`).join('\n')]),
  ];
}

function markdownTable({ columns, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => escapeMarkdown(column.title))),
    line(columns.map((column) => (column.align === 'right' ? '---:' : ':---'))),
    ...rows.map((row) => line(row.map(escapeMarkdown))),
  ].join('\n');
}

/**
 * Text that Markdown shows as it is: nothing in it opens a cell, a tag, an entity, a link, a list or an
 * emphasis. An underscore inside a word is plain already, so `hidden_size` stays readable in the source.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\\|`*[\]<>&~]|(?<!\w)_|_(?!\w)/g, (character) => `\\${character}`)
    .replace(/^(?:#|[-+](?= ))/, (start) => `\\${start}`)
    .replace(/^(\d+)\. /, '$1\\. ');
}
