import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { locationUri } from '../locationUri';
import { readContextOf } from '../readContext';
import { readSettings } from '../settings';
import { modelFiles } from './modelFiles';

/** Notices when a file changes that a model may be read from, in the workspace or where the settings say. */
export class ModelFileWatch extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<vscode.Uri>());
  /** A file was written, made or deleted. */
  public readonly onDidChange = this.changed.event;
  private watchers: vscode.Disposable[] = [];

  /** `downloads`: the folder of downloaded configs. */
  public constructor(private readonly downloads: vscode.Uri) {
    super();
    const { workspace } = vscode;
    for (const disposable of this.watch('**/{config,params}.json')) this._register(disposable);
    this.watchSettings();
    this._register(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('headroom.models')) this.watchSettings();
      }),
    );
    this._register(
      workspace.onDidChangeWorkspaceFolders(() => {
        this.watchSettings();
      }),
    );
    this._register({
      dispose: () => {
        this.unwatchSettings();
      },
    });
  }

  private watchSettings(): void {
    this.unwatchSettings();
    const places = new Map<string, Set<string>>();
    for (const uri of settingResources()) {
      const context = readContextOf(uri, {}, this.downloads);
      for (const { folder, files } of modelFiles(readSettings(uri).models, context)) {
        const uris = [...files].map((file) => locationUri(file).toString());
        places.set(folder, new Set([...(places.get(folder) ?? []), ...uris]));
      }
    }
    this.watchers = [...places].flatMap(([folder, files]) =>
      // All files of the folder, since a name may hold characters that mean something in a pattern.
      this.watch(new vscode.RelativePattern(locationUri(folder), '*'), files),
    );
  }

  private unwatchSettings(): void {
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
  }

  /** Of the files that `pattern` takes in, `files` alone, as texts of their Uris; without them, all. */
  private watch(pattern: vscode.GlobPattern, files?: ReadonlySet<string>): vscode.Disposable[] {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const tell = (uri: vscode.Uri): void => {
      if (files?.has(uri.toString()) !== false) this.changed.fire(uri);
    };
    return [watcher, watcher.onDidChange(tell), watcher.onDidCreate(tell), watcher.onDidDelete(tell)];
  }
}

/** What the settings may differ for: each folder of the workspace, or a file of none. */
function settingResources(): vscode.Uri[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) =>
    vscode.Uri.joinPath(uri, 'config.json'),
  );
  return folders.length > 0 ? folders : [vscode.Uri.from({ scheme: 'untitled', path: 'config.json' })];
}
