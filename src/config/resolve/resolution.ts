import type { Repository } from '../fetch/repository';
import type { FileAccess } from './fileAccess';

export interface ResolveContext {
  /** The folder of the file that names the model. */
  readonly folder?: string;
  readonly workspaceFolders: readonly string[];
  readonly files: FileAccess;
  /** Environment variables, for the places of caches. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home?: string;
  readonly platform: NodeJS.Platform;
  /** The folder of the configs that the user had Headroom download. */
  readonly downloads?: string;
  /** The user's own models, JSON data: a name, and the config as an object or the path of it. */
  readonly extraModels?: Readonly<Record<string, unknown>>;
}

export interface FoundModel {
  readonly kind: 'found';
  /** JSON text of the config. */
  readonly text: string;
  /** What to call it in messages. */
  readonly name: string;
  /** Path of the file that the text is from; undefined where it is from no file. */
  readonly location: string | undefined;
  readonly how: 'beside' | 'workspace' | 'hf-cache' | 'downloaded' | 'ollama' | 'builtin' | 'setting';
  /** Where it came from, as sentences for the user. */
  readonly note: string;
  /** A GGUF file of the very model; its header is more exact than `text`. */
  readonly ggufPath?: string;
}

export interface MissingModel {
  readonly kind: 'missing';
  /** Where it was looked for: paths and names of places. */
  readonly tried: readonly string[];
  /** What is wrong, as a sentence. */
  readonly problem: string;
  /** What to change, as a sentence. */
  readonly mend: string;
  /** Where its config could be downloaded from, should the user ask for that; absent where the name is no repository's. */
  readonly repository?: Repository;
  /** A GGUF file of the model: no config beside it, but its header describes the model. */
  readonly ggufPath?: string;
}

export type Resolution = FoundModel | MissingModel;
