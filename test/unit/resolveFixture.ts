import path from 'node:path';
import type { FileAccess } from '../../src/config/resolve/fileAccess';
import { resolveModel } from '../../src/config/resolve/resolveModel';
import type {
  FoundModel,
  MissingModel,
  Resolution,
  ResolveContext,
} from '../../src/config/resolve/resolution';

/** Files in memory, by whole paths; `times` has when folders and files were changed. */
export class MemoryFiles implements FileAccess {
  /** Every path that was asked for. */
  public readonly asked: string[] = [];
  /** Those whose text was asked for. */
  public readonly read: string[] = [];
  private readonly paths: path.PlatformPath;

  public constructor(
    private readonly texts: Readonly<Record<string, string>>,
    private readonly times: Readonly<Record<string, number>> = {},
    platform: 'posix' | 'win32' = 'posix',
  ) {
    this.paths = path[platform];
  }

  public readText(file: string): Promise<string | undefined> {
    this.asked.push(file);
    this.read.push(file);
    return Promise.resolve(Object.hasOwn(this.texts, file) ? this.texts[file] : undefined);
  }

  public list(folder: string): Promise<string[] | undefined> {
    this.asked.push(folder);
    const start = folder.endsWith(this.paths.sep) ? folder : folder + this.paths.sep;
    const below = Object.keys(this.texts).filter((file) => file.startsWith(start));
    const names = new Set(below.map((file) => file.slice(start.length).split(this.paths.sep)[0] ?? ''));
    return Promise.resolve(names.size === 0 ? undefined : [...names]);
  }

  public modifiedAt(file: string): Promise<number | undefined> {
    this.asked.push(file);
    return Promise.resolve(this.times[file] ?? (Object.hasOwn(this.texts, file) ? 0 : undefined));
  }

  public join(folder: string, ...parts: string[]): string {
    return this.paths.join(folder, ...parts);
  }

  public isAbsolute(file: string): boolean {
    return this.paths.isAbsolute(file);
  }
}

/** A context with one workspace folder, `/work`, where the file that names the model is in `/work/train`. */
export function contextOf(
  texts: Readonly<Record<string, string>>,
  changes: Partial<ResolveContext> = {},
): ResolveContext {
  return {
    folder: '/work/train',
    workspaceFolders: ['/work'],
    files: new MemoryFiles(texts),
    environment: {},
    home: '/home/me',
    platform: 'linux',
    ...changes,
  };
}

export function resolve(name: string, context: ResolveContext, revision?: string): Promise<Resolution> {
  return resolveModel({ name, path: 'base_model', ...(revision === undefined ? {} : { revision }) }, context);
}

export function found(resolution: Resolution): FoundModel {
  if (resolution.kind === 'missing') throw new Error(`Missing: ${resolution.problem}`);
  return resolution;
}

export function missing(resolution: Resolution): MissingModel {
  if (resolution.kind === 'found') throw new Error(`Found: ${resolution.note}`);
  return resolution;
}
