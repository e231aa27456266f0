import { ConfigError } from '../configError';

/** The error of a key that cannot be set, since it is not clear where, or not without changing more. */
export function unclearPlace(file: string, path: readonly string[], why: string): ConfigError {
  const key = path.join('.');
  return new ConfigError({
    file,
    key,
    problem: `"${key.slice(0, 100)}" cannot be set: ${why}.`,
    mend: 'Change it by hand.',
  });
}

/** The same for a key that is written more than once in its mapping. */
export function writtenTwice(file: string, path: readonly string[]): ConfigError {
  return unclearPlace(file, path, 'it is written more than once, so it is not clear which one to change');
}
