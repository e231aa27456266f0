import type { FileAccess } from './fileAccess';
import { orUndefined } from './orUndefined';

/** Entries of a folder that are considered. */
const LARGEST_FOLDER = 10_000;

export interface FoundText {
  readonly text: string;
  readonly location: string;
}

/** Looks at files, remembers where, and ends rather than fails: what cannot be read is not there. */
export class FileSearch {
  private readonly paths = new Set<string>();

  public constructor(private readonly files: FileAccess) {}

  /** Where it looked, in order. */
  public get tried(): readonly string[] {
    return [...this.paths];
  }

  /** Adds a place that was looked at in another way. */
  public note(place: string): void {
    this.paths.add(place);
  }

  public async readText(path: string): Promise<string | undefined> {
    this.note(path);
    return orUndefined(() => this.files.readText(path));
  }

  /** At most ten thousand names of a folder; empty where it cannot be read. */
  public async list(folder: string): Promise<readonly string[]> {
    const names = await orUndefined(() => this.files.list(folder));
    return names?.slice(0, LARGEST_FOLDER) ?? [];
  }

  /** In milliseconds since 1970; undefined where there is nothing. */
  public async modifiedAt(path: string): Promise<number | undefined> {
    return orUndefined(() => this.files.modifiedAt(path));
  }

  /** The config of a model's folder: `config.json`, else Meta's `params.json`. */
  public async readConfig(folder: string): Promise<FoundText | undefined> {
    for (const name of ['config.json', 'params.json']) {
      const location = this.files.join(folder, name);
      const text = await this.readText(location);
      if (text !== undefined) return { text, location };
    }
    return undefined;
  }
}
