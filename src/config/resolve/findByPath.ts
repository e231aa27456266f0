import * as l10n from '@vscode/l10n';
import type { FileSearch, FoundText } from './fileSearch';
import type { FoundModel, MissingModel, ResolveContext } from './resolution';

/** A place that a written path can mean. */
interface Place {
  readonly path: string;
  readonly how: 'beside' | 'workspace';
  readonly note: string;
}

const WEIGHTS = /\.(?:gguf|safetensors|bin|pth?|ckpt|nemo)$/i;

/**
 * The model that a reference names as a path: absolute, from the home folder, beside the file that names it, or
 * in a workspace folder. A GGUF file without a config beside it is missing, with its path where it is there.
 * Undefined: no such path.
 */
export async function findByPath(
  reference: string,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundModel | MissingModel | undefined> {
  const places = placesOf(reference, context);
  for (const { path, how, note } of places) {
    const found = await readAt(path, context, search);
    if (found !== undefined) return { kind: 'found', name: reference, how, note, ...found };
  }
  return /\.gguf$/i.test(reference) ? weightsAlone(reference, places, context, search) : undefined;
}

/** The config at a path: the file itself, the one beside weights, or the one in a folder. */
export async function readAt(
  path: string,
  context: ResolveContext,
  search: FileSearch,
): Promise<FoundText | undefined> {
  if (WEIGHTS.test(path)) return search.readConfig(context.files.join(path, '..'));
  if (/\.json$/i.test(path)) {
    const text = await search.readText(path);
    if (text !== undefined) return { text, location: path };
  }
  return search.readConfig(path);
}

/** Whether the reference lies on another computer, so that even to look there would use a network. */
export function isElsewhere(reference: string, platform: NodeJS.Platform): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(reference) || (platform === 'win32' && /^[\\/]{2}/.test(reference));
}

/** The path with `~` replaced by the home folder, and with forward slashes on Windows. */
export function expanded(path: string, { home, platform, files }: ResolveContext): string {
  const even = platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return home !== undefined && /^~(?:\/|$)/.test(even) ? files.join(home, `.${even.slice(1)}`) : even;
}

function placesOf(reference: string, context: ResolveContext): Place[] {
  const { files, folder, workspaceFolders } = context;
  const path = expanded(reference, context);
  if (files.isAbsolute(path))
    return [{ path, how: 'beside', note: l10n.t('It is at the path that is written.') }];
  const beside: Place[] =
    folder === undefined
      ? []
      : [
          {
            path: files.join(folder, path),
            how: 'beside',
            note: l10n.t('It is beside the file that names it.'),
          },
        ];
  const inWorkspace = workspaceFolders.map((workspace): Place => {
    return { path: files.join(workspace, path), how: 'workspace', note: l10n.t('It is in the workspace.') };
  });
  return [...beside, ...inWorkspace];
}

async function weightsAlone(
  reference: string,
  places: readonly Place[],
  { files }: ResolveContext,
  search: FileSearch,
): Promise<MissingModel> {
  const mend = l10n.t(
    "Put the model's config.json into the folder of the file, or name the model's repository instead.",
  );
  for (const { path } of places) {
    if ((await search.modifiedAt(path)) === undefined) continue;
    const problem = l10n.t('"{0}" holds weights, and no config.json lies beside it.', reference);
    return { kind: 'missing', tried: search.tried, problem, mend, ggufPath: files.join(path) };
  }
  for (const { path } of places) search.note(path);
  return {
    kind: 'missing',
    tried: search.tried,
    problem: l10n.t('There is no file "{0}".', reference),
    mend,
  };
}
