import path from 'node:path';
import * as vscode from 'vscode';
import { openConfigDocument, type ConfigDocument } from '../configDocument';
import { InputProblem } from '../inputProblem';

/**
 * The document that a tool is asked about: a URI, an absolute path, or a path inside a workspace folder. Throws
 * InputProblem for one that cannot be read, or that is outside the workspace and not open in an editor: a language
 * model reads no file that the user has not let into the window.
 */
export async function openToolFile(file: string): Promise<ConfigDocument> {
  const uri = await uriOf(file);
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined && !isOpen(uri)) {
    throw new InputProblem(
      vscode.l10n.t(
        '"file" is outside the workspace and not open in an editor: {0}. Give a config inside a workspace folder, ask the user to open it, or pass the text of the config to headroom_estimate.',
        file,
      ),
    );
  }
  return openConfigDocument(uri);
}

async function uriOf(file: string): Promise<vscode.Uri> {
  if (/^(?:[a-z][\w+.-]+:\/|untitled:)/i.test(file)) return plain(parsed(file));
  if (path.isAbsolute(file)) return plain(vscode.Uri.file(file));
  const candidates = insideFolders(file);
  for (const candidate of candidates) {
    if (isOpen(candidate) || (await exists(candidate))) return candidate;
  }
  const untitled = openUris().find(({ scheme, path: name }) => scheme === 'untitled' && name === file);
  if (untitled) return untitled;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name }) => name);
  throw new InputProblem(
    folders.length === 0
      ? vscode.l10n.t(
          '"file" is not found: {0}. No folder is open: give the absolute path of a config that is open in an editor.',
          file,
        )
      : vscode.l10n.t(
          '"file" is not found: {0}. Give a path relative to a workspace folder ({1}), an absolute path, or a URI.',
          file,
          folders.join(', '),
        ),
  );
}

/** `file` below each workspace folder; where it begins with a folder's name, below that one. */
function insideFolders(file: string): vscode.Uri[] {
  const parts = file.split(/[/\\]/);
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri, name }) => [
    vscode.Uri.joinPath(uri, ...parts),
    ...(parts[0] === name ? [vscode.Uri.joinPath(uri, ...parts.slice(1))] : []),
  ]);
}

function parsed(file: string): vscode.Uri {
  try {
    return vscode.Uri.parse(file, true);
  } catch {
    throw new InputProblem(vscode.l10n.t('"file" is no valid URI: {0}. Give a path or a URI.', file));
  }
}

/** Without `..`, which could lead out of the folder that the path begins with. */
function plain(uri: vscode.Uri): vscode.Uri {
  return uri.with({ path: path.posix.normalize(uri.path) });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

function isOpen(uri: vscode.Uri): boolean {
  return openUris().some((open) => open.toString() === uri.toString());
}

/** What the tabs show: documents that an extension has opened out of sight are not among them. */
function openUris(): vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .map(({ input }) => input)
    .filter((input) => input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom)
    .map(({ uri }) => uri);
}
