import { execFile } from 'node:child_process';

const LONGEST_MS = 10_000;

/**
 * The libraries that the loader does not find for `library`: `libcudnn.so.9`. Asks `ldd`, which loads the file:
 * only for one that was installed with the user's consent. Empty where nothing is missing or ldd cannot be run.
 */
export async function missingLibraries(library: string, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve) => {
    execFile('ldd', [library], { timeout: LONGEST_MS, signal }, (_error, output) => {
      resolve(parseMissing(output));
    });
  });
}

/** The names that the output of ldd says are not found, each once. */
export function parseMissing(output: string): string[] {
  const names = output.split('\n').flatMap((line) => /^\s*(\S{1,200}) => not found/.exec(line)?.[1] ?? []);
  return [...new Set(names)];
}
