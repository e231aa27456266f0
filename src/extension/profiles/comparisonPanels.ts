import * as vscode from 'vscode';
import * as v from 'valibot';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { PanelPage } from '../panelPage';
import { compareFiles, comparisonProblem, type FileComparison, type FilePair } from './comparedFile';
import { comparisonViewType } from './comparisonViewType';
import { watchFile } from './fileWatch';

/** What the page keeps over a reload of the window. */
const stateSchema = v.looseObject({
  comparison: v.looseObject({ uris: v.tuple([v.string(), v.string()]) }),
});

/** The panels that show two files side by side, one for each pair. */
export class ComparisonPanels extends Disposable {
  private readonly open = new Map<string, ComparisonPanel>();

  public constructor(
    private readonly extensionUri: vscode.Uri,
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly log: Log,
  ) {
    super();
  }

  /** Opens the comparison of `pair`, as just `read`, or brings the open one to the front. Resolves when it is filled. */
  public async show(pair: FilePair, read: FileComparison): Promise<void> {
    const shown = this.open.get(keyOf(pair));
    if (shown) {
      shown.reveal();
      await shown.load(read);
      return;
    }
    const panel = vscode.window.createWebviewPanel(comparisonViewType, 'Headroom', vscode.ViewColumn.Active, {
      enableFindWidget: true,
    });
    await this.adopt(panel, pair, read);
  }

  /** Fills a panel that the editor restored after a reload of the window. */
  public async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const pair = parsePair(state);
    if (pair) await this.adopt(panel, pair);
    else panel.dispose(); // It had not been filled: nobody knows what it was to compare.
  }

  private async adopt(panel: vscode.WebviewPanel, pair: FilePair, read?: FileComparison): Promise<void> {
    const key = keyOf(pair);
    const page = new PanelPage(panel, this.extensionUri, this.log);
    const shown = new ComparisonPanel(page, pair, this.downloads, this.log);
    this.open.set(key, shown);
    panel.onDidDispose(() => {
      shown.dispose();
      if (this.open.get(key) === shown) this.open.delete(key);
    });
    await shown.load(read);
  }
}

class ComparisonPanel extends Disposable {
  private loads = 0;

  public constructor(
    private readonly page: PanelPage,
    private readonly pair: FilePair,
    private readonly downloads: vscode.Uri,
    private readonly log: Log,
  ) {
    super();
    for (const uri of pair) this._register(watchFile(uri, () => this.load()));
  }

  public reveal(): void {
    this.page.panel.reveal();
  }

  /** Shows `read`, or else compares the files as they are now; says in the page why it cannot. */
  public async load(read?: FileComparison): Promise<void> {
    const load = ++this.loads;
    try {
      const { names, views } = read ?? (await compareFiles(this.pair, this.downloads));
      if (load !== this.loads || this.isDisposed) return;
      const title = vscode.l10n.t('{0} ↔ {1}', names[0], names[1]);
      this.page.panel.title = `Headroom: ${title}`;
      this.page.show({
        type: 'comparison',
        title,
        uris: [this.pair[0].toString(), this.pair[1].toString()],
        choice: vscode.l10n.t('Compare'),
        views,
      });
    } catch (error) {
      if (load !== this.loads || this.isDisposed) return;
      const message = comparisonProblem(error);
      if (message === undefined) this.log.error('the comparison failed', error);
      else this.log.warn(message);
      this.page.show({
        type: 'problem',
        problem: message ?? vscode.l10n.t('The two could not be compared. The log says more.'),
      });
    }
  }
}

function keyOf(pair: FilePair): string {
  return pair.map(String).join('\n');
}

function parsePair(state: unknown): FilePair | undefined {
  const kept = v.safeParse(stateSchema, state);
  if (!kept.success) return undefined;
  const [first, second] = kept.output.comparison.uris;
  try {
    return [vscode.Uri.parse(first, true), vscode.Uri.parse(second, true)];
  } catch {
    return undefined;
  }
}
