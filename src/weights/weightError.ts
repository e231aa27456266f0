import { ConfigError } from '../config/configError';

const FETCH_AGAIN = 'Download or export the file again.';

/** An error about a weight file. Without advice of its own: fetch the file again. */
export function weightError(file: string, problem: string, mend: string = FETCH_AGAIN): ConfigError {
  return new ConfigError({ file, problem, mend });
}

/** A name from a file as it is shown in messages, never long. */
export function quoted(name: string): string {
  return name.length > 80 ? `"${name.slice(0, 79)}…"` : `"${name}"`;
}

/** Says that data which the header places in the file is beyond its end. */
export function cutOff(file: string, missing: number): ConfigError {
  return weightError(file, `The file is cut off: its last ${String(missing)} bytes are missing.`);
}
