import * as vscode from 'vscode';
import type { ConfigMend } from '../../mends/configMend';
import type { Inspection } from '../../config/fields/inspection';
import type { ConfigProblem } from '../../insight/configProblem';
import { chosenConditions } from '../chosenConditions';
import { commandIds } from '../commands';
import { loadConfigReader } from '../loadConfigReader';
import { diagnosticSource } from './diagnostics';
import { documentName } from './documentName';
import { documentRange } from '../documentRange';
import type { FailureLog } from './failureLog';
import type { InspectionCache } from './inspectionCache';
import type { Insights } from './insights';

/** Offers to mend what our diagnostics mark. The editor previews a change on demand, and undoes it in one step. */
export class CodeActionProvider implements vscode.CodeActionProvider {
  public static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  public constructor(
    private readonly cache: InspectionCache,
    private readonly insights: Insights,
    private readonly failures: FailureLog,
  ) {}

  /** Never rejects. The edits are of the text as it is when this resolves. */
  public async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[] | undefined> {
    const ours = diagnostics.filter(({ source }) => source === diagnosticSource);
    if (ours.length === 0) return undefined;
    return this.failures.attempt('quick fixes', async () => {
      const inspection = await this.cache.get(document, token);
      if (inspection === undefined) return undefined;
      const { version } = document;
      const { configMends } = await loadConfigReader();
      // Offsets of another version would change something else.
      if (token.isCancellationRequested || document.version !== version) return undefined;
      const problems = this.insights.problems(document.uri, inspection);
      const [text, name] = [document.getText(), documentName(document)];
      // Those that the diagnostics are for, so that both speak of the same figures.
      const settings = chosenConditions(document.uri);
      return ours.flatMap((diagnostic) => {
        const problem = problems.find((candidate) => isSame(document, candidate, diagnostic));
        if (problem === undefined) return [];
        const mends = configMends(text, name, inspection, problem, settings);
        return [
          ...mends.map((mend) => mendAction(document, mend, diagnostic)),
          ...downloadActions(document, inspection, problem, diagnostic),
        ];
      });
    });
  }
}

function isSame(
  document: vscode.TextDocument,
  { code, range }: ConfigProblem,
  diagnostic: vscode.Diagnostic,
): boolean {
  return code === diagnostic.code && documentRange(document, range).isEqual(diagnostic.range);
}

function mendAction(
  document: vscode.TextDocument,
  { kind, title, edits, note }: ConfigMend,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = kind === 'longestThatFits';
  action.edit = new vscode.WorkspaceEdit();
  const metadata: vscode.WorkspaceEditEntryMetadata = {
    label: title,
    // The preview would open with nothing ticked, and its Apply would do nothing.
    needsConfirmation: false,
    ...(note !== undefined && { description: note }),
  };
  for (const { offset, length, content } of edits) {
    action.edit.replace(document.uri, documentRange(document, { offset, length }), content, metadata);
  }
  return action;
}

/** A model that is not on this computer can be downloaded, which the command asks about first. */
function downloadActions(
  document: vscode.TextDocument,
  { error }: Inspection,
  { code }: ConfigProblem,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction[] {
  if (code !== 'modelNotFound' || error?.missingModel === undefined) return [];
  const title = vscode.l10n.t('Download Its Config…');
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.command = { command: commandIds.fetchModelConfig, title, arguments: [document.uri] };
  return [action];
}
