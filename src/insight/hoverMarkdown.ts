import * as l10n from '@vscode/l10n';
import { escapeMarkdown } from '../report/markdown';
import type { FieldInsight } from './insight';
import { insightText, type InsightLine } from './insightText';

/** Command URIs that a hover offers; those that are absent are left out. */
export interface HoverLinks {
  readonly profile?: string;
  readonly openPanel?: string;
  readonly explain?: string;
  readonly chooseDevice?: string;
}

/** Lines before the rule. */
const FIRST_LINES = 5;

/** Markdown of an insight: at most five lines, a line of links, a rule, and the details. All text is escaped. */
export function hoverMarkdown(insight: FieldInsight, links: HoverLinks): string {
  const { lines, details } = insightText(insight);
  const first = lines.slice(0, FIRST_LINES);
  const rest = [...lines.slice(FIRST_LINES), ...details];
  const linkLine = linksMarkdown(links);
  // Above the rule: the editor shows some ten rows, and what is below them has to be scrolled to.
  return [listOf(first), ...(linkLine === '' ? [] : [linkLine]), '---', listOf(rest)].join('\n\n');
}

function listOf(lines: readonly InsightLine[]): string {
  return lines
    .map(({ lead, text }) => {
      const plain = escapeMarkdown(text);
      // Space of some width has to stay: Markdown ends no bold text between a full stop and a letter.
      return `- ${lead === undefined ? plain : l10n.t('**{0}** {1}', escapeMarkdown(lead), plain)}`;
    })
    .join('\n');
}

function linksMarkdown({ profile, openPanel, explain, chooseDevice }: HoverLinks): string {
  return [
    link(l10n.t('Profile here'), profile),
    link(l10n.t('Open panel'), openPanel),
    link(l10n.t('Explain'), explain),
    link(l10n.t('Choose device'), chooseDevice),
  ]
    .filter((each) => each !== undefined)
    .join(' · ');
}

/** A link to a command; undefined for any other address. */
function link(title: string, uri: string | undefined): string | undefined {
  if (uri?.startsWith('command:') !== true) return undefined;
  const address = uri.replace(/[\s()[\]<>"\\]/g, (character) => `%${hex(character)}`);
  return `[${escapeMarkdown(title)}](${address})`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}
