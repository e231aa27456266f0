import * as vscode from 'vscode';
import type { ConfigEdit } from '../attention/mechanism';
import type { MechanismResult, Report } from '../report/report';
import { documentRange } from './documentRange';
import type { EditPreview } from './editPreview';
import { InputProblem } from './inputProblem';
import { loadConfigReader, type ConfigReader } from './loadConfigReader';
import { openModelSource } from './openSource';

/**
 * Carries out what the report says about adopting `mechanism` in `layerKind`: a change of the config that the
 * user sees and confirms first, undone in one step, comments kept; or code to start from, in a new file. Throws InputProblem where the mechanism
 * asks for something else than a key of the config, or the config is gone or is no longer the profiled one.
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
  if (result.adoption.kind === 'none') throw new InputProblem(result.adoption.reason);
  if (result.adoption.kind === 'code') {
    const { code: content, language } = result.adoption;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
    return;
  }
  await previewEdit(report, result, result.adoption.edits, preview);
}

async function previewEdit(
  report: Report,
  result: MechanismResult,
  configEdits: readonly ConfigEdit[],
  preview: EditPreview,
): Promise<void> {
  const document = await openModelSource(report);
  const name = report.source.model?.name ?? report.source.name;
  const reader = await loadConfigReader();
  const changes = reader.applyEdits(document.getText(), configEdits, name);
  if (changes.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} already says what {1} asks for.', name, result.title),
    );
    return;
  }
  requireProfiled(report.model, document, name, reader);
  const taken = await preview.confirm(
    document,
    reader.withEdits(document.getText(), changes),
    vscode.l10n.t('{0}: {1}', name, result.title),
    vscode.l10n.t('Apply {0} to {1}?', result.title, name),
    result.adoption.reason,
  );
  if (!taken) return;
  // Anew: the user may have gone on typing while the preview was open.
  requireProfiled(report.model, document, name, reader);
  const edit = new vscode.WorkspaceEdit();
  for (const change of reader.applyEdits(document.getText(), configEdits, name)) {
    edit.replace(document.uri, documentRange(document, change), change.content);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new InputProblem(
      vscode.l10n.t(
        'The editor did not change {0}. Check that it can be written to, then apply again.',
        name,
      ),
    );
  }
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}

/** Throws InputProblem when `document` no longer describes the layers that were profiled, ConfigError for no model. */
function requireProfiled(
  model: Report['model'],
  document: vscode.TextDocument,
  name: string,
  { readOwnModel }: ConfigReader,
): void {
  const now = readOwnModel(document.getText(), name);
  const same =
    now.modelType === model.modelType && JSON.stringify(now.stacks) === JSON.stringify(model.stacks);
  if (same) return;
  throw new InputProblem(
    vscode.l10n.t(
      '{0}: the config changed since it was profiled. Profile it anew, then apply the change.',
      name,
    ),
  );
}
