import * as vscode from 'vscode';
import type { PanelMessage } from '../report/panelMessages';
import type { Report } from '../report/report';
import type { DeviceService } from './device/deviceService';
import { Disposable } from './disposable';
import type { Log } from './log';
import { PanelPage } from './panelPage';
import { panelViewType } from './panelViewType';
import { reportMessage } from './reportMessage';

/** Between two posts of a running profile: a report is large, and nobody reads faster. */
const postInterval = 100;

/** The panel beside the editor, at most one. Shows the report that it was given last. */
export class ReportPanel extends Disposable {
  private readonly messages = this._register(new vscode.EventEmitter<PanelMessage>());
  /** What the user asked for in the panel, checked. */
  public readonly onDidReceiveMessage = this.messages.event;
  private page: PanelPage | undefined;
  private report: Report | undefined;
  private timer: NodeJS.Timeout | undefined;

  public constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly device: Pick<DeviceService, 'target' | 'onDidChange'>,
    private readonly log: Log,
  ) {
    super();
    this._register(
      device.onDidChange(() => {
        this.post();
      }),
    );
    this._register({
      dispose: () => {
        clearTimeout(this.timer);
      },
    });
  }

  public get isVisible(): boolean {
    return this.page?.panel.visible ?? false;
  }

  /** Opens the panel, or brings the open one to the front, with `report` in it. */
  public show(report: Report): void {
    if (this.page) {
      this.page.panel.reveal(undefined, true);
    } else {
      this.adopt(
        vscode.window.createWebviewPanel(
          panelViewType,
          'Headroom',
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
          { enableFindWidget: true },
        ),
      );
    }
    this.update(report);
  }

  /** Shows `report` if the panel is open; does not open it. */
  public update(report: Report): void {
    this.report = report;
    if (!this.page) return;
    this.page.panel.title = `Headroom: ${report.source.name}`;
    if (report.run.state !== 'running') this.post();
    else
      this.timer ??= setTimeout(() => {
        this.post();
      }, postInterval);
  }

  /** Takes over a panel that the editor made: by `show`, or again after a reload of the window. */
  public adopt(panel: vscode.WebviewPanel): void {
    this.page?.panel.dispose();
    const page = new PanelPage(panel, this.extensionUri, this.log);
    this.page = page;
    page.onDidReceiveMessage((message) => {
      this.messages.fire(message);
    });
    panel.onDidDispose(() => {
      if (this.page === page) this.page = undefined;
    });
    this.post();
  }

  private post(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.report && this.page) this.page.show(reportMessage(this.report, this.device.target));
  }
}
