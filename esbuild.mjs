// Bundles everything that ships. `node esbuild.mjs [--production] [--watch] [bundle...]`
// Bundles: extension, onRequest, configReader, worker, graphicsWorker, cli, panel, style; without names, all of them.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { context } from 'esbuild';
import { writePanelTranslations } from './scripts/l10n.mjs';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const production = flags.includes('--production');

const common = {
  bundle: true,
  outdir: 'dist',
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  metafile: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  logLevel: 'info',
};

const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // jsonc-parser's `main` is UMD with dynamic requires, which esbuild cannot follow.
  mainFields: ['module', 'main'],
};

const browser = { ...common, platform: 'browser', format: 'iife', target: 'es2022' };

/** Imports of these become imports of bundles of their own, which are loaded when they are first needed. */
const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /\/(configReader|onRequest)$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${path.split('/').at(-1)}.js`, external: true } : undefined,
    );
  },
};

const bundles = {
  extension: {
    ...node,
    entryPoints: { extension: 'src/extension/extension.ts' },
    external: ['vscode'],
    plugins: [loadedLater],
  },
  onRequest: {
    ...node,
    entryPoints: { onRequest: 'src/extension/onRequest.ts' },
    external: ['vscode'],
    plugins: [loadedLater],
  },
  configReader: { ...node, entryPoints: { configReader: 'src/config/configReader.ts' } },
  worker: { ...node, entryPoints: { worker: 'src/engine/worker.ts' }, external: ['onnxruntime-node'] },
  graphicsWorker: { ...node, entryPoints: { graphicsWorker: 'src/engine/graphicsWorker.ts' } },
  cli: { ...node, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  panel: { ...browser, entryPoints: { panel: 'webview/main.ts' } },
  style: { ...browser, entryPoints: { panel: 'webview/panel.css', standalone: 'webview/standalone.css' } },
};

const unknown = names.filter((name) => !(name in bundles));
if (unknown.length > 0) {
  console.error(`No such bundle: ${unknown.join(', ')}. There are ${Object.keys(bundles).join(', ')}.`);
  process.exit(2);
}

// What an earlier build left must neither ship nor be named in the notices. A watcher may be serving a debugger.
if (names.length === 0 && !flags.includes('--watch')) {
  for (const folder of ['dist', 'out/meta']) await rm(folder, { recursive: true, force: true });
}
await mkdir('out/meta', { recursive: true });
if (names.length === 0 || names.includes('panel')) await writePanelTranslations();
for (const name of names.length > 0 ? names : Object.keys(bundles)) {
  const build = await context(bundles[name]);
  if (flags.includes('--watch')) {
    await build.watch();
    continue;
  }
  try {
    const { metafile } = await build.rebuild();
    // Read by scripts/notices.mjs: what is inside the bundles has to be named.
    await writeFile(`out/meta/${name}.json`, JSON.stringify(metafile));
  } catch {
    process.exitCode = 1; // esbuild has said why.
  } finally {
    await build.dispose();
  }
}
