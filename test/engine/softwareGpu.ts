import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const hasLoader = (): boolean =>
  process.platform === 'linux' &&
  ['/usr/lib', ...subfolders('/usr/lib')].some((folder) => existsSync(join(folder, 'libvulkan.so.1')));

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
    .map((entry) => join(folder, entry.name));
}

/**
 * Has the tests of the enclosing `describe`, and the processes that they start, find Chromium's software GPU as their
 * Vulkan device. They are skipped, and say so, where it is missing.
 */
export function useSoftwareGpu(): void {
  let folder = '';
  const saved = new Map<string, string | undefined>();

  before(function () {
    if (!existsSync(driver) || !hasLoader()) {
      console.log(`    skipped: there is no software GPU (${driver} and libvulkan.so.1)`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'headroom-webgpu-'));
    for (const [name, value] of [
      ['VK_ICD_FILENAMES', driver],
      ['VK_DRIVER_FILES', driver],
      ['XDG_RUNTIME_DIR', folder],
    ] as const) {
      saved.set(name, process.env[name]);
      process.env[name] = value;
    }
  });

  after(() => {
    for (const [name, value] of saved) {
      // Assigning undefined would make it the text 'undefined'.
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });
}
