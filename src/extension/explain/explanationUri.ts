import * as vscode from 'vscode';
import type { FigureKey } from '../../explain/figureKeys';
import { parseFigureKey } from '../../explain/parseFigureKey';
import { displayName } from '../configDocument';

/** Scheme of the read-only pages that derive a figure. */
export const explanationScheme = 'headroom-explain';

const ENDING = '.md';

/** The page that derives the figure `key` of the config at `config`. */
export function explanationUri(config: vscode.Uri, key: FigureKey): vscode.Uri {
  return vscode.Uri.from({
    scheme: explanationScheme,
    path: `/${displayName(config)}/${key}${ENDING}`,
    query: config.toString(),
  });
}

/** What a page is about; undefined for a Uri that is none of ours. */
export function parseExplanationUri(
  uri: vscode.Uri,
): { readonly config: vscode.Uri; readonly key: FigureKey } | undefined {
  if (uri.scheme !== explanationScheme) return undefined;
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const figure = parseFigureKey(name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name);
  if (figure.kind === 'unknown') return undefined;
  try {
    return { config: vscode.Uri.parse(uri.query, true), key: figure.key };
  } catch {
    return undefined;
  }
}
