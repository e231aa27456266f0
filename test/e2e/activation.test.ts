import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tinyLlama } from '../fixtures/tinyLlama';
import { Workbench } from './workbench';
import { workerProcesses } from './workerProcesses';

const ours = 'headroom.headroom';

/** Files that are no model's, two of them with names and keys that come near. */
const plain: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "app", "version": "1.0.0", "config": { "max_length": 4096 } }\n',
  'notes.md': '# Notes\n\nmax_position_embeddings: 4096\n',
  '.github/workflows/ci.yaml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n',
};

describe('activation in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench | undefined;
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await vscode?.screenshot('failed-activation');
    await vscode?.close();
    vscode = undefined;
  });

  it('does not happen in a workspace without configs, whatever is opened', async () => {
    vscode = await Workbench.open(await workspaceOf(plain));
    for (const file of Object.keys(plain)) await vscode.openFile(file);
    // The extension host activates others by now, and looks through the workspace for at most seven seconds.
    await until('another extension is activated', vscode, (lines) =>
      lines.some((line) => line.includes('vscode.json-language-features')),
    );
    await vscode.page.waitForTimeout(10_000);
    assert.deepEqual(await activations(vscode, ours), []);
    assert.equal(await vscode.codeLenses.count(), 0);
    assert.equal(await vscode.deviceItem.count(), 0);
    assert.equal(await vscode.profileButton.count(), 0);
    assert.equal(await vscode.notification(/./).count(), 0);
  });

  it('happens by itself where a sub-folder has a config, and nothing has to be run to see its cost', async () => {
    const config = `${JSON.stringify(tinyLlama, undefined, 2)}\n`;
    vscode = await Workbench.open(await workspaceOf({ ...plain, 'models/tiny/config.json': config }));
    await until('a config is found', vscode, (lines) => lines.some((line) => line.includes(ours)));
    const [activation, ...more] = await activations(vscode, ours);
    assert.match(activation ?? '', /activationEvent: 'workspaceContains:/);
    assert.deepEqual(more, []);
    assert.equal(await vscode.deviceItem.count(), 0, 'nothing shows before a config is in front');
    await vscode.openFile('models/tiny/config.json');
    await vscode.codeLenses.filter({ hasText: /tokens · KV .+ · peak / }).waitFor({ timeout: 60_000 });
    await vscode.deviceItem.filter({ hasText: /[GM]iB/ }).waitFor({ timeout: 60_000 });
    assert.deepEqual(await workerProcesses(vscode.home), []);
  });
});

async function workspaceOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-e2e-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** The lines in which the extension host tells that it activates `extension`, and on what event. */
async function activations({ home }: Workbench, extension = ''): Promise<string[]> {
  const logs = path.join(home, 'data/logs');
  const files = await readdir(logs, { recursive: true });
  const texts = files
    .filter((file) => path.basename(file) === 'remoteexthost.log')
    .map((file) => readFile(path.join(logs, file), 'utf8'));
  return (await Promise.all(texts))
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes('_doActivateExtension') && line.includes(extension));
}

async function until(
  what: string,
  vscode: Workbench,
  happened: (lines: readonly string[]) => boolean,
): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const lines = await activations(vscode);
    if (happened(lines)) return;
    assert.ok(Date.now() < end, `${what}: it did not happen. Activated were:\n${lines.join('\n')}`);
    await vscode.page.waitForTimeout(200);
  }
}
