import type { TextRange } from '../model/modelSpec';

export interface ConfigErrorDetails {
  /** Name of the file as people know it. */
  readonly file: string;
  /** The key at fault, where one is. */
  readonly key?: string;
  /** What is wrong, as a sentence that names the key. */
  readonly problem: string;
  /** What to change, as a sentence. */
  readonly mend: string;
  /** The text at fault, where it is in the file. */
  readonly range?: TextRange;
}

/** A config that cannot be read as a model. Its message says which file, which key and what to change. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';
  public readonly file: string;
  public readonly key: string | undefined;
  public readonly problem: string;
  public readonly mend: string;
  public readonly range: TextRange | undefined;

  public constructor(details: ConfigErrorDetails) {
    super(`${details.file}: ${details.problem} ${details.mend}`);
    this.file = details.file;
    this.key = details.key;
    this.problem = details.problem;
    this.mend = details.mend;
    this.range = details.range;
  }
}
