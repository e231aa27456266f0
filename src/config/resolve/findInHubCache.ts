import * as l10n from '@vscode/l10n';
import { expanded } from './findByPath';
import type { FileSearch, FoundText } from './fileSearch';
import { matchedFolder } from './hubFolder';
import { isPlainName, type ModelName } from './modelName';
import type { FoundModel, ResolveContext } from './resolution';

/** Snapshots that are looked into, the newest first. */
const SNAPSHOTS_READ = 10;
const SNAPSHOTS_DATED = 50;

/** Where the Hugging Face client keeps what it downloaded: what its variables say, then its usual places. */
function hubCacheFolders(context: ResolveContext): string[] {
  const { environment, files, home } = context;
  const below = (folder: string | undefined, ...parts: string[]): string | undefined =>
    folder === undefined || folder === '' ? undefined : files.join(expanded(folder, context), ...parts);
  const folders = [
    below(environment['HF_HUB_CACHE']),
    below(environment['HUGGINGFACE_HUB_CACHE']),
    below(environment['HF_HOME'], 'hub'),
    below(environment['XDG_CACHE_HOME'], 'huggingface', 'hub'),
    below(home, '.cache', 'huggingface', 'hub'),
    below(environment['TRANSFORMERS_CACHE']),
  ];
  return [...new Set(folders.filter((folder) => folder !== undefined))];
}

/** The model in the cache of the Hugging Face client, in the revision that is asked for where that is there. */
export async function findInHubCache(
  name: ModelName,
  revision: string | undefined,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | undefined> {
  for (const hub of hubCacheFolders(context)) {
    const folder = await matchedFolder(name, hub, context, search);
    if (folder === undefined) continue;
    const found = await readSnapshot({ folder: folder.path, revision, context, search });
    if (found === undefined) continue;
    const { note, ...text } = found;
    return {
      kind: 'found',
      name: folder.repository,
      how: 'hf-cache',
      note: l10n.t('It is {0} in the Hugging Face cache, {1}.{2}', folder.repository, note, folder.copyNote),
      ...text,
    };
  }
  return undefined;
}

interface SnapshotRequest {
  readonly folder: string;
  readonly revision: string | undefined;
  readonly context: ResolveContext;
  readonly search: FileSearch;
}

async function readSnapshot(request: SnapshotRequest): Promise<(FoundText & { note: string }) | undefined> {
  const { folder, context, search } = request;
  const { files } = context;
  const revision = request.revision ?? 'main';
  const snapshots = (await search.list(files.join(folder, 'snapshots'))).filter(isPlainName);
  const commit = await commitOf(request, revision, snapshots);
  if (commit !== undefined) {
    const found = await search.readConfig(files.join(folder, 'snapshots', commit));
    if (found !== undefined)
      return { ...found, note: l10n.t('revision {0}, snapshot {1}', revision, commit.slice(0, 12)) };
  }
  const why =
    commit === undefined
      ? l10n.t('revision {0} is not there', revision)
      : l10n.t('revision {0} has no config there', revision);
  for (const snapshot of await newestFirst(request, snapshots)) {
    const found = await search.readConfig(files.join(folder, 'snapshots', snapshot));
    if (found === undefined) continue;
    return {
      ...found,
      note: l10n.t('the newest snapshot that has a config, {0}: {1}', snapshot.slice(0, 12), why),
    };
  }
  return undefined;
}

/** The snapshot of a branch or tag by its ref, or of a commit by the start of its hash. */
async function commitOf(
  { folder, context, search }: SnapshotRequest,
  revision: string,
  snapshots: readonly string[],
): Promise<string | undefined> {
  const parts = revision.split('/');
  if (parts.every(isPlainName)) {
    const ref = (await search.readText(context.files.join(folder, 'refs', ...parts)))?.trim();
    if (ref !== undefined && /^[\da-f]{7,64}$/i.test(ref)) return ref;
  }
  if (!/^[\da-f]{4,64}$/i.test(revision)) return undefined;
  const [commit, ...others] = snapshots.filter((each) => each.startsWith(revision.toLowerCase()));
  return others.length === 0 ? commit : undefined;
}

async function newestFirst(
  { folder, context, search }: SnapshotRequest,
  snapshots: readonly string[],
): Promise<string[]> {
  const dated: { name: string; at: number }[] = [];
  for (const name of snapshots.slice(0, SNAPSHOTS_DATED)) {
    const at = (await search.modifiedAt(context.files.join(folder, 'snapshots', name))) ?? 0;
    dated.push({ name, at });
  }
  return dated
    .sort((a, b) => b.at - a.at)
    .slice(0, SNAPSHOTS_READ)
    .map(({ name }) => name);
}
