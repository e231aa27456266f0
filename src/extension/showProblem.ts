import * as vscode from 'vscode';
import { ConfigError } from '../config/configError';
import { InputProblem } from './inputProblem';
import type { Log } from './log';

/**
 * Tells the user about `error`, once, without waiting for an answer. A fault of the config leads to its
 * place in the file at `uri`, where that is known; one of our own leads to the log.
 */
export function showProblem(error: unknown, uri: vscode.Uri | undefined, log: Log): void {
  if (error instanceof ConfigError) {
    log.warn(error.message);
    if (uri === undefined) void vscode.window.showErrorMessage(error.message);
    else void offer(error.message, vscode.l10n.t('Open File'), () => openAt(uri, error.range), log);
  } else if (error instanceof InputProblem) {
    log.warn(error.message);
    void vscode.window.showErrorMessage(error.message);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    log.error('unexpected', error);
    void offer(
      vscode.l10n.t('Headroom failed: {0}', message),
      vscode.l10n.t('Show Log'),
      () => vscode.commands.executeCommand('headroom.showLog'),
      log,
    );
  }
}

async function offer(message: string, action: string, act: () => Thenable<unknown>, log: Log): Promise<void> {
  try {
    if ((await vscode.window.showErrorMessage(message, action)) === action) await act();
  } catch (error) {
    log.error(`"${action}" failed`, error); // The file may be gone by the time the button is pressed.
  }
}

async function openAt(
  uri: vscode.Uri,
  range: { readonly offset: number; readonly length: number } | undefined,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  if (!range) return;
  const start = document.positionAt(range.offset);
  const selection = new vscode.Selection(start, document.positionAt(range.offset + range.length));
  editor.selection = selection;
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
