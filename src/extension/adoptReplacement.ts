import { applyEdits as applyTextEdits } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { ConfigEdit } from '../attention/mechanism';
import { applyEdits } from '../config/editConfig';
import type { MechanismResult, Report } from '../report/report';
import type { EditPreview } from './editPreview';
import { InputProblem } from './inputProblem';

/**
 * Carries out what the report says about adopting `mechanism` in `layerKind`: a change of the config that the
 * user sees and confirms first, undone in one step, comments kept; or code in a new document.
 * Throws InputProblem where the mechanism has no such way, or the config is gone.
 */
export async function adoptReplacement(
  report: Report,
  layerKind: string,
  mechanism: string,
  preview: EditPreview,
): Promise<void> {
  const result = report.layerKinds
    .find(({ name }) => name === layerKind)
    ?.replacements.find(({ id }) => id === mechanism);
  if (!result) throw new InputProblem(vscode.l10n.t('The report has no {0} for {1}.', mechanism, layerKind));
  const { adoption } = result;
  switch (adoption.kind) {
    case 'none':
      throw new InputProblem(adoption.reason);
    case 'code':
      await showCode(adoption.language, adoption.code);
      return;
    case 'config':
      await previewEdit(report, result, adoption.edits, preview);
  }
}

async function showCode(language: string, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}

async function previewEdit(
  report: Report,
  result: MechanismResult,
  configEdits: readonly ConfigEdit[],
  preview: EditPreview,
): Promise<void> {
  const document = await openSource(report);
  const { name } = report.source;
  const changes = applyEdits(document.getText(), configEdits, name);
  if (changes.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} already says what {1} asks for.', name, result.title),
    );
    return;
  }
  const taken = await preview.confirm(
    document,
    applyTextEdits(document.getText(), changes),
    vscode.l10n.t('{0}: {1}', name, result.title),
    vscode.l10n.t('Apply {0} to {1}?', result.title, name),
    result.adoption.reason,
  );
  if (!taken) return;
  const edit = new vscode.WorkspaceEdit();
  // Anew: the user may have gone on typing while the preview was open.
  for (const { offset, length, content } of applyEdits(document.getText(), configEdits, name)) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(document.uri, range, content);
  }
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}

/** The document of the report's config. Throws InputProblem when it is gone. */
export async function openSource(report: Report): Promise<vscode.TextDocument> {
  try {
    if (report.source.uri === undefined) throw new Error('no uri');
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(report.source.uri, true));
  } catch {
    throw new InputProblem(
      vscode.l10n.t('{0} is no longer there. Open a config and profile it anew.', report.source.name),
    );
  }
}
