import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { installCodeServer } from './install';

export interface LaunchOptions {
  /** Path of a VSIX to install first. */
  readonly vsix?: string;
  /** Whether every folder is trusted without asking. */
  readonly trusted?: boolean;
  /** User settings beyond the harness's own. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment beyond this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running VS Code server with a profile of its own. */
export interface RealVscode {
  /** `http://localhost:PORT`. */
  readonly origin: string;
  readonly port: number;
  /** Folder of its settings, extensions and logs; removed by `stop`. */
  readonly home: string;
  /** Address that opens `folder`. */
  urlOf(folder: string, query?: Readonly<Record<string, string>>): string;
  /** Ends the server and what it started, and removes its folder. */
  stop(): Promise<void>;
}

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // The path of the active editor in the workspace: what a test waits for.
  'window.title': '${activeEditorMedium}',
  'json.schemaDownload.enable': false,
};

/** Starts a VS Code server on a free loopback port. Throws Error with its output when it does not come up. */
export async function launchRealVscode(options: LaunchOptions = {}): Promise<RealVscode> {
  const entry = await installCodeServer();
  const home = await mkdtemp(path.join(tmpdir(), 'headroom-vscode-'));
  const flags = [
    ['--user-data-dir', path.join(home, 'data')],
    ['--extensions-dir', path.join(home, 'extensions')],
    ['--config', path.join(home, 'config.yaml')],
  ].flat();
  await mkdir(path.join(home, 'data/User'), { recursive: true });
  await writeFile(path.join(home, 'config.yaml'), 'auth: none\n');
  await writeFile(
    path.join(home, 'data/User/settings.json'),
    JSON.stringify({ ...quietSettings, ...options.settings }),
  );
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  // Set inside a VS Code terminal, it would make the server talk to that editor instead.
  delete env['VSCODE_IPC_HOOK_CLI'];

  if (options.vsix !== undefined) {
    const install = [entry, ...flags, '--install-extension', path.resolve(options.vsix)];
    await promisify(execFile)(process.execPath, install, { env });
  }
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      entry,
      ...flags,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${String(port)}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
    ],
    // A process group of its own, so that `stop` ends the extension hosts too and nothing else.
    { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  server.stdout.on('data', keep);
  server.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => {
      resolve();
    });
  });
  const kill = (): void => {
    const isOver = server.exitCode !== null || server.signalCode !== null;
    if (!isOver && server.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
  };
  process.once('exit', kill); // Also when this process is interrupted before it came to `stop`.
  const stop = async (): Promise<void> => {
    kill();
    await ended;
    process.off('exit', kill);
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  if (!(await answers(port, () => server.exitCode !== null))) {
    await stop();
    throw new Error(`VS Code did not come up:\n${output}`);
  }
  const origin = `http://localhost:${String(port)}`;
  const urlOf = (folder: string, query: Readonly<Record<string, string>> = {}): string =>
    `${origin}/?${new URLSearchParams({ folder, ...query }).toString()}`;
  return { origin, port, home, urlOf, stop };
}

async function answers(port: number, isDead: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 150 && !isDead(); attempt++) {
    const reply = await fetch(`http://127.0.0.1:${String(port)}/healthz`).catch(() => undefined);
    if (reply?.ok === true) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('No free port.'));
      });
    });
  });
}
