// The end-to-end tests drive a Chromium. Finds one, or installs Debian's when that is allowed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].filter((place) => place !== undefined);

/** Path of a Chromium. Throws with what to install when there is none and it cannot be installed here. */
export function ensureChromium() {
  const found = places.find(isExecutable);
  if (found) return found;
  if (process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get')) {
    console.log('Installing Chromium with apt-get…');
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const installed = places.find(isExecutable);
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium found. Install one (Debian, Ubuntu: `sudo apt-get install chromium`) or name one in CHROMIUM.',
  );
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
