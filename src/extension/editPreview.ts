import * as vscode from 'vscode';
import { Disposable } from './disposable';

const scheme = 'headroom-preview';

/** Shows what a document would become, as a diff, and asks. */
export class EditPreview extends Disposable {
  private readonly proposals = new Map<string, string>();
  private count = 0;

  public constructor() {
    super();
    this._register(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        provideTextDocumentContent: (uri) => this.proposals.get(uri.toString()) ?? '',
      }),
    );
  }

  /**
   * Opens `document` beside `proposed` and asks `question`, with `explanation` below the answer Apply. Resolves
   * with whether the user took the change; the diff is closed then. Changes nothing itself.
   */
  public async confirm(
    document: vscode.TextDocument,
    proposed: string,
    title: string,
    question: string,
    explanation: string,
  ): Promise<boolean> {
    this.count++;
    // A Uri of its own for each proposal: the editor keeps the text of one that it has seen.
    const uri = document.uri.with({ scheme, query: String(this.count) });
    this.proposals.set(uri.toString(), proposed);
    try {
      await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, {
        viewColumn: vscode.ViewColumn.One,
      });
      const apply = vscode.l10n.t('Apply');
      const items: readonly vscode.QuickPickItem[] = [
        // Beside the choice it can be read whole; a quick pick shows no Markdown.
        { label: apply, detail: explanation.replaceAll('`', '') },
        { label: vscode.l10n.t('Discard') },
      ];
      const choice = await vscode.window.showQuickPick(items, {
        title: question,
        // A notification would hide itself while the diff is being read.
        ignoreFocusOut: true,
      });
      return choice?.label === apply;
    } finally {
      await closeDiff(uri);
      this.proposals.delete(uri.toString());
    }
  }
}

async function closeDiff(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const diffs = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString(),
  );
  await vscode.window.tabGroups.close(diffs);
}
