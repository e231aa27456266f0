import assert from 'node:assert/strict';
import { assertNoBrokenFigures } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

const applyButton = /^Apply .*window.* to the config$/i;
const changed = /"sliding_window":\s\d+/; // The editor draws spaces as no-break spaces.

describe('applying a replacement in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  it('previews the change of the config, keeps its comments, and is undone in one step', async () => {
    await vscode.openFile('mistral/config.json');
    const before = await vscode.editorText();
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    await vscode.panel.getByRole('button', { name: applyButton }).click();

    await vscode.page.locator('.monaco-diff-editor .view-line').filter({ hasText: changed }).waitFor();
    await vscode.screenshot('applyPreview');
    await vscode.quickPick('Discard').click();
    await vscode.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
    assert.equal(await vscode.editorText(), before, 'nothing changes unless it is confirmed');

    await vscode.panel.getByRole('button', { name: applyButton }).click();
    await vscode.quickPick('Apply').click();
    await vscode.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
    await vscode.page.locator('.view-line').filter({ hasText: changed }).waitFor();
    const after = await vscode.editorText();
    assert.match(after, /\/\/ from scratch/);
    await vscode.runCommand('Undo');
    await vscode.page.locator('.view-line').filter({ hasText: '"sliding_window": null' }).waitFor();
    assert.equal(await vscode.editorText(), before);
  });

  it('writes a missing key into the model that a YAML file describes, beside its other keys', async () => {
    await vscode.openFile('model.yaml');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    await vscode.panel.getByRole('button', { name: applyButton }).click();
    const written = /^\s+sliding_window:\s256$/;
    await vscode.page.locator('.monaco-diff-editor .view-line').filter({ hasText: written }).waitFor();
    await vscode.quickPick('Apply').click();
    await vscode.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
    await vscode.page.locator('.view-line').filter({ hasText: written }).waitFor();
    const text = await vscode.editorText();
    for (const kept of [/# our run/, /^ {2}hidden_size: 128$/m, /^seed: 7 # of the data$/m]) {
      assert.match(text, kept);
    }
    await vscode.runCommand('Undo');
    await vscode.page.locator('.view-line').filter({ hasText: written }).waitFor({ state: 'detached' });
  });

  it('changes the model that a training config names, profiled at the length of the recipe', async () => {
    await vscode.openFile('train.yaml');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    const text = await vscode.panelText();
    assertNoBrokenFigures(text);
    assert.match(text, /at n\s=\s256/);
    assert.match(text, /adamw8bit, fused attention, recomputation: full, LoRA of rank 16/);
    assert.match(text, /batch 2/);
    await vscode.screenshotPanel('trainingConfig');
    await vscode.panel.getByRole('button', { name: applyButton }).click();
    await vscode.page.locator('.monaco-diff-editor .view-line').filter({ hasText: changed }).waitFor();
    await vscode.quickPick('Discard').click();
    await vscode.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
  });
});
