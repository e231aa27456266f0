import * as l10n from '@vscode/l10n';
import type { FileSearch } from './fileSearch';
import type { ModelName } from './modelName';
import type { FoundModel, ResolveContext } from './resolution';

/** A folder named like the model, in a workspace folder, in its `models`, or in one named like the organisation. */
export async function findInWorkspace(
  name: ModelName,
  { files, workspaceFolders }: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | undefined> {
  const { last, organisation } = name;
  if (last === undefined) return undefined;
  for (const workspace of workspaceFolders) {
    const parents = [workspace, files.join(workspace, 'models')];
    if (organisation !== undefined) parents.push(files.join(workspace, organisation));
    for (const parent of parents) {
      const folder = (await sameName(parent, last, search)) ?? last;
      const found = await search.readConfig(files.join(parent, folder));
      if (found === undefined) continue;
      const note = l10n.t('It is in the workspace, in a folder named "{0}".', folder);
      return { kind: 'found', name: name.written, how: 'workspace', note, ...found };
    }
  }
  return undefined;
}

async function sameName(parent: string, wanted: string, search: FileSearch): Promise<string | undefined> {
  const names = await search.list(parent);
  if (names.includes(wanted)) return wanted;
  return names.find((name) => name.toLowerCase() === wanted.toLowerCase());
}
