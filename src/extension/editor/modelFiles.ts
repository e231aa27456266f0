import type { ResolveContext } from '../../config/resolve/resolution';
import { expanded, isElsewhere } from '../../config/resolve/findByPath';

/** Files of one folder that a model may be read from. */
export interface ModelFiles {
  /** Path, or the text of a Uri on a virtual file system. */
  readonly folder: string;
  /** Likewise, of the files in it. */
  readonly files: ReadonlySet<string>;
}

/** Folders that are watched at most: each takes handles of the system. */
const mostFolders = 50;

/**
 * The files that the paths of the setting `headroom.models` can mean, by folder, whether they are there or not: what
 * `findInSetting` would look at. Of a list with more than 50 folders, the first ones.
 */
export function modelFiles(models: Readonly<Record<string, unknown>>, context: ResolveContext): ModelFiles[] {
  const byFolder = new Map<string, Set<string>>();
  const add = (folder: string, ...names: readonly string[]): void => {
    const files = byFolder.get(folder) ?? new Set<string>();
    for (const name of names) files.add(context.files.join(folder, name));
    byFolder.set(folder, files);
  };
  for (const path of pathsOf(models, context)) {
    const name = path.split(/[/\\]/).at(-1) ?? '';
    const parent = context.files.join(path, '..');
    add(path, 'config.json', 'params.json');
    if (/\.json$/i.test(name)) add(parent, name);
    // It may be a file of weights: its config lies beside it.
    else if (/\.\w+$/.test(name)) add(parent, 'config.json', 'params.json');
  }
  return [...byFolder].slice(0, mostFolders).map(([folder, files]) => ({ folder, files }));
}

function pathsOf(models: Readonly<Record<string, unknown>>, context: ResolveContext): string[] {
  const { files, platform, workspaceFolders } = context;
  return Object.values(models).flatMap((value) => {
    if (typeof value !== 'string' || value === '' || isElsewhere(value, platform)) return [];
    const path = expanded(value, context);
    if (files.isAbsolute(path)) return [files.join(path)];
    return workspaceFolders.map((folder) => files.join(folder, path));
  });
}
