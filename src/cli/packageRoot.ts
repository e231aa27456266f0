import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of Headroom's own package.json, from the sources and from the bundle alike. What ships beside
 * the command line (the engine, the panel, the example) is found from here.
 * @throws Error where the package is incomplete.
 */
export function packageRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (manifestName(folder) === 'headroom') return folder;
    if (folder === dirname(folder))
      throw new Error(`The files of Headroom are incomplete around ${__dirname}.`);
  }
}

function manifestName(folder: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest ? manifest.name : undefined;
}
