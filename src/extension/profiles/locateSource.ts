import * as vscode from 'vscode';
import type { Report } from '../../report/report';
import { withoutPlace } from '../../report/withoutPlace';
import { displayName } from '../configDocument';

/**
 * The report of a saved profile with the place of its config. The config is looked for beside the profile at
 * `file`, in the folder above it, and in the workspace, by its name with its folder's; a place that the file itself
 * names is not followed, since the file may come from anybody. Without a place where there is none, or more than
 * one.
 */
export async function locateSource(report: Report, file: vscode.Uri): Promise<Report> {
  const found = (await besides(report, file)) ?? (await inWorkspace(report.source.name));
  const placeless = withoutPlace(report);
  if (!found) return placeless;
  return { ...placeless, source: { ...placeless.source, uri: found.toString() } };
}

async function besides({ source: { name } }: Report, file: vscode.Uri): Promise<vscode.Uri | undefined> {
  const last = name.split('/').at(-1) ?? name;
  const candidates = [
    ['..', last],
    ['..', name],
    ['..', '..', name],
  ].map((parts) => vscode.Uri.joinPath(file, ...parts));
  for (const candidate of candidates) {
    if (displayName(candidate) === name && (await exists(candidate))) return candidate;
  }
  return undefined;
}

async function inWorkspace(name: string): Promise<vscode.Uri | undefined> {
  const last = name.split('/').at(-1) ?? name;
  // Characters with a meaning in a glob do not occur in the names of configs that people write.
  if (last === '' || /[*?[\]{}\\]/.test(last)) return undefined;
  const files = await vscode.workspace.findFiles(`**/${last}`, '**/node_modules/**', 200);
  const [found, ...others] = files.filter((uri) => displayName(uri) === name);
  return others.length === 0 ? found : undefined;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
