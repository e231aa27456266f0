import * as l10n from '@vscode/l10n';
import type { Derivation } from './explain';
import { numberText } from './numberText';
import { rowSource, type SourcePlace } from './text';

/** The derivation as GitHub-flavoured Markdown, for a hover and a report. Text of the config cannot be markup. */
export function explanationMarkdown(derivation: Derivation, place?: SourcePlace): string {
  const { title, text, formula, terms, fields, assumptions, source } = derivation;
  const blocks = [
    `**${plainText(title)}: ${plainText(text)}**`,
    `${plainText(text)} = ${plainText(formula)}`,
    table(
      [l10n.t('Part'), l10n.t('Formula'), l10n.t('With numbers'), l10n.t('Value')],
      terms.map((term) => [term.label, term.symbolic, term.numbers, term.text]),
    ),
    table(
      [l10n.t('Symbol'), l10n.t('Value'), l10n.t('Meaning'), l10n.t('From')],
      fields.map((row) => [row.symbol, numberText(row.value), row.meaning, rowSource(row, place)]),
    ),
    assumptions.map((assumption) => `- ${plainText(assumption)}`).join('\n'),
    l10n.t('Source: {0}.', plainText(source)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => ':---')),
    ...rows.map((row) => line(row.map(plainText))),
  ].join('\n');
}

/** Text that opens no cell, tag, entity, link, emphasis or code, and is one line. */
function plainText(text: string): string {
  return text
    .replace(/\s*[\p{Cc}\u2028\u2029]+\s*/gu, ' ')
    .replace(/[\\|`*_[\]<>&~$!]/g, (character) => `\\${character}`);
}
