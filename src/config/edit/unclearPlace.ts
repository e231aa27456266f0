import * as l10n from '@vscode/l10n';
import { ConfigError } from '../configError';

/**
 * The error of a key that cannot be set, since it is not clear where, or not without changing more. `why` follows
 * `cannot be set:`; `mend` is a sentence.
 */
export function unclearPlace(
  file: string,
  path: readonly string[],
  why: string,
  mend = l10n.t('Change it by hand.'),
): ConfigError {
  const key = path.join('.');
  return new ConfigError({
    file,
    key,
    problem: l10n.t('"{0}" cannot be set: {1}.', key.slice(0, 100), why),
    mend,
  });
}

/** The same for a key that is written more than once in its mapping. */
export function writtenTwice(file: string, path: readonly string[]): ConfigError {
  return unclearPlace(
    file,
    path,
    l10n.t('it is written more than once, so it is not clear which one to change'),
    l10n.t('Remove all but one.'),
  );
}

/** The same for a key that leads to a list or a mapping in place of one value. */
export function holdsCollection(file: string, path: readonly string[]): ConfigError {
  return unclearPlace(file, path, l10n.t('it holds a list or a mapping'));
}

/** The same for a key below something that has no keys. */
export function noMapping(file: string, path: readonly string[], key: string): ConfigError {
  return unclearPlace(file, path, l10n.t('"{0}" is no mapping', key.slice(0, 100)));
}

/** The same for a list whose comments a list of `length` entries would not keep. */
export function commentsInList(file: string, path: readonly string[], length: number): ConfigError {
  return unclearPlace(
    file,
    path,
    l10n.t('its list has another length, and comments or anchors that would be lost'),
    l10n.t('Give the list {0} entries by hand.', String(length)),
  );
}
