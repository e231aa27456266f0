import * as vscode from 'vscode';
import type { PanelMessage } from '../../report/panelMessages';
import type { Report } from '../../report/report';
import type { DeviceService } from '../device/deviceService';
import { Disposable } from '../disposable';
import { InputProblem } from '../inputProblem';
import type { Log } from '../log';
import { sourceUri } from '../openSource';
import type { PanelActions } from '../panelActions';
import { PanelPage } from '../panelPage';
import { reportMessage } from '../reportMessage';
import { showProblem } from '../showProblem';
import { watchFile } from './fileWatch';
import { locateSource } from './locateSource';
import { readProfileFile } from './profileFile';

type Actions = Pick<PanelActions, 'handle'>;
type ShownDevice = Pick<DeviceService, 'target' | 'onDidChange'>;

/** The custom editor's type, as the manifest declares it. */
export const savedProfileViewType = 'headroom.savedProfile';

/** Opens saved profiles, `*.headroom.json`, as the panel that they were saved from. */
export class SavedProfileEditor implements vscode.CustomReadonlyEditorProvider {
  public constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly actions: Actions,
    private readonly device: ShownDevice,
    private readonly log: Log,
  ) {}

  /** Registers this editor until the result is disposed. */
  public register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(savedProfileViewType, this, {
      supportsMultipleEditorsPerDocument: true,
      webviewOptions: { enableFindWidget: true },
    });
  }

  /** Reads nothing yet: each editor of the file reads it as it is then. */
  public openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  /** Fills `panel` with the file's report and follows the file's changes. */
  public async resolveCustomEditor(
    { uri }: vscode.CustomDocument,
    panel: vscode.WebviewPanel,
  ): Promise<void> {
    const shown = new ShownProfile(uri, panel, this.extensionUri, this.actions, this.device, this.log);
    await shown.load();
  }
}

/** One saved profile in one editor. */
class ShownProfile extends Disposable {
  private readonly page: PanelPage;
  private report: Report | undefined;
  private loads = 0;

  public constructor(
    private readonly uri: vscode.Uri,
    panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly actions: Actions,
    private readonly device: ShownDevice,
    private readonly log: Log,
  ) {
    super();
    this.page = this._register(new PanelPage(panel, extensionUri, log));
    this._register(
      panel.onDidDispose(() => {
        this.dispose();
      }),
    );
    this._register(this.page.onDidReceiveMessage((message) => this.act(message)));
    this._register(watchFile(uri, () => this.load()));
    this._register(
      device.onDidChange(() => {
        this.show();
      }),
    );
  }

  /** Shows what the file holds now; says in the page why it cannot. */
  public async load(): Promise<void> {
    const load = ++this.loads;
    let report: Report | undefined;
    let problem = '';
    try {
      report = await readProfileFile(this.uri);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      this.log.warn(problem);
    }
    // A later change of the file is being read already, or the editor was closed meanwhile.
    if (load !== this.loads || this.isDisposed) return;
    this.report = report;
    if (report) this.show();
    else this.page.show({ type: 'problem', problem });
  }

  private show(): void {
    if (this.report) this.page.show(reportMessage(this.report, this.device.target));
  }

  private async act(message: PanelMessage): Promise<void> {
    try {
      const report = this.report && (await locateSource(this.report, this.uri));
      if (report && needsConfig(message) && !sourceUri(report)) throw notFound(report);
      await this.actions.handle(message, report);
    } catch (error) {
      showProblem(error, undefined, this.log);
    }
  }
}

function needsConfig({ type }: PanelMessage): boolean {
  return type === 'retry' || type === 'profileAt' || type === 'apply' || type === 'openConfig';
}

function notFound({ source: { name } }: Report): InputProblem {
  return new InputProblem(
    vscode.l10n.t(
      '{0}, the config of this saved profile, is neither beside it nor in the workspace. Open it and run Profile Attention.',
      name,
    ),
  );
}
