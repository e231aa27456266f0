// What the tests need besides npm's packages. Finds each, or installs Debian's where that is allowed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

const chromiumPlaces = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].filter((place) => place !== undefined);

/** Path of a Chromium. Throws with what to install when there is none and it cannot be installed here. */
export function ensureChromium() {
  const found = chromiumPlaces.find(isExecutable);
  if (found) return found;
  install(['chromium']);
  const installed = chromiumPlaces.find(isExecutable);
  if (installed) return installed;
  throw new Error(
    'No Chromium found. Install one (Debian, Ubuntu: `sudo apt-get install chromium`) or name one in CHROMIUM.',
  );
}

/** code-server's native modules are compiled here. Throws with what to install when that cannot be done. */
export function ensureCompilers() {
  const needed = { 'g++': 'g++', make: 'make', python3: 'python3' };
  const missing = () => Object.keys(needed).filter((tool) => !onPath(tool));
  if (missing().length === 0) return;
  install(missing().map((tool) => needed[tool]));
  const still = missing();
  if (still.length > 0) {
    throw new Error(
      `${still.join(', ')} not found: install it (Debian, Ubuntu: \`sudo apt-get install g++ make python3\`).`,
    );
  }
}

/** The Vulkan loader lets the WebGPU tests run on Chromium's software GPU; without it they are skipped. */
export function ensureVulkanLoader() {
  const found = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].some(
    (folder) => existsSync(path.join(folder, 'libvulkan.so.1')),
  );
  if (!found) install(['libvulkan1']);
}

/**
 * VS Code finds the files of a workspace with ripgrep, by which it knows which extensions a workspace starts; the
 * server's npm package lacks it.
 */
export function ensureRipgrep() {
  if (!onPath('rg')) install(['ripgrep']);
  if (!onPath('rg')) {
    throw new Error('rg not found: install it (Debian, Ubuntu: `sudo apt-get install ripgrep`).');
  }
}

let updated = false;

/** Installs packages where this is root on a system with apt; elsewhere it does nothing. */
function install(packages) {
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!updated) spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  updated = true;
  console.log(`Installing ${packages.join(', ')} with apt-get…`);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
}

function onPath(tool) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => isExecutable(path.join(folder, tool)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
