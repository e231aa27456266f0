import type { TextRange } from '../model/modelSpec';
import type { Repository } from './fetch/repository';

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
  /** The repository of the model that the file names and that is not on this computer. */
  readonly missingModel?: Repository;
  /** The config is right as far as it goes, but the model that it is about is not on this computer. */
  readonly isModelMissing?: boolean;
}

/** A config that cannot be read as a model. Its message says which file, which key and what to change. */
export class ConfigError extends Error {
  public override readonly name = 'ConfigError';
  public readonly file: string;
  public readonly key: string | undefined;
  public readonly problem: string;
  public readonly mend: string;
  public readonly range: TextRange | undefined;
  public readonly missingModel: Repository | undefined;
  public readonly isModelMissing: boolean;

  public constructor(details: ConfigErrorDetails) {
    super(`${details.file}: ${details.problem} ${details.mend}`);
    this.file = details.file;
    this.key = details.key;
    this.problem = details.problem;
    this.mend = details.mend;
    this.range = details.range;
    this.missingModel = details.missingModel;
    this.isModelMissing = details.isModelMissing ?? false;
  }
}

/** Whether `error` is a ConfigError, of this bundle or of another one, whose class is not the same object. */
export function isConfigError(error: unknown): error is ConfigError {
  return error instanceof Error && error.name === 'ConfigError' && 'problem' in error && 'mend' in error;
}
