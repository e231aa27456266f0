import { parseSourceNote, sourceNoteName } from '../fetch/sourceNote';
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
  const sentences = [`It is ${match.name}, downloaded`];
  if (source !== undefined) {
    const commit = source.commit === undefined ? '' : `, commit ${source.commit.slice(0, 12)}`;
    sentences[0] += ` on ${source.date.slice(0, 10)}, revision ${source.revision}${commit}`;
    const isThat = revision === undefined || source.revision === revision;
    if (!isThat && source.commit?.startsWith(revision.toLowerCase()) !== true)
      sentences.push(`revision ${revision} was not downloaded`);
  }
  const copy = match.sameOrganisation ? '' : ` "${name.written}" is taken to be a copy of it.`;
  return {
    kind: 'found',
    name: match.name,
    how: 'downloaded',
    note: `${sentences.join(': ')}.${copy}`,
    ...found,
  };
}
