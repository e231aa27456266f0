import { fork } from 'node:child_process';
import { isGraphicsDevices, type GraphicsDevice } from './graphicsDevice';

/** What asking for the GPUs came to. */
export type GraphicsAnswer =
  | { readonly devices: readonly GraphicsDevice[] }
  /** Why there is no answer, for the log. */
  | { readonly problem: string };

/** Drivers that wake up a sleeping GPU take seconds. */
const LONGEST_MS = 20_000;

/**
 * Asks for the GPUs of this machine in the process of the bundle at `programPath`, which ends with the answer.
 * Never rejects. Aborting the signal ends the process.
 */
export async function askGraphics(
  programPath: string,
  signal: AbortSignal,
  longestMs = LONGEST_MS,
): Promise<GraphicsAnswer> {
  if (signal.aborted) return { problem: 'cancelled' };
  return new Promise((resolve) => {
    const child = fork(programPath, [], {
      execArgv: [],
      // In a desktop editor the executable is Electron.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const settle = (answer: GraphicsAnswer): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      child.kill('SIGKILL');
      resolve(answer);
    };
    const cancel = (): void => {
      settle({ problem: 'cancelled' });
    };
    const timer = setTimeout(() => {
      settle({ problem: `no answer within ${String(longestMs / 1000)} s` });
    }, longestMs);
    signal.addEventListener('abort', cancel, { once: true });
    child.once('message', (message) => {
      settle(isGraphicsDevices(message) ? { devices: message } : { problem: 'an unreadable answer' });
    });
    // Not once: an error without a listener would be thrown in the editor's process.
    child.on('error', (error) => {
      settle({ problem: error.message });
    });
    child.once('exit', (code, ended) => {
      settle({ problem: `its process ended with ${ended ?? `exit code ${String(code)}`}` });
    });
  });
}
