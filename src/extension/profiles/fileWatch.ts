import * as vscode from 'vscode';
import { Disposable } from '../disposable';

/** Changes that come closer together than this, in ms, are one: a file is often written in several steps. */
const settleTime = 100;

/** Calls `onChange` after the file at `uri` was written, made or deleted, until the result is disposed. */
export function watchFile(uri: vscode.Uri, onChange: () => unknown): Disposable {
  return new FileWatch(uri, onChange);
}

class FileWatch extends Disposable {
  private timer: NodeJS.Timeout | undefined;

  public constructor(uri: vscode.Uri, onChange: () => unknown) {
    super();
    // All files of the folder, since a name may hold characters that mean something in a pattern.
    const folder = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
    const watcher = this._register(vscode.workspace.createFileSystemWatcher(folder));
    const react = (changed: vscode.Uri) => {
      if (changed.toString() !== uri.toString()) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(onChange, settleTime);
    };
    this._register(watcher.onDidChange(react));
    this._register(watcher.onDidCreate(react));
    this._register(watcher.onDidDelete(react));
    this._register({
      dispose: () => {
        clearTimeout(this.timer);
      },
    });
  }
}
