import * as l10n from '@vscode/l10n';
import { folderRepository, repositoryFolder } from '../fetch/repository';
import type { FileSearch } from './fileSearch';
import { matchName, type ModelName } from './modelName';
import type { ResolveContext } from './resolution';

/** The folder of a model's repository. */
export interface HubFolder {
  readonly path: string;
  readonly repository: string;
  /** A sentence, with a blank before it, where the repository is another organisation's; else empty. */
  readonly copyNote: string;
}

/** The folder that is meant by `name` among those in `parent`, named as `repositoryFolder` names them; or undefined. */
export async function matchedFolder(
  name: ModelName,
  parent: string,
  { files }: ResolveContext,
  search: FileSearch,
): Promise<HubFolder | undefined> {
  search.note(parent);
  const repositories = (await search.list(parent)).map(folderRepository).filter((each) => each !== undefined);
  const match = matchName(name, repositories);
  if (match.kind !== 'match') return undefined;
  return {
    path: files.join(parent, repositoryFolder(match.name)),
    repository: match.name,
    copyNote: match.sameOrganisation ? '' : l10n.t(' "{0}" is taken to be a copy of it.', name.written),
  };
}
