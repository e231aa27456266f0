/** Configs are a few KiB; what is larger than this (in bytes) is not one. */
export const LARGEST_CONFIG = 8 * 1024 * 1024;

/** How model files are looked at: by Node in the command line, by the editor's file system in the extension. */
export interface FileAccess {
  /** The text of a file; undefined where there is none, or where it is larger than any config. */
  readText(path: string): Promise<string | undefined>;
  /** The names in a folder; undefined where there is none. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** When a file or folder was last changed, in milliseconds since 1970; undefined where there is none. */
  modifiedAt(path: string): Promise<number | undefined>;
  /** The path of `parts` below `folder`, with `.` and `..` taken out. */
  join(folder: string, ...parts: string[]): string;
  isAbsolute(path: string): boolean;
}
