import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

describe('problems and quick fixes in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  let fix: Locator;
  let changed: Locator;
  before(async () => {
    vscode = await sharedWorkbench();
    fix = vscode.page
      .locator('.action-widget .monaco-list-row')
      .filter({ hasText: /Set sequence_len to 2,048: the longest that fits is 2,\d{3}/ });
    changed = vscode.page.locator('.editor-instance .view-line').filter({ hasText: /sequence_len:\s2048/ });
    await vscode.useSettings({
      'headroom.devices': [{ name: 'Tiny card', memoryGiB: 12 }],
      'headroom.plannedDevice': 'Tiny card',
    });
  });
  after(async () => {
    await vscode.runCommand('View: Close Panel').catch(() => undefined);
    await vscode.useSettings({});
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  function squiggle(severity: 'error' | 'warning' | 'info'): Locator {
    return vscode.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  it('warn of a length that does not fit, and say what would', async () => {
    await vscode.openFile('axolotl/train.yaml');
    await squiggle('warning').first().waitFor();
    const warning = (await vscode.problems()).filter({
      hasText: 'Training at n = 8,192 tokens does not fit',
    });
    await warning.waitFor();
    const text = await warning.innerText();
    assert.match(text, /Projected need: \d\d\.\d GiB of the 12\.0 GiB of Tiny card \(planned\)/);
    assert.match(text, /The longest that fits is n = 2,\d{3} tokens/);
    assert.match(text, /Headroom/);
    await vscode.screenshot('problems');
  });

  it('are mended by the longest length that fits: previewed, with comments kept, and undone in one step', async () => {
    await vscode.openAt('axolotl/train.yaml', 'sequence_len: 8192');
    await squiggle('warning').first().waitFor();
    const before = await vscode.editorText();
    assert.match(before, /sequence_len: 8192 {2}# tokens/);
    await vscode.page.keyboard.press('Control+.');
    await fix.waitFor();
    await vscode.screenshot('quickFix');
    await fix.and(vscode.page.locator('.focused')).waitFor();
    await vscode.page.keyboard.press('Control+Enter'); // Preview, which the editor offers beside Apply.
    const preview = vscode.page.locator('.bulk-edit-panel');
    await preview.locator('.monaco-list-row').filter({ hasText: '81922048' }).waitFor();
    await vscode.screenshot('quickFixPreview');
    assert.equal(await vscode.editorText(), before, 'nothing changes unless it is applied');
    await preview.getByRole('button', { name: 'Apply' }).click();
    await changed.waitFor();
    assert.equal(await vscode.editorText(), before.replace('sequence_len: 8192  #', 'sequence_len: 2048  #'));
    await squiggle('warning').first().waitFor({ state: 'detached' });
    await vscode.codeLenses.filter({ hasText: /^2,048 tokens · .* · fits$/ }).waitFor();

    await vscode.runCommand('Undo');
    await changed.waitFor({ state: 'detached' });
    assert.equal(await vscode.editorText(), before);
    await squiggle('warning').first().waitFor();
  });

  it('are mended at once when the fix is taken without a preview', async () => {
    await vscode.openAt('axolotl/train.yaml', 'sequence_len: 8192');
    await squiggle('warning').first().waitFor();
    const before = await vscode.editorText();
    await vscode.page.keyboard.press('Control+.');
    await fix.and(vscode.page.locator('.focused')).waitFor();
    await vscode.page.keyboard.press('Enter');
    await changed.waitFor();
    await vscode.page.keyboard.press('Control+Z');
    await changed.waitFor({ state: 'detached' });
    assert.equal(await vscode.editorText(), before);
  });

  it('name a shape that cannot be', async () => {
    await vscode.openFile('indivisible/config.json');
    await squiggle('error').first().waitFor();
    const error = (await vscode.problems()).filter({ hasText: 'does not divide' });
    await error.waitFor();
    assert.match(await error.innerText(), /"num_key_value_heads" is 3, which does not divide/);
    assert.equal(await error.locator('.codicon-error').count(), 1);
    await vscode.screenshot('impossibleShape');
  });

  it('go when their setting is turned off', async () => {
    await vscode.openFile('axolotl/train.yaml');
    await squiggle('warning').first().waitFor();
    await vscode.useSettings({
      'headroom.devices': [{ name: 'Tiny card', memoryGiB: 12 }],
      'headroom.plannedDevice': 'Tiny card',
      'headroom.diagnostics.enabled': false,
    });
    await squiggle('warning').first().waitFor({ state: 'detached' });
  });
});
