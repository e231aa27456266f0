import * as l10n from '@vscode/l10n';
import { joinSentences } from '../../model/phrases';
import type { ModelReference } from '../../model/recipe';
import { isRevision, parseRepository, type Repository } from '../fetch/repository';
import { builtinModels } from './builtinModels';
import { FileSearch } from './fileSearch';
import { findBuiltin, strippedNote } from './findBuiltin';
import { findByPath, isElsewhere } from './findByPath';
import { findInDownloads } from './findInDownloads';
import { findInHubCache } from './findInHubCache';
import { findInOllama } from './findInOllama';
import { findInSetting } from './findInSetting';
import { findInWorkspace } from './findInWorkspace';
import { parseModelName, withoutQuantisation, type ModelName } from './modelName';
import type { FoundModel, MissingModel, Resolution, ResolveContext } from './resolution';

/** Longer than any name or path; what is longer is no name. */
const LONGEST_NAME = 1000;

/** Folders of the workspace that are looked into, the first ones. */
const MOST_WORKSPACE_FOLDERS = 20;

/**
 * Finds the config of the model that a training or serving config names, on this computer only. In order: the
 * path as written, the user's own list, a folder of the workspace, the Hugging Face cache, the downloaded
 * configs, Ollama's models, and the built-in table. Never throws, and takes a bounded number of looks at files.
 */
export async function resolveModel(
  reference: ModelReference,
  everywhere: ResolveContext,
): Promise<Resolution> {
  const workspaceFolders = everywhere.workspaceFolders.slice(0, MOST_WORKSPACE_FOLDERS);
  const context = { ...everywhere, workspaceFolders };
  const written = reference.name.trim();
  const search = new FileSearch(context.files);
  const refusal = refused(written);
  if (refusal !== undefined) return { kind: 'missing', tried: [], ...refusal };
  const name = parseModelName(written);
  if (isElsewhere(name.written, context.platform)) return elsewhere(written);
  return (
    (await findByPath(name.written, context, search)) ??
    (await findByName(name, reference.revision, context, search)) ??
    (await findOllamaModel(written, name, context, search)) ??
    (await findUnquantised(name, context, search)) ??
    builtin(name) ??
    missing(written, name, reference.revision, search)
  );
}

async function findByName(
  name: ModelName,
  revision: string | undefined,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | MissingModel | undefined> {
  return (
    (await findInSetting(name, context, search)) ??
    (await findInWorkspace(name, context, search)) ??
    (await findInHubCache(name, revision, context, search)) ??
    (await findInDownloads(name, revision, context, search))
  );
}

/** The model whose quantised form is named; its revisions are not those of the quantised one. */
async function findUnquantised(
  name: ModelName,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | MissingModel | undefined> {
  const { name: plain, stripped } = withoutQuantisation(name.last ?? '');
  if (stripped === '') return undefined;
  const written = name.organisation === undefined ? plain : `${name.organisation}/${plain}`;
  const found = await findByName(
    { ...name, written, last: plain, tag: undefined },
    undefined,
    context,
    search,
  );
  return found?.kind === 'found'
    ? { ...found, note: joinSentences([found.note, strippedNote(stripped)]) }
    : found;
}

async function findOllamaModel(
  written: string,
  name: ModelName,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | MissingModel | undefined> {
  const ggufPath = await findInOllama(written, context, search);
  if (ggufPath === undefined) return undefined;
  const known = builtin(name);
  if (known !== undefined) {
    const note = joinSentences([
      l10n.t('Ollama has it as a GGUF file; its shape is from the built-in table.'),
      known.note,
    ]);
    return { ...known, how: 'ollama', ggufPath, note };
  }
  return {
    kind: 'missing',
    tried: search.tried,
    problem: l10n.t(
      'Ollama has "{0}" as a GGUF file, without a config, and the built-in table does not know it.',
      written,
    ),
    mend: l10n.t("Add the keys of the model's config.json to your settings under this name."),
    ggufPath,
  };
}

function builtin(name: ModelName): FoundModel | undefined {
  const match = findBuiltin(name);
  if (match === undefined) return undefined;
  const { model, notes } = match;
  return {
    kind: 'found',
    text: JSON.stringify(model.config, undefined, 2),
    name: model.id,
    location: undefined,
    how: 'builtin',
    note: joinSentences([
      l10n.t('It is not on this computer: its shape is that of {0} in the built-in table.', model.id),
      ...notes,
    ]),
  };
}

function refused(written: string): Pick<MissingModel, 'problem' | 'mend'> | undefined {
  const mend = l10n.t('Name the model by a path or by its repository, such as "Qwen/Qwen3-8B".');
  if (written === '') return { problem: l10n.t('The name of the model is empty.'), mend };
  // eslint-disable-next-line no-control-regex -- a path with such characters is no path on any platform
  if (written.length > LONGEST_NAME || /[\u0000-\u001f]/.test(written)) {
    return { problem: l10n.t('"{0}" is no name of a model.', printable(written)), mend };
  }
  return undefined;
}

function elsewhere(written: string): MissingModel {
  return {
    kind: 'missing',
    tried: [],
    problem: l10n.t(
      '"{0}" is an address, not a path of this computer, and nothing is fetched.',
      printable(written),
    ),
    mend: l10n.t('Copy its config.json beside this file and give its path.'),
  };
}

function missing(
  written: string,
  name: ModelName,
  revision: string | undefined,
  search: FileSearch,
): MissingModel {
  const repository = repositoryOf(name, revision);
  const isTemplate = /\$\{?\w|\{\{|^<.*>$/.test(written);
  return {
    kind: 'missing',
    tried: [...search.tried, l10n.t('the built-in table of {0} models', String(builtinModels.length))],
    problem: isTemplate
      ? l10n.t('"{0}" is filled in only when the training or serving program runs.', printable(written))
      : l10n.t('"{0}" is not on this computer, and the built-in table does not know it.', printable(written)),
    mend: l10n.t(
      'Give the path of a folder that has its config.json, download it into the Hugging Face cache, or add its config to your settings.',
    ),
    ...(repository !== undefined && { repository }),
  };
}

/** The repository of a hub that a name can mean; a path below a folder such as `./out` is none. */
function repositoryOf(name: ModelName, revision: string | undefined): Repository | undefined {
  const repository = parseRepository(name.written);
  if (repository === undefined || revision === undefined || !isRevision(revision)) return repository;
  return { ...repository, revision };
}

function printable(written: string): string {
  // eslint-disable-next-line no-control-regex -- these would break the message
  return written.slice(0, 100).replace(/[\u0000-\u001f]/g, ' ');
}
