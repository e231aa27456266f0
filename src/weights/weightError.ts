import * as l10n from '@vscode/l10n';
import { ConfigError } from '../config/configError';

/** An error about a weight file. Without advice of its own: fetch the file again. */
export function weightError(
  file: string,
  problem: string,
  mend = l10n.t('Download or export the file again.'),
): ConfigError {
  return new ConfigError({ file, problem, mend });
}

/** A name from a file as it is shown in messages, never long. */
export function quoted(name: string): string {
  return name.length > 80 ? `"${name.slice(0, 79)}…"` : `"${name}"`;
}

/** Says that data which the header places in the file is beyond its end. */
export function cutOff(file: string, missing: number): ConfigError {
  return weightError(file, l10n.t('The file is cut off: its last {0} bytes are missing.', String(missing)));
}
