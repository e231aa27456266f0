import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import type { ConfigWatch } from './configWatch';

/** Recognised files that menus know of: more than anybody has open in a session. */
const most = 500;

/**
 * Tells the editor's menus what is a config: `headroom.isConfig` for the active editor, and in
 * `headroom.configFiles` the paths of those recognised so far, for `resourcePath in headroom.configFiles`.
 */
export class ConfigContext extends Disposable {
  /** In the order of their recognition; kept after they are closed, for the explorer's menu. */
  private readonly paths = new Set<string>();
  private isConfig: boolean | undefined;
  private readonly activeChanged = this._register(new vscode.EventEmitter<boolean>());
  /** Whether the active editor now has a config in it. */
  public readonly onDidChangeActive = this.activeChanged.event;

  public constructor(private readonly watch: ConfigWatch) {
    super();
    this._register(
      watch.onDidInspect(({ document, inspection }) => {
        this.recognise(document.uri, inspection !== undefined);
        this.tellActive();
      }),
    );
    this._register(
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.tellActive();
      }),
    );
  }

  private recognise(uri: vscode.Uri, isConfig: boolean): void {
    const path = resourcePath(uri);
    if (this.paths.has(path) === isConfig) return;
    if (isConfig) this.paths.add(path);
    else this.paths.delete(path);
    const [oldest] = this.paths;
    if (this.paths.size > most && oldest !== undefined) this.paths.delete(oldest);
    void vscode.commands.executeCommand('setContext', 'headroom.configFiles', [...this.paths]);
  }

  private tellActive(): void {
    const active = vscode.window.activeTextEditor?.document;
    const isConfig = this.watch.configs.some(({ document }) => document === active);
    if (isConfig === this.isConfig) return;
    this.isConfig = isConfig;
    void vscode.commands.executeCommand('setContext', 'headroom.isConfig', isConfig);
    this.activeChanged.fire(isConfig);
  }
}

/** The `resourcePath` of the editor's own context for a file. */
function resourcePath(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.path;
}
