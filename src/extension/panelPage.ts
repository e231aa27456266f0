import * as vscode from 'vscode';
import type { HostMessage, PanelMessage } from '../report/panelMessages';
import { Disposable } from './disposable';
import type { Log } from './log';
import { panelHtml, panelRoots } from './panelHtml';
import { parsePanelMessage } from './panelMessageSchema';

/** The page in one of the editor's webviews, whoever made that. Shows the last message that it was given. */
export class PanelPage extends Disposable {
  private readonly messages = this._register(new vscode.EventEmitter<PanelMessage>());
  /** What the user asked for in the page, checked. `ready` is dealt with here. */
  public readonly onDidReceiveMessage = this.messages.event;
  private last: HostMessage | undefined;
  private ready = false;

  public constructor(
    public readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly log: Log,
  ) {
    super();
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: panelRoots(extensionUri) };
    this._register(
      panel.webview.onDidReceiveMessage((value: unknown) => {
        this.receive(value);
      }),
    );
    this._register(
      panel.onDidDispose(() => {
        this.dispose();
      }),
    );
    panel.webview.html = panelHtml(panel.webview, extensionUri);
  }

  /** Posts `message`, or keeps it until the page is there. */
  public show(message: HostMessage): void {
    this.last = message;
    this.post();
  }

  private receive(value: unknown): void {
    const message = parsePanelMessage(value);
    if (!message) {
      this.log.warn(
        `ignored a message that the page should not send: ${JSON.stringify([value]).slice(0, 200)}`,
      );
    } else if (message.type === 'ready') {
      // Also after a hidden page is shown again: it was thrown away meanwhile.
      this.ready = true;
      this.post();
    } else {
      this.messages.fire(message);
    }
  }

  private post(): void {
    if (this.isDisposed || !this.ready || !this.last) return;
    void this.panel.webview.postMessage(this.last);
  }
}
