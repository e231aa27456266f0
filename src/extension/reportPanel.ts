import * as vscode from 'vscode';
import type { HostMessage, PanelMessage } from '../report/panelMessages';
import type { Report } from '../report/report';
import { Disposable } from './disposable';
import type { Log } from './log';
import { panelHtml, panelRoots } from './panelHtml';
import { parsePanelMessage } from './panelMessageSchema';
import { panelViewType } from './panelViewType';

/** Between two posts of a running profile: a report is large, and nobody reads faster. */
const postInterval = 100;

/** The panel beside the editor, at most one. Shows the report that it was given last. */
export class ReportPanel extends Disposable {
  private readonly messages = this._register(new vscode.EventEmitter<PanelMessage>());
  /** What the user asked for in the panel, checked. `ready` is dealt with here. */
  public readonly onDidReceiveMessage = this.messages.event;
  private panel: vscode.WebviewPanel | undefined;
  private report: Report | undefined;
  private ready = false;
  private timer: NodeJS.Timeout | undefined;

  public constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly log: Log,
  ) {
    super();
    this._register({
      dispose: () => {
        clearTimeout(this.timer);
      },
    });
  }

  public get isVisible(): boolean {
    return this.panel?.visible ?? false;
  }

  /** Opens the panel, or brings the open one to the front, with `report` in it. */
  public show(report: Report): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
    } else {
      this.adopt(
        vscode.window.createWebviewPanel(
          panelViewType,
          'Headroom',
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
          { enableScripts: true, localResourceRoots: panelRoots(this.extensionUri), enableFindWidget: true },
        ),
      );
    }
    this.update(report);
  }

  /** Shows `report` if the panel is open; does not open it. */
  public update(report: Report): void {
    this.report = report;
    if (!this.panel) return;
    this.panel.title = `Headroom: ${report.source.name}`;
    if (report.run.state !== 'running') this.post();
    else
      this.timer ??= setTimeout(() => {
        this.post();
      }, postInterval);
  }

  /** Takes over a panel that the editor made: by `show`, or again after a reload of the window. */
  public adopt(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    this.ready = false;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: panelRoots(this.extensionUri) };
    panel.webview.onDidReceiveMessage((value: unknown) => {
      this.receive(value);
    });
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    panel.webview.html = panelHtml(panel.webview, this.extensionUri);
  }

  private receive(value: unknown): void {
    const message = parsePanelMessage(value);
    if (!message) {
      this.log.warn(
        `ignored a message that the panel should not send: ${JSON.stringify([value]).slice(0, 200)}`,
      );
    } else if (message.type === 'ready') {
      // Also after a hidden panel is shown again: its page was thrown away meanwhile.
      this.ready = true;
      this.post();
    } else {
      this.messages.fire(message);
    }
  }

  private post(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.panel || !this.ready || !this.report) return;
    const message: HostMessage = { type: 'report', report: this.report };
    void this.panel.webview.postMessage(message);
  }
}
