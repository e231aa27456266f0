// `npm run package -- [platform...]`: one VSIX a platform, holding only that platform's runtime.
// Without platforms, the one this runs on. The VSIX goes to out/headroom-<platform>.vsix.
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { runtimePlatforms } from '../src/extension/runtimeSupport';

/** An ignore file that lets nothing in but what it names: what is forgotten is left out, not shipped. */
function ignoreFile(platform: string): string {
  const [os, arch] = platform.split('-');
  return [
    '**',
    '!package.json',
    '!package.nls*.json',
    '!l10n/*.json',
    '!README.md',
    '!CHANGELOG.md',
    '!LICENSE',
    '!THIRD_PARTY_NOTICES.md',
    // What the README links to.
    '!CONTRIBUTING.md',
    '!docs/json.md',
    '!src/cost/README.md',
    '!dist/*.js',
    '!dist/*.css',
    '!media/*.png',
    '!media/*.svg',
    '!media/walkthrough/*',
    '!node_modules/onnxruntime-node/package.json',
    '!node_modules/onnxruntime-node/dist/*.js',
    `!node_modules/onnxruntime-node/bin/napi-v6/${String(os)}/${String(arch)}/*`,
    '!node_modules/onnxruntime-common/package.json',
    '!node_modules/onnxruntime-common/dist/cjs/*.js',
    '!node_modules/onnxruntime-common/dist/cjs/package.json',
    '',
  ].join('\n');
}

/** Packs the built extension for `platform` and returns the VSIX's path. Throws Error when vsce refuses. */
export async function packageFor(platform: string): Promise<string> {
  if (!runtimePlatforms.some((each) => each === platform)) {
    throw new Error(`The runtime has no binary for ${platform}. There are ${runtimePlatforms.join(', ')}.`);
  }
  const vsix = `out/headroom-${platform}.vsix`;
  const ignore = `out/${platform}.vscodeignore`;
  await mkdir('out', { recursive: true });
  await rm(vsix, { force: true });
  await writeFile(ignore, ignoreFile(platform));
  const args = ['package', '--target', platform, '--out', vsix, '--ignoreFile', ignore];
  // The manifest names no repository that the README's relative links could be rewritten to.
  args.push('--allow-missing-repository', '--no-rewrite-relative-links');
  const { status } = spawnSync('node_modules/.bin/vsce', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`vsce ended with status ${String(status)}.`);
  return vsix;
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  for (const platform of asked.length > 0 ? asked : [`${process.platform}-${process.arch}`]) {
    await packageFor(platform);
  }
}

if (require.main === module) void main();
