import * as vscode from 'vscode';
import { isConfigError } from '../config/configError';
import { commandIds } from './commands';
import { InputProblem } from './inputProblem';
import type { Log } from './log';

/**
 * Tells the user about `error`, once, without waiting for an answer. A fault of the config leads to its
 * place in the file at `uri`, where that is known; one of our own leads to the log.
 */
export function showProblem(error: unknown, uri: vscode.Uri | undefined, log: Log): void {
  if (isConfigError(error)) {
    log.warn(error.message);
    const { missingModel, range } = error;
    const actions: Action[] = [];
    if (missingModel !== undefined) {
      const request = { ...missingModel, ...(uri && { config: uri }) };
      actions.push({
        title: vscode.l10n.t('Download Its Config…'),
        act: () => vscode.commands.executeCommand(commandIds.fetchModelConfig, request),
      });
    }
    if (uri) actions.push({ title: vscode.l10n.t('Open File'), act: () => openAt(uri, range) });
    void offer(error.message, actions, log);
  } else if (error instanceof InputProblem) {
    log.warn(error.message);
    void vscode.window.showErrorMessage(error.message);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    log.error('unexpected', error);
    void offer(
      vscode.l10n.t('Headroom failed: {0}', message),
      [
        {
          title: vscode.l10n.t('Show Log'),
          act: () => vscode.commands.executeCommand(commandIds.showLog),
        },
      ],
      log,
    );
  }
}

/** A button of a message. */
interface Action {
  readonly title: string;
  readonly act: () => Thenable<unknown>;
}

async function offer(message: string, actions: readonly Action[], log: Log): Promise<void> {
  const titles = actions.map(({ title }) => title);
  const choice = await vscode.window.showErrorMessage(message, ...titles);
  try {
    await actions.find(({ title }) => title === choice)?.act();
  } catch (error) {
    log.error(`"${String(choice)}" failed`, error); // The file may be gone by the time the button is pressed.
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
