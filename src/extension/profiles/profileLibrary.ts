import * as vscode from 'vscode';
import type { ModelSpec } from '../../model/modelSpec';
import type { Report } from '../../report/report';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { ProfileShelf, type ShelfFiles } from './profileShelf';

/** The finished profiles of this machine, kept across workspaces and windows. */
export class ProfileLibrary extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Fires when a profile was kept, when those on disk have been read, and when they were deleted. */
  public readonly onDidChange = this.changed.event;
  private readonly shelf: ProfileShelf;

  /** Keeps the profiles in `folder`, which is made with the first one. */
  public constructor(folder: vscode.Uri, log: Log) {
    super();
    this.shelf = new ProfileShelf(filesIn(folder), log, () => {
      if (!this.isDisposed) this.changed.fire();
    });
  }

  /**
   * The newest profile of a model with the attention shapes of `model`, whatever its name. Undefined too until
   * those on disk have been read, which the first call starts: onDidChange fires then.
   */
  public find(model: ModelSpec): Report | undefined {
    return this.shelf.find(model);
  }

  /** Keeps `report` where its run is complete and measured something; any other report is left alone. */
  public keep(report: Report): void {
    void this.shelf.keep(report);
  }

  /** How many profiles are on disk. */
  public async count(): Promise<number> {
    return this.shelf.count();
  }

  /** Deletes all of them. Resolves with how many there were. */
  public async clear(): Promise<number> {
    return this.shelf.clear();
  }
}

function filesIn(folder: vscode.Uri): ShelfFiles {
  const file = (name: string) => vscode.Uri.joinPath(folder, name);
  return {
    list: async () => {
      try {
        const entries = await vscode.workspace.fs.readDirectory(folder);
        return entries.filter(([, type]) => type === vscode.FileType.File).map(([name]) => name);
      } catch (error) {
        if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return [];
        throw error;
      }
    },
    read: async (name, limit) => {
      const { size } = await vscode.workspace.fs.stat(file(name));
      if (size > limit) throw new RangeError(`${String(size)} bytes are too many`);
      return vscode.workspace.fs.readFile(file(name));
    },
    write: async (name, bytes) => {
      await vscode.workspace.fs.createDirectory(folder);
      await vscode.workspace.fs.writeFile(file(name), bytes);
    },
    remove: async (name) => {
      await vscode.workspace.fs.delete(file(name));
    },
  };
}
