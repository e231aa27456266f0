import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tinyLlama } from '../fixtures/tinyLlama';
import { screenshotOnFailure } from './screenshotOnFailure';
import { Workbench } from './workbench';

const config = `${JSON.stringify(tinyLlama, undefined, 2)}\n`;

/** Two folders with settings of their own; a recipe in one names a model in the other. */
const files: Readonly<Record<string, string>> = {
  'all.code-workspace': JSON.stringify({
    folders: [{ path: 'training' }, { path: 'models' }],
    settings: { 'headroom.plannedDevice': 'H100 SXM 80GB' },
  }),
  'training/.vscode/settings.json': JSON.stringify({ 'headroom.batch': 4 }),
  'training/config.json': config,
  'training/sft.yaml': 'model_name_or_path: tiny\nmax_seq_length: 256\nper_device_train_batch_size: 2\n',
  'models/.vscode/settings.json': JSON.stringify({ 'headroom.inlayHints.enabled': true }),
  'models/tiny/config.json': config,
};

describe('a workspace of several folders', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'headroom-e2e-'));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    vscode = await Workbench.open(folder, { workspaceFile: 'all.code-workspace' });
  });
  after(() => vscode.close());
  screenshotOnFailure(() => vscode);

  it('takes the settings of the folder that a config is in, and the device of all', async () => {
    const hint = vscode.page
      .locator('.editor-instance .view-line')
      .filter({ hasText: /512,?\s*KV\s512\sKiB/ });
    // 2 · 2 layers · 2 heads · 32 · 4 bytes a token, of four sequences by the setting of this folder.
    await vscode.openFile('training/config.json');
    await vscode.codeLenses.filter({ hasText: /^512 tokens · KV 2\.00 MiB · .* · fits$/ }).waitFor();
    await vscode.deviceItem.filter({ hasText: 'H100 SXM 80GB · 80.0 GiB · planned' }).waitFor();
    assert.equal(await hint.count(), 0);
    await vscode.openFile('models/tiny/config.json');
    await vscode.codeLenses.filter({ hasText: /^512 tokens · KV 512 KiB · .* · fits$/ }).waitFor();
    await hint.waitFor();
    await vscode.deviceItem.filter({ hasText: 'H100 SXM 80GB · 80.0 GiB · planned' }).waitFor();
  });

  it('finds a model that a config names in another folder', async () => {
    await vscode.openAt('training/sft.yaml', 'max_seq_length: 256');
    await vscode.codeLenses.filter({ hasText: /^256 tokens · training peak .* · fits$/ }).waitFor();
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('Choose device').waitFor();
    assert.match(await vscode.hover.innerText(), /Training\sfits\./);
  });
});
