import { readdir, readFile } from 'node:fs/promises';

/**
 * Process ids of the engine workers that VS Code started from the extension in `home`. Reads /proc: these tests
 * run on Linux.
 */
export async function workerProcesses(home: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    // A process may end between the listing and the reading.
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return ids.filter((_, index) => isWorker(lines[index] ?? '', home)).map(Number);
}

/** Resolves with the one worker's id, or with undefined for none, once that many run. */
export async function awaitWorkers(
  home: string,
  count: number,
  limitMs = 30_000,
): Promise<number | undefined> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await workerProcesses(home);
    if (found.length === count) return found[0];
    if (Date.now() > end) throw new Error(`${String(found.length)} workers run, not ${String(count)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isWorker(commandLine: string, home: string): boolean {
  return commandLine.includes(home) && commandLine.includes('dist/worker.js');
}
