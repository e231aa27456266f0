import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ReadContext } from '../config/readContext';
import { LARGEST_CONFIG, type FileAccess } from '../config/resolve/fileAccess';
import { nodeFiles } from '../config/resolve/nodeFiles';
import { orUndefined } from '../config/resolve/orUndefined';
import { fileByteSource } from '../weights/fileByteSource';

/**
 * What a config at `uri` is read with. On this computer: paths, the caches of model hubs, and weight files beside
 * it. On a virtual file system: the files that it has. `models` is the user's own list,
 * `downloads` the folder of the configs that the user had downloaded.
 */
export function readContextOf(
  uri: vscode.Uri,
  models: Readonly<Record<string, unknown>>,
  downloads: vscode.Uri,
): ReadContext {
  const shared = { environment: process.env, platform: process.platform, extraModels: models };
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (uri.scheme === 'file' || uri.scheme === 'untitled') {
    return {
      ...shared,
      ...(uri.scheme === 'file' && { folder: path.dirname(uri.fsPath) }),
      workspaceFolders: folders
        .filter((folder) => folder.uri.scheme === 'file')
        .map((folder) => folder.uri.fsPath),
      files: nodeFiles,
      home: homedir(),
      downloads: downloads.fsPath,
      openBytes: fileByteSource,
    };
  }
  return {
    ...shared,
    // Caches of this computer are not those of the place that the virtual files are from.
    environment: {},
    folder: vscode.Uri.joinPath(uri, '..').toString(),
    workspaceFolders: folders.map((folder) => folder.uri.toString()),
    files: virtualFiles,
    downloads: downloads.toString(),
  };
}

/** Files of any file system that the editor knows; a path is the text of its Uri. */
const virtualFiles: FileAccess = {
  readText: (file) =>
    orUndefined(async () => {
      const uri = vscode.Uri.parse(file, true);
      const { size, type } = await vscode.workspace.fs.stat(uri);
      if (size > LARGEST_CONFIG || (type & vscode.FileType.File) === 0) return undefined;
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    }),
  list: (folder) =>
    orUndefined(async () => {
      const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(folder, true));
      return entries.map(([name]) => name);
    }),
  modifiedAt: (file) =>
    orUndefined(async () => (await vscode.workspace.fs.stat(vscode.Uri.parse(file, true))).mtime),
  join: (folder, ...parts) => vscode.Uri.joinPath(vscode.Uri.parse(folder), ...parts).toString(),
  isAbsolute: (file) => /^[a-z][\w+.-]+:\//i.test(file),
};
