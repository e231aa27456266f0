import * as l10n from '@vscode/l10n';
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunError } from '../report/report';
import { isEngineEvent, type EngineEvent, type EngineRequest } from './protocol';

export interface EngineRun {
  readonly workerPath: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly log: (line: string) => void;
  /** Told the process id as soon as there is one. */
  readonly onWorker?: (pid: number) => void;
  /** Longest time without any message from the process; the default grows with the budget. */
  readonly silenceMs?: number;
}

/** How a run ended. */
export type EngineOutcome =
  | { readonly state: 'complete' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: RunError };

/** Beyond the budget, for the last run of the longest length, which is not interrupted. */
const GRACE_MS = 60_000;

/**
 * Runs the engine in a process of its own and relays its events. Always resolves: a crash, an
 * out-of-memory, a hang or a missing bundle are outcomes. Aborting the signal ends the process at once.
 */
export async function runEngine(request: EngineRequest, run: EngineRun): Promise<EngineOutcome> {
  if (run.signal.aborted) return { state: 'cancelled' };
  if (!existsSync(run.workerPath)) {
    return failed(
      'runtime',
      l10n.t("The engine's program {0} is missing.", run.workerPath),
      l10n.t('Reinstall Headroom.'),
    );
  }
  const scratch = await makeScratch(run.log);
  const child = fork(run.workerPath, [], {
    // No inspector port or loader of the parent; and in a desktop editor the executable is Electron.
    execArgv: [],
    env: engineEnvironment(scratch),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const outcome = await supervise(child, request, run);
  child.removeAllListeners();
  // An error without a listener would be thrown in the editor's process.
  child.on('error', () => undefined);
  const removed = scratch === undefined ? Promise.resolve() : removeAfter(child, scratch);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  // Who cancels wants an answer at once; else the folder is gone when the outcome is known.
  if (outcome.state !== 'cancelled') {
    await Promise.race([removed, delay(LONGEST_END_MS, undefined, { ref: false })]);
  }
  return outcome;
}

/**
 * The engine's environment. Large pages (glibc's `malloc.hugetlb`, Linux only) keep the first touch of
 * every buffer from costing more than the run itself, as it does in virtual machines; what the user has
 * set is left alone.
 */
function engineEnvironment(scratch: string | undefined): NodeJS.ProcessEnv {
  return {
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
    ...process.env,
    ELECTRON_RUN_AS_NODE: '1',
    ...(scratch === undefined ? {} : { TMPDIR: scratch, TEMP: scratch, TMP: scratch }),
  };
}

/** Longest time that is waited for a process which was told to end. */
const LONGEST_END_MS = 2000;

/** Removes the folder when the child has ended, or with this process where that comes first. */
function removeAfter(child: ChildProcess, scratch: string): Promise<void> {
  return new Promise((resolve) => {
    const remove = (): void => {
      process.off('exit', remove);
      rmSync(scratch, { recursive: true, force: true, maxRetries: 2 });
      resolve();
    };
    if (child.exitCode !== null || child.signalCode !== null) {
      remove();
      return;
    }
    process.once('exit', remove);
    child.once('exit', remove);
  });
}

/**
 * A folder for what the engine's process writes: a process that is ended cannot tidy up after itself.
 * Undefined where the system's temporary folder cannot be written; the run does without.
 */
async function makeScratch(log: EngineRun['log']): Promise<string | undefined> {
  try {
    return await mkdtemp(join(tmpdir(), 'headroom-'));
  } catch (error) {
    log(`no temporary folder: ${String(error)}`);
    return undefined;
  }
}

function supervise(child: ChildProcess, request: EngineRequest, run: EngineRun): Promise<EngineOutcome> {
  return new Promise((resolve) => {
    const silenceMs = run.silenceMs ?? request.budgetSeconds * 1000 + GRACE_MS;
    let errors = '';
    let watchdog: NodeJS.Timeout;
    const settle = (outcome: EngineOutcome): void => {
      clearTimeout(watchdog);
      // Messages that have arrived already would be relayed, and would start the watchdog again.
      child.removeAllListeners('message');
      run.signal.removeEventListener('abort', cancel);
      resolve(outcome);
    };
    const cancel = (): void => {
      run.log('cancelled: ending the engine process');
      child.kill('SIGKILL');
      settle({ state: 'cancelled' });
    };
    const watch = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => {
        child.kill('SIGKILL');
        settle(
          failed(
            'time-out',
            l10n.t(
              'The engine gave no sign of life for {0} s and was ended.',
              String(Math.round(silenceMs / 1000)),
            ),
            l10n.t('Retry at a shorter length or on another device.'),
          ),
        );
      }, silenceMs);
    };
    watch();
    run.signal.addEventListener('abort', cancel, { once: true });
    if (run.signal.aborted) {
      cancel();
      return;
    }

    child.stdout?.on('data', (chunk: Buffer) => {
      run.log(`engine: ${chunk.toString().trimEnd()}`);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      errors = (errors + text).slice(-4000);
      run.log(`engine: ${text.trimEnd()}`);
    });
    child.on('message', (message) => {
      watch();
      if (!isEngineEvent(message)) {
        run.log('the engine sent something unreadable; it is ignored');
        return;
      }
      if (message.type === 'done') settle({ state: 'complete' });
      else if (message.type === 'failed') settle(failed(message.kind, message.message, mendOf(message.kind)));
      else run.onEvent(message);
    });
    child.once('error', (error) => {
      settle(
        failed(
          'runtime',
          l10n.t('The engine could not be started: {0}', error.message),
          l10n.t('See the log for details, then retry.'),
        ),
      );
    });
    // 'close' comes after the last message and the last line of output; 'exit' may come before them.
    child.once('close', (code, signal) => {
      settle(exitOutcome(code, signal, errors));
    });
    if (child.pid !== undefined) run.onWorker?.(child.pid);
    run.log(`engine process ${String(child.pid)} started`);
    child.send(request, (error) => {
      if (error !== null) run.log(`the engine did not take the request: ${error.message}`);
    });
  });
}

function exitOutcome(code: number | null, signal: string | null, errors: string): EngineOutcome {
  if (/bad_alloc|out of memory|heap limit/i.test(errors)) {
    return failed(
      'out-of-memory',
      l10n.t('The engine ran out of memory and ended.'),
      mendOf('out-of-memory'),
    );
  }
  if (signal === 'SIGKILL') {
    return failed(
      'crash',
      l10n.t(
        'The engine was killed (SIGKILL), which is what the system does to a process when memory runs out.',
      ),
      mendOf('out-of-memory'),
    );
  }
  const how = signal ?? l10n.t('exit code {0}', String(code));
  const line = errors.trim().split('\n').at(-1) ?? '';
  return failed(
    'crash',
    line === ''
      ? l10n.t('The engine ended unexpectedly ({0}).', how)
      : l10n.t('The engine ended unexpectedly ({0}): {1}', how, line.slice(0, 300)),
    mendOf('runtime'),
  );
}

function mendOf(kind: 'out-of-memory' | 'device' | 'runtime'): string {
  switch (kind) {
    case 'out-of-memory':
      return l10n.t('Retry at a shorter length or a smaller batch, or free memory.');
    case 'device':
      return l10n.t('Choose another device in the settings, or update its driver.');
    case 'runtime':
      return l10n.t('Retry; if it happens again, choose another device in the settings and see the log.');
  }
}

function failed(kind: RunError['kind'], message: string, mend: string): EngineOutcome {
  return { state: 'failed', error: { kind, message, mend } };
}
