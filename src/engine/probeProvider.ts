import * as l10n from '@vscode/l10n';
import { fork } from 'node:child_process';
import type { RunDType } from '../attention/mechanism';

/** What a provider turned out to be able to do. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Why not, or what was measured. */
  readonly detail: string;
  readonly precision: RunDType;
  readonly flopsPerSecond: number;
}

/** The first argument that makes the engine's bundle probe one provider and exit. */
export const PROBE_ARGUMENT = 'probe';

/** Longest time that a driver may take to show that it works. */
const LONGEST_PROBE_MS = 20_000;

/**
 * Tries a provider in a process of its own: a broken GPU driver may end the process, and must not
 * take the run with it. Never rejects. Loads no runtime itself, so that the editor's process may call it.
 */
export async function probeProvider(
  provider: string,
  workerPath: string,
  budgetSeconds: number,
): Promise<ProbeResult> {
  const timeoutMs = Math.min(LONGEST_PROBE_MS, Math.max(3000, budgetSeconds * 1000));
  return new Promise((resolve) => {
    const child = fork(workerPath, [PROBE_ARGUMENT, provider], {
      execArgv: [],
      // In a desktop editor the executable is Electron.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(unusable(l10n.t('did not answer within {0} s', String(timeoutMs / 1000))));
    }, timeoutMs);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(isProbeResult(message) ? message : unusable(l10n.t('answered with something unreadable')));
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(unusable(l10n.t('the probe could not be started: {0}', error.message)));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(unusable(l10n.t('the probe’s process ended ({0})', signal ?? String(code))));
    });
  });
}

/** The result for a provider that cannot be used. */
export function unusable(detail: string): ProbeResult {
  return { ok: false, detail, precision: 'float32', flopsPerSecond: 0 };
}

function isProbeResult(message: unknown): message is ProbeResult {
  return (
    typeof message === 'object' &&
    message !== null &&
    'ok' in message &&
    typeof message.ok === 'boolean' &&
    'detail' in message &&
    typeof message.detail === 'string' &&
    'precision' in message &&
    'flopsPerSecond' in message
  );
}
