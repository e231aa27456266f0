import * as v from 'valibot';
import type { FileSearch } from './fileSearch';
import { expanded } from './findByPath';
import { isPlainName } from './modelName';
import type { ResolveContext } from './resolution';

const MODEL_LAYER = 'application/vnd.ollama.image.model';

const manifestSchema = v.object({
  layers: v.array(v.object({ mediaType: v.string(), digest: v.string() })),
});

/** The GGUF file of a model that Ollama has pulled: its path, by the manifest of its name and tag. */
export async function findInOllama(
  reference: string,
  context: ResolveContext,
  search: FileSearch,
): Promise<string | undefined> {
  const parts = manifestParts(reference);
  if (parts === undefined) return undefined;
  const { files } = context;
  for (const models of ollamaFolders(context)) {
    const manifest = await search.readText(files.join(models, 'manifests', ...parts));
    const digest = manifest === undefined ? undefined : modelDigest(manifest);
    if (digest === undefined) continue;
    const blob = files.join(models, 'blobs', `sha256-${digest}`);
    search.note(blob);
    if ((await search.modifiedAt(blob)) !== undefined) return blob;
  }
  return undefined;
}

function ollamaFolders(context: ResolveContext): string[] {
  const { environment, files, home, platform } = context;
  const folders: string[] = [];
  const named = environment['OLLAMA_MODELS'];
  if (named !== undefined && named !== '') folders.push(expanded(named, context));
  if (home !== undefined) folders.push(files.join(home, '.ollama', 'models'));
  // Where Ollama's installer for Linux has its service keep them.
  if (platform === 'linux') folders.push('/usr/share/ollama/.ollama/models');
  return folders;
}

/** Host, namespace, model and tag of `[host/][namespace/]model[:tag]`. */
function manifestParts(reference: string): string[] | undefined {
  const path = reference
    .trim()
    .replace(/^https?:\/\//i, '')
    .split('/');
  const [model = '', tag = 'latest', ...rest] = (path.pop() ?? '').split(':');
  const namespace = path.pop() ?? 'library';
  const host = path.pop() ?? 'registry.ollama.ai';
  const parts = [host, namespace, model, tag];
  return path.length === 0 && rest.length === 0 && parts.every(isPlainName) ? parts : undefined;
}

function modelDigest(manifest: string): string | undefined {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), manifest);
  if (!read.success) return undefined;
  const layer = read.output.layers.find(({ mediaType }) => mediaType === MODEL_LAYER);
  return layer === undefined ? undefined : /^sha256[:-]([\da-f]{64})$/.exec(layer.digest)?.[1];
}
