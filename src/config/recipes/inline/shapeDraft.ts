import type { Found, RecipeReader } from '../recipeReader';

/** A model's config in Hugging Face's names, made from a file that has the model's shape in its own. */
export interface InlineModel {
  readonly config: Readonly<Record<string, unknown>>;
  /** For the keys of `config` that the file gives: the path of the field. Absent: a rule of the framework. */
  readonly sources: Readonly<Record<string, string>>;
  /** What was assumed, as sentences for the user. */
  readonly assumptions: readonly string[];
}

/** A config on its way, with where each key came from. */
export class ShapeDraft {
  private readonly config: Record<string, unknown>;
  private readonly sources: Record<string, string> = {};

  public constructor(
    modelType: string,
    private readonly reader: RecipeReader,
  ) {
    this.config = { model_type: modelType };
  }

  /** Sets a key to what was found, where something was. */
  public set<T>(key: string, found: Found<T> | undefined): this {
    if (found === undefined) return this;
    this.config[key] = found.value;
    this.sources[key] = found.path;
    return this;
  }

  /** As `set`, with the framework's default, where it has one, if nothing was found. */
  public setOr<T>(key: string, found: Found<T> | undefined, byRule: T | undefined): this {
    if (found !== undefined) return this.set(key, found);
    if (byRule !== undefined) this.config[key] = byRule;
    return this;
  }

  public finish(): InlineModel {
    return { config: this.config, sources: this.sources, assumptions: this.reader.assumptions };
  }
}

/** The sizes that every shape needs. */
export interface CoreSizes {
  readonly layers: Found<number>;
  readonly hidden: Found<number>;
  readonly heads: Found<number>;
}

/** Rounds up to a multiple, as frameworks pad the vocabulary and the MLP. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Width of a head where only the model's is given; undefined where the heads do not divide it. */
export function dividedWidth(hidden: number, heads: number): number | undefined {
  return hidden % heads === 0 ? hidden / heads : undefined;
}
