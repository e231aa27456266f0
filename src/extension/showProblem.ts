import * as vscode from 'vscode';
import { ConfigError } from '../config/configError';
import { InputProblem } from './inputProblem';
import type { Log } from './log';

/**
 * Tells the user about `error`, once, without waiting for an answer. A fault of the config leads to its
 * place in the file at `uri`; one of our own leads to the log.
 */
export function showProblem(error: unknown, uri: vscode.Uri | undefined, log: Log): void {
  if (error instanceof ConfigError) {
    log.warn(error.message);
    void offer(error.message, vscode.l10n.t('Open File'), () => openAt(uri, error.range));
  } else if (error instanceof InputProblem) {
    log.warn(error.message);
    void vscode.window.showErrorMessage(error.message);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    log.error('unexpected', error);
    void offer(vscode.l10n.t('Headroom failed: {0}', message), vscode.l10n.t('Show Log'), () =>
      vscode.commands.executeCommand('headroom.showLog'),
    );
  }
}

async function offer(message: string, action: string, act: () => Thenable<unknown>): Promise<void> {
  if ((await vscode.window.showErrorMessage(message, action)) === action) await act();
}

async function openAt(
  uri: vscode.Uri | undefined,
  range: { readonly offset: number; readonly length: number } | undefined,
): Promise<void> {
  if (!uri) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  if (!range) return;
  const start = document.positionAt(range.offset);
  const selection = new vscode.Selection(start, document.positionAt(range.offset + range.length));
  editor.selection = selection;
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
