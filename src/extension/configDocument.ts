import * as vscode from 'vscode';
import { MAX_CONFIG_SIZE } from '../config/formats/textGuard';
import { InputProblem } from './inputProblem';
import { panelViewType } from './panelViewType';

/** Text that a profile is asked for, as it stood when it was asked for. */
export interface ConfigDocument {
  readonly uri: vscode.Uri;
  /** `llama-3.2-1b/config.json`. */
  readonly name: string;
  readonly text: string;
}

/**
 * The document that a command is about: the Uri it was given, else the one in the active editor, else, with
 * the panel in front, the one that the panel's report is about, `shown`.
 * An open document gives its text with unsaved changes; any other is read through the workspace's file
 * system, which may be virtual. Throws InputProblem with words for the user when there is no such text.
 */
export async function openConfigDocument(argument: unknown, shown?: vscode.Uri): Promise<ConfigDocument> {
  const uri = argument instanceof vscode.Uri ? argument : activeUri(shown);
  if (!uri) {
    throw new InputProblem(
      vscode.l10n.t('No file is open. Open a model’s config.json, then profile its attention.'),
    );
  }
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open ? open.getText() : await readText(uri);
  if (text.length > MAX_CONFIG_SIZE) throw tooLarge(uri, text.length);
  return { uri, name: displayName(uri), text };
}

/** The last folder and the file's name: `config.json` alone says nothing. */
export function displayName(uri: vscode.Uri): string {
  return uri.path.split('/').filter(Boolean).slice(-2).join('/');
}

/** What the user is looking at: the active tab's file, text or not; with the panel in front, the text beside it. */
function activeUri(shown: vscode.Uri | undefined): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook
  ) {
    return input.uri;
  }
  const editor = vscode.window.activeTextEditor ?? onlyOne(vscode.window.visibleTextEditors);
  if (editor) return editor.document.uri;
  // The editor puts a prefix of its own before the panel's type.
  const inPanel = input instanceof vscode.TabInputWebview && input.viewType.endsWith(panelViewType);
  return inPanel ? shown : undefined;
}

function onlyOne(editors: readonly vscode.TextEditor[]): vscode.TextEditor | undefined {
  const [first, ...others] = editors.filter(({ document }) => document.uri.scheme !== 'output');
  return others.length === 0 ? first : undefined;
}

async function readText(uri: vscode.Uri): Promise<string> {
  const bytes = await readBytes(uri);
  try {
    if (bytes.includes(0)) throw new TypeError('NUL byte');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputProblem(
      vscode.l10n.t('{0} is a binary file, not a config. Choose the model’s config.json.', displayName(uri)),
    );
  }
}

async function readBytes(uri: vscode.Uri): Promise<Uint8Array> {
  try {
    const stat = await vscode.workspace.fs.stat(uri);
    if ((stat.type & vscode.FileType.Directory) !== 0) {
      throw new InputProblem(
        vscode.l10n.t('{0} is a folder. Choose the config.json inside it.', displayName(uri)),
      );
    }
    if (stat.size > MAX_CONFIG_SIZE) throw tooLarge(uri, stat.size);
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (error instanceof InputProblem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputProblem(vscode.l10n.t('{0} cannot be read: {1}', displayName(uri), reason));
  }
}

function tooLarge(uri: vscode.Uri, size: number): InputProblem {
  return new InputProblem(
    vscode.l10n.t(
      '{0} has {1} MiB, too much for a config (at most {2} MiB). Choose the model’s config.json.',
      displayName(uri),
      (size / 1024 / 1024).toFixed(1),
      String(MAX_CONFIG_SIZE / 1024 / 1024),
    ),
  );
}
