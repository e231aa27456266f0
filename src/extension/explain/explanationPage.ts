import * as l10n from '@vscode/l10n';
import type { EstimateOptions } from '../../cost/estimate';
import { explain, type Derivation } from '../../explain/explain';
import { figureEntry, type FigureKey } from '../../explain/figureKeys';
import { explanationMarkdown } from '../../explain/markdown';
import { lineCounter } from '../../explain/text';
import type { ModelSpec } from '../../model/modelSpec';
import { formatInteger } from '../../model/units';
import { describeConditions, describeRecipe } from '../../report/conditions';
import { escapeMarkdown } from '../../report/markdown';

export interface ExplanationSubject {
  /** Name of the config's file. */
  readonly name: string;
  readonly model: ModelSpec;
  readonly scenario: EstimateOptions;
  readonly key: FigureKey;
  /** Text that the places of the model's fields are in; absent where they are in another file or in none. */
  readonly text?: string;
  /** Where the model's shape is from, where it is not from `text`: a name, and a URI where there is one. */
  readonly elsewhere?: { readonly name: string; readonly uri?: string };
}

/** URIs that the page links to. */
export interface ExplanationLinks {
  /** A place in the config, line and column from 1. */
  readonly place: (line: number, column: number) => string;
  readonly figure: (key: FigureKey) => string;
}

/**
 * How a figure comes about, as a Markdown page: its conditions, the derivation, and links to the keys of the config
 * and to the figures that it is made of. Throws RangeError for conditions that `estimate` throws it for.
 */
export function explanationPage(subject: ExplanationSubject, links: ExplanationLinks): string {
  const { name, model, scenario, key, text } = subject;
  const derivation = explain(model, scenario, key);
  const file = name.split('/').at(-1) ?? name;
  const training = /training/i.test(key);
  return [
    `# ${escapeMarkdown(l10n.t('{0} of {1}', derivation.title, name))}`,
    escapeMarkdown(l10n.t('Projected by a closed formula, not measured: {0}.', describeConditions(scenario))),
    ...(training ? [escapeMarkdown(l10n.t('Training step with: {0}.', describeRecipe(scenario)))] : []),
    explanationMarkdown(
      derivation,
      text === undefined ? undefined : { file, lineAt: lineCounter(text) },
    ).trimEnd(),
    ...placeBlocks(subject, derivation, links),
    ...figureBlocks(derivation, links),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The keys that the figure comes from, each once, in the order of the file. */
function placeBlocks(
  { text, elsewhere, name }: ExplanationSubject,
  { fields }: Derivation,
  links: ExplanationLinks,
): string[] {
  if (elsewhere !== undefined) {
    const shown = escapeMarkdown(elsewhere.name);
    const link = elsewhere.uri === undefined ? shown : `[${shown}](${elsewhere.uri})`;
    return [l10n.t('The shape of the model is from {0}.', link)];
  }
  if (text === undefined) return [];
  const places = new Map<number, string>();
  for (const { source, path } of fields) {
    if (source !== 'condition' && source.kind === 'key') places.set(source.range.offset, path ?? source.path);
  }
  if (places.size === 0) return [];
  const lineAt = lineCounter(text);
  const items = [...places]
    .sort(([a], [b]) => a - b)
    .map(([offset, path]) => {
      const line = lineAt(offset);
      const column = offset - (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1) + 1;
      const label = l10n.t('{0}, line {1}', path, formatInteger(line));
      return `- [${escapeMarkdown(label)}](${links.place(line, column)})`;
    });
  return [`## ${escapeMarkdown(l10n.t('Keys of {0}', name))}`, items.join('\n')];
}

function figureBlocks({ terms }: Derivation, links: ExplanationLinks): string[] {
  const keys = [...new Set(terms.flatMap(({ children }) => children))];
  if (keys.length === 0) return [];
  const items = keys.map((key) => `- [${escapeMarkdown(figureEntry(key).title)}](${links.figure(key)})`);
  return [`## ${l10n.t('Figures that it is made of')}`, items.join('\n')];
}

/** A link in the text of a page. */
export interface PageLink {
  /** Of the whole link, in characters. */
  readonly offset: number;
  readonly length: number;
  readonly target: string;
}

/** The links of a page. Text of a config holds none: its brackets are escaped. */
export function pageLinks(page: string): PageLink[] {
  return [...page.matchAll(/(?<!\\)\[(?:\\.|[^\\\]\n])*\]\(([^\s)]+)\)/g)].map((match) => ({
    offset: match.index,
    length: match[0].length,
    target: match[1] ?? '',
  }));
}
