import * as l10n from '@vscode/l10n';
import { isMapping } from '../../model/isMapping';
import type { FileSearch } from './fileSearch';
import { expanded, isElsewhere, readAt } from './findByPath';
import { matchName, type ModelName } from './modelName';
import type { FoundModel, MissingModel, ResolveContext } from './resolution';

/** The model in the user's own list of models; undefined where the list does not name it. */
export async function findInSetting(
  name: ModelName,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | MissingModel | undefined> {
  const models = context.extraModels ?? {};
  const match = matchName(name, Object.keys(models));
  if (match.kind === 'none') return undefined;
  if (match.kind === 'ambiguous') {
    return {
      kind: 'missing',
      tried: search.tried,
      problem: l10n.t(
        '"{0}" can mean several models of your settings: {1}.',
        name.written,
        match.names.join(', '),
      ),
      mend: l10n.t('Write the whole name, with the organisation.'),
    };
  }
  const value = models[match.name];
  const how = 'setting';
  if (isMapping(value)) {
    const note = l10n.t('It is "{0}" of your settings.', match.name);
    return { kind: 'found', text: JSON.stringify(value), name: match.name, location: undefined, how, note };
  }
  const found = typeof value === 'string' ? await readFromSetting(value, context, search) : undefined;
  if (found !== undefined) {
    return {
      kind: 'found',
      name: match.name,
      how,
      note: l10n.t('Your settings give its path: {0}.', String(value)),
      ...found,
    };
  }
  return {
    kind: 'missing',
    tried: search.tried,
    problem: l10n.t(
      'Your settings have "{0}", but neither as a config object nor as the path of a config.',
      match.name,
    ),
    mend: l10n.t('Give the keys of its config.json, or the path of a config.json or of its folder.'),
  };
}

async function readFromSetting(
  value: string,
  context: ResolveContext,
  search: FileSearch,
): Promise<{ text: string; location: string } | undefined> {
  if (isElsewhere(value, context.platform)) return undefined;
  const { files, workspaceFolders } = context;
  const path = expanded(value, context);
  const paths = files.isAbsolute(path) ? [path] : workspaceFolders.map((folder) => files.join(folder, path));
  for (const each of paths) {
    const found = await readAt(each, context, search);
    if (found !== undefined) return found;
  }
  return undefined;
}
