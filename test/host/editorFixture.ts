import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { tinyLlama } from '../fixtures/tinyLlama';
import { temporaryFile } from './fixture';

/** Opens a file of `name` with `text` in an editor. */
export async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await temporaryFile(name, text));
  await vscode.window.showTextDocument(document);
  return document;
}

/** A config of a small Llama as people write them, with `changes` made. */
export function configText(changes: object = {}): string {
  return `${JSON.stringify({ ...tinyLlama, ...changes }, undefined, 2)}\n`;
}

/** Where `part` begins in the document. */
export function positionOf(document: vscode.TextDocument, part: string): vscode.Position {
  const offset = document.getText().indexOf(part);
  assert.ok(offset >= 0, `${part} is not in the document`);
  return document.positionAt(offset);
}

/** Our hovers at the beginning of `part`: those of other extensions have no links to our commands. */
export async function hoversAt(document: vscode.TextDocument, part: string): Promise<vscode.Hover[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    positionOf(document, part),
  );
  return hovers.filter((hover) => hoverText(hover).includes('command:headroom.'));
}

export function hoverText({ contents }: vscode.Hover): string {
  return contents
    .flatMap((content) => (content instanceof vscode.MarkdownString ? [content.value] : []))
    .join('\n');
}

/** Our lenses, by their command. */
export async function lensCommands(document: vscode.TextDocument): Promise<vscode.Command[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    20,
  );
  return lenses.flatMap(({ command }) => (command?.command.startsWith('headroom.') ? [command] : []));
}

export function ourDiagnostics(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Headroom');
}

/** The quick fixes of the document's diagnostics. The command gives neither whose they are nor what for. */
export async function quickFixes(document: vscode.TextDocument): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
    vscode.CodeActionKind.QuickFix.value,
  );
}

/** Sets `headroom.<key>` for the user; undefined takes it away. */
export async function setSetting(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('headroom').update(key, value, vscode.ConfigurationTarget.Global);
}
