import * as l10n from '@vscode/l10n';
import { parseSourceNote, sourceNoteName, type SourceNote } from '../fetch/sourceNote';
import type { FileSearch } from './fileSearch';
import { matchedFolder } from './hubFolder';
import type { ModelName } from './modelName';
import type { FoundModel, ResolveContext } from './resolution';

/** The model among the configs that the user had Headroom download: one revision of each. */
export async function findInDownloads(
  name: ModelName,
  revision: string | undefined,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | undefined> {
  const { files, downloads } = context;
  if (downloads === undefined) return undefined;
  const folder = await matchedFolder(name, downloads, context, search);
  if (folder === undefined) return undefined;
  const found = await search.readConfig(folder.path);
  if (found === undefined) return undefined;
  const source = parseSourceNote(await search.readText(files.join(folder.path, sourceNoteName)));
  return {
    kind: 'found',
    name: folder.repository,
    how: 'downloaded',
    note: l10n.t(
      'It is {0}, downloaded{1}.{2}',
      folder.repository,
      originOf(source, revision),
      folder.copyNote,
    ),
    ...found,
  };
}

/** Goes on after "downloaded"; empty where no note says when and from where. */
function originOf(source: SourceNote | undefined, wanted: string | undefined): string {
  if (source === undefined) return '';
  const { date, revision, commit } = source;
  const isThat =
    wanted === undefined || wanted === revision || commit?.startsWith(wanted.toLowerCase()) === true;
  const state = commit === undefined ? revision : l10n.t('{0}, commit {1}', revision, commit.slice(0, 12));
  const other = isThat ? '' : l10n.t(': revision {0} was not downloaded', wanted);
  return l10n.t(' on {0}, revision {1}{2}', date.slice(0, 10), state, other);
}
