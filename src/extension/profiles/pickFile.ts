import * as vscode from 'vscode';
import { displayName } from '../configDocument';

/** Files that are configs or saved profiles by their name alone. */
const knownNames =
  '**/{config.json,params.json,model_config.json,Modelfile,adapter_config.json,*.headroom.json}';

/** Endings of open files that may be configs of some kind. */
const configEndings = /(?:\.(?:jsonc?|ya?ml|toml|py)|\/Modelfile)$/i;

/** Files of other tools that bear such an ending. */
const otherFiles = /\/(?:package|package-lock|tsconfig|tsconfig\..*|settings|launch|tasks)\.json$/i;

/** Found files that are listed; who has more types the name into the field or browses. */
const mostFound = 200;

interface FileItem extends vscode.QuickPickItem {
  /** Absent for Browse…. */
  readonly uri?: vscode.Uri;
}

/**
 * Lets the user choose a config or a saved profile: one that is open, one of the workspace, or any other. `other`
 * is not offered. Undefined where the question was dismissed.
 */
export async function pickFile(
  title: string,
  other: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const choice = await vscode.window.showQuickPick(items(other), {
    title,
    placeHolder: other
      ? vscode.l10n.t('A config or saved profile to compare {0} with', displayName(other))
      : vscode.l10n.t('A config or saved profile'),
    matchOnDescription: true,
    // The page of a saved profile takes the focus back from the palette, late: that is no answer.
    ignoreFocusOut: true,
  });
  if (!choice) return undefined;
  return choice.uri ?? (await browse(title, other));
}

async function items(other: vscode.Uri | undefined): Promise<FileItem[]> {
  const found = await vscode.workspace.findFiles(knownNames, '**/node_modules/**', mostFound);
  const seen = new Set(other && [other.toString()]);
  const fresh = (uri: vscode.Uri) => seen.size < seen.add(uri.toString()).size;
  const open = openFiles().filter(fresh);
  const inWorkspace = found.filter(fresh).sort((a, b) => a.path.localeCompare(b.path));
  return [
    ...group(vscode.l10n.t('open'), open),
    ...group(vscode.l10n.t('in the workspace'), inWorkspace),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Browse…'), alwaysShow: true },
  ];
}

function group(label: string, uris: readonly vscode.Uri[]): FileItem[] {
  if (uris.length === 0) return [];
  return [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...uris.map((uri) => ({
      label: displayName(uri),
      description: vscode.workspace.asRelativePath(uri),
      uri,
    })),
  ];
}

function openFiles(): vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .map(({ input }) => input)
    .filter((input) => input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom)
    .map(({ uri }) => uri)
    .filter(({ path }) => configEndings.test(path) && !otherFiles.test(path));
}

async function browse(title: string, other: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title,
      ...(other && other.scheme !== 'untitled' && { defaultUri: vscode.Uri.joinPath(other, '..') }),
    })) ?? [];
  return chosen;
}
