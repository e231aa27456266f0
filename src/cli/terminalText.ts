import type { ReportSection } from '../report/reportTable';
import { textTable } from './textTable';

export interface TextStyle {
  /** Characters a line. */
  readonly width: number;
  readonly bold: (text: string) => string;
}

const INDENT = '  ';

/** The sections as plain text, wrapped to the width; the last character is a line break. */
export function terminalText(sections: readonly ReportSection[], style: TextStyle): string {
  return sections.map((section) => `${sectionLines(section, style).join('\n')}\n`).join('\n');
}

function sectionLines(section: ReportSection, style: TextStyle): string[] {
  const parts = [
    section.lead.flatMap((sentence) => wrap(sentence, style.width, INDENT, INDENT)),
    section.table === undefined ? [] : textTable(section.table, { width: style.width, indent: INDENT }),
    section.remarks.flatMap((remark) => wrap(remark, style.width, INDENT, `${INDENT}${INDENT}`)),
  ].filter((lines) => lines.length > 0);
  return [style.bold(section.title), ...parts.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))];
}

/** Breaks at spaces; a word longer than the line keeps a line of its own. */
export function wrap(text: string, width: number, indent: string, hanging: string): string[] {
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = hanging;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}

/** Bold only where the stream is a terminal and nobody asked for plain text (https://no-color.org). */
export function styleFor(
  stream: { isTTY?: boolean; columns?: number },
  noColor: string | undefined,
): TextStyle {
  const colour = stream.isTTY === true && (noColor === undefined || noColor === '');
  return {
    width: Math.min(Math.max(columnsOf(stream, 110), 60), 120),
    bold: colour ? (text) => `\u001b[1m${text}\u001b[22m` : (text) => text,
  };
}

/** Columns of a terminal, or `fallback`: a pseudo-terminal without a window says 0. */
export function columnsOf(stream: { columns?: number }, fallback = 80): number {
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : fallback;
}
