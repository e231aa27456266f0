import * as vscode from 'vscode';

/** Texts by their paths, as a remote repository would serve them: folders are what the paths say. */
export class VirtualFiles implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  public readonly onDidChangeFile = this.changed.event;
  private readonly files: Map<string, Uint8Array>;

  public constructor(texts: Readonly<Record<string, string>>) {
    const encoder = new TextEncoder();
    this.files = new Map(Object.entries(texts).map(([path, text]) => [path, encoder.encode(text)]));
  }

  public watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  public stat({ path }: vscode.Uri): vscode.FileStat {
    const file = this.files.get(path);
    const size = file?.length ?? 0;
    if (file) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size };
    if (this.below(path).length === 0) throw vscode.FileSystemError.FileNotFound(path);
    return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size };
  }

  public readFile({ path }: vscode.Uri): Uint8Array {
    const file = this.files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(path);
    return file;
  }

  public readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    return this.below(path).map((name) => {
      const isFile = this.files.has(`${path.replace(/\/$/, '')}/${name}`);
      return [name, isFile ? vscode.FileType.File : vscode.FileType.Directory];
    });
  }

  public writeFile({ path }: vscode.Uri, content: Uint8Array): void {
    this.files.set(path, content);
  }

  public createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  public delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  public rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  /** Names in a folder. */
  private below(folder: string): string[] {
    const start = `${folder.replace(/\/$/, '')}/`;
    const paths = [...this.files.keys()].filter((path) => path.startsWith(start));
    return [...new Set(paths.map((path) => path.slice(start.length).split('/')[0] ?? ''))];
  }
}
