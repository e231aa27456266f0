import { parseSourceNote, sourceNoteName, type SourceNote } from '../fetch/sourceNote';
import type { FileSearch } from './fileSearch';
import { cacheFolderName, matchName, type ModelName } from './modelName';
import type { FoundModel, ResolveContext } from './resolution';

/** The model among the configs that the user had Headroom download: one revision of each. */
export async function findInDownloads(
  name: ModelName,
  revision: string | undefined,
  { files, downloads }: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | undefined> {
  if (downloads === undefined) return undefined;
  search.note(downloads);
  const repositories = (await search.list(downloads))
    .filter((entry) => entry.startsWith('models--'))
    .map((entry) => cacheFolderName(entry.slice('models--'.length)));
  const match = matchName(name, repositories);
  if (match.kind !== 'match') return undefined;
  const folder = files.join(downloads, `models--${match.name.replace('/', '--')}`);
  const found = await search.readConfig(folder);
  if (found === undefined) return undefined;
  const source = parseSourceNote(await search.readText(files.join(folder, sourceNoteName)));
  const copy = match.sameOrganisation ? '' : ` "${name.written}" is taken to be a copy of it.`;
  return {
    kind: 'found',
    name: match.name,
    how: 'downloaded',
    note: `It is ${match.name}, downloaded${originOf(source, revision)}.${copy}`,
    ...found,
  };
}

/** Goes on after "downloaded"; empty where no note says when and from where. */
function originOf(source: SourceNote | undefined, wanted: string | undefined): string {
  if (source === undefined) return '';
  const { date, revision, commit } = source;
  const isThat =
    wanted === undefined || wanted === revision || commit?.startsWith(wanted.toLowerCase()) === true;
  const state = commit === undefined ? revision : `${revision}, commit ${commit.slice(0, 12)}`;
  const other = isThat ? '' : `: revision ${wanted} was not downloaded`;
  return ` on ${date.slice(0, 10)}, revision ${state}${other}`;
}
