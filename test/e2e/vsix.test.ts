import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sharedWorkbench } from './sharedWorkbench';

const native = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/`;

/** Everything that may be in the VSIX. */
const allowed = [
  /^package(\.nls(\.zh-cn)?)?\.json$/,
  /^l10n\/bundle\.l10n\.zh-cn\.json$/,
  /^(readme|changelog)\.md$/i,
  /^LICENSE(\.txt)?$/,
  /^(THIRD_PARTY_NOTICES|CONTRIBUTING)\.md$/i,
  /^docs\/json\.md$/,
  /^src\/cost\/readme\.md$/i,
  /^\.vsixmanifest$/,
  /^dist\/(extension|onRequest|configReader|worker|graphicsWorker|cli|panel|panel\.zh-cn)\.js$/,
  /^dist\/(panel|standalone)\.css$/,
  /^media\/[^/]+\.(png|svg)$/,
  /^media\/walkthrough\/\w+\.png$/,
  /^node_modules\/onnxruntime-node\/(package\.json|dist\/\w+\.js)$/,
  /^node_modules\/onnxruntime-common\/(package\.json|dist\/cjs\/([\w-]+\.js|package\.json))$/,
];

describe('the installed VSIX', function () {
  this.timeout(120_000);
  let folder = '';
  let files: string[] = [];
  before(async () => {
    const extensions = path.join((await sharedWorkbench()).home, 'extensions');
    const names = (await readdir(extensions)).filter((name) => name.startsWith('headroom.headroom-'));
    assert.equal(names.length, 1, names.join(', '));
    folder = path.join(extensions, names[0] ?? '');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  });

  it('holds what runs here and nothing else', () => {
    const odd = files.filter(
      (file) => !file.startsWith(native) && !allowed.some((pattern) => pattern.test(file)),
    );
    assert.deepEqual(odd, []);
    for (const needed of [
      'dist/configReader.js',
      'dist/extension.js',
      'dist/worker.js',
      'dist/panel.js',
      'dist/panel.css',
      'dist/standalone.css',
      'media/icon.png',
      'THIRD_PARTY_NOTICES.md',
      'docs/json.md',
      'src/cost/README.md',
      `${native}onnxruntime_binding.node`,
    ]) {
      assert.ok(files.includes(needed), `${needed} is missing`);
    }
  });

  it('has a runtime that loads and has the cpu provider', () => {
    const program = "console.log(JSON.stringify(require('onnxruntime-node').listSupportedBackends()))";
    const output = execFileSync(process.execPath, ['-e', program], { cwd: folder, encoding: 'utf8' });
    const backends: unknown = JSON.parse(output);
    assert.ok(Array.isArray(backends) && JSON.stringify(backends).includes('"cpu"'), output);
  });

  it('names every package that is inside, with its licence', async () => {
    const notices = await readFile(path.join(folder, 'THIRD_PARTY_NOTICES.md'), 'utf8');
    for (const name of [
      'onnxruntime-node',
      'onnxruntime-common',
      'jsonc-parser',
      'yaml',
      'toml-eslint-parser',
      '@huggingface/tasks',
      'valibot',
      'uplot',
    ]) {
      assert.match(notices, new RegExp(`^## ${name} `, 'm'));
    }
  });
});
