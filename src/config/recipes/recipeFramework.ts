import type { Parallelism, Recipe } from '../../model/recipe';
import type { ConfigFields, ConfigFormat } from '../document';
import type { RecipeReader } from './recipeReader';

/** What is looked at as one config: a whole file, a mapping in it, or a command line that it holds. */
export interface RecipeView {
  readonly fields: ConfigFields;
  readonly format: ConfigFormat;
  /** Name of the file as people know it. */
  readonly file: string;
  /** The words of a command line, and of the image that runs it. */
  readonly words?: readonly string[];
}

/** What a framework reads; an undefined property is the same as none. */
export type RecipeDraft = {
  readonly [K in keyof Omit<Recipe, 'framework' | 'purpose' | 'fields' | 'assumptions' | 'parallelism'>]?:
    Recipe[K] | undefined;
} & { readonly parallelism?: ParallelismDraft | undefined };

export type ParallelismDraft = { readonly [K in keyof Parallelism]?: Parallelism[K] | undefined };

/** The rules of one framework's configs. To add one, write such a value and list it in `registry.ts`. */
export interface RecipeFramework {
  readonly framework: string;
  readonly purpose: Recipe['purpose'];
  /** Whether the view is a config of this framework. Must be sure: any file of a project may be asked about. */
  matches(view: RecipeView): boolean;
  /** Throws nothing: what cannot be read is left aside, with a sentence in the reader's assumptions. */
  read(reader: RecipeReader, view: RecipeView): RecipeDraft;
}

/** A text key that names a model, with the key of its revision. */
export function modelReference(
  reader: RecipeReader,
  paths: readonly string[],
  revisionPaths: readonly string[] = [],
): Recipe['model'] {
  const name = reader.text(paths);
  if (name === undefined) return undefined;
  const revision = reader.text(revisionPaths)?.value;
  reader.take('model', name);
  return { name: name.value, path: name.path, ...(revision === undefined ? {} : { revision }) };
}
