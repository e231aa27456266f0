import { execFile } from 'node:child_process';
import { access, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** code-server 4.100.3 is VS Code 1.100.3: the oldest that package.json's `engines.vscode` admits. */
export const oldestCodeServer = '4.100.3';

const server = 'node_modules/code-server/lib/vscode';

/** Native modules, and where `npm rebuild` finds them. argon2 last: the entry point dies without it. */
const natives = [
  [server, '@vscode/spdlog'],
  [server, 'node-pty'],
  [server, '@vscode/native-watchdog'],
  [server, '@parcel/watcher'],
  ['', 'argon2'],
] as const;

/** One of each group has to be there, or the server does not start. */
const binaries = [
  [`${server}/node_modules/@vscode/spdlog/build/Release/spdlog.node`],
  [`${server}/node_modules/node-pty/build/Release/pty.node`],
  [
    'node_modules/argon2/lib/binding/napi-v3/argon2.node',
    'node_modules/argon2/build-tmp-napi-v3/Release/argon2.node',
    'node_modules/argon2/build/Release/argon2.node',
  ],
];

/**
 * Installs code-server (VS Code served to a browser) from npm into a cache folder outside the checkout, and
 * returns the path of its entry point: a real VS Code without the download that @vscode/test-electron needs.
 * Takes one to two minutes the first time, then nothing. Throws Error with the compiler's words when a native
 * module was not built.
 */
export async function installCodeServer(version = oldestCodeServer): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  // Its native modules hold for one Node ABI and one processor.
  const abi = `node${process.versions.modules}-${process.arch}`;
  const folder = path.join(cache, 'headroom', `code-server-${version}-rg-${abi}`);
  const entry = path.join(folder, 'node_modules/code-server/out/node/entry.js');
  if (await exists(path.join(folder, 'ready'))) return entry;

  console.log(`Installing code-server ${version} into ${folder} (once)…`);
  await removeAbandoned(folder);
  // Built beside its place and renamed, so that an interrupted install is never taken for a ready one.
  const building = `${folder}.${String(process.pid)}`;
  try {
    await build(building, version);
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return entry;
}

async function build(building: string, version: string): Promise<void> {
  await mkdir(building, { recursive: true });
  await writeFile(path.join(building, 'package.json'), '{"private":true}');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await npm(building, ['install', `code-server@${version}`, ...quiet]);
  await warnOfOtherNode(path.join(building, 'node_modules/code-server/package.json'));
  await npm(path.join(building, server), ['install', '--omit=dev', ...quiet]);
  const failures: string[] = [];
  for (const [where, name] of natives) {
    // One at a time: where one fails, npm ends the others. The files decide, not the exit code.
    await npm(path.join(building, where), ['rebuild', name, '--dangerously-allow-all-scripts']).catch(
      (error: unknown) => failures.push(error instanceof Error ? error.message : String(error)),
    );
  }
  for (const places of binaries) {
    if (await anyExists(building, places)) continue;
    throw new Error(`code-server ${version}: ${String(places[0])} was not built.\n${failures.join('\n')}`);
  }
  await addRipgrep(building);
  await writeFile(path.join(building, 'ready'), new Date().toISOString());
}

/** The package downloads its binary in an install script; this system's own takes its place. */
async function addRipgrep(building: string): Promise<void> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const own = path.join(folder, 'rg');
    if (!(await exists(own))) continue;
    const bin = path.join(building, server, 'node_modules/@vscode/ripgrep/bin');
    await mkdir(bin, { recursive: true });
    await copyFile(own, path.join(bin, 'rg'));
    return;
  }
  throw new Error('rg was not found: install ripgrep (Debian, Ubuntu: `sudo apt-get install ripgrep`).');
}

/** Removes what installs left behind that were killed: folders named for processes that are no more. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const prefix = `${path.basename(folder)}.`;
  for (const name of await readdir(parent).catch(() => [])) {
    const id = Number(name.slice(prefix.length));
    if (!name.startsWith(prefix) || !Number.isInteger(id) || isRunning(id)) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // Not permitted means that somebody else's process has the id.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** code-server declares one major version of Node; under another it may build and then not start. */
async function warnOfOtherNode(manifest: string): Promise<void> {
  const declared = /"node":\s*"(\d+)"/.exec(await readFile(manifest, 'utf8'))?.[1];
  const own = process.versions.node.split('.')[0];
  if (declared === undefined || declared === own) return;
  console.warn(
    `Warning: this code-server is made for Node ${declared}, and this is Node ${process.versions.node}. ` +
      `Should it not build or start, run the host and end-to-end tests under Node ${declared}.`,
  );
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  // The checkout's .npmrc and `npm test`'s own settings must not reach the other install.
  const kept = /^npm_config_(nodedir|registry|cafile|proxy|https_proxy|cache)$/i;
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)),
  );
  env['npm_config_yes'] = 'true'; // node-pty's own build asks npx for node-gyp.
  const headers = env['npm_config_nodedir'] ?? (await nodeHeaders());
  if (headers !== undefined) env['npm_config_nodedir'] = headers;
  await promisify(execFile)('npm', args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
}

/** The prefix whose include/node holds this Node's headers, if they are here: else node-gyp downloads them. */
async function nodeHeaders(): Promise<string | undefined> {
  const prefix = path.resolve(process.execPath, '../..');
  return (await exists(path.join(prefix, 'include/node/node.h'))) ? prefix : undefined;
}

async function anyExists(folder: string, places: readonly string[]): Promise<boolean> {
  for (const place of places) if (await exists(path.join(folder, place))) return true;
  return false;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

if (require.main === module) void installCodeServer(process.argv[2]).then(console.log);
