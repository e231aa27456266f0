import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

describe('the settings in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
    await vscode.useSettings({});
  });
  after(async () => {
    await vscode.runCommand('View: Close All Editors');
    await vscode.useSettings({});
  });
  beforeEach(async () => {
    await vscode.reset();
    await vscode.runCommand('Preferences: Open Workspace Settings');
    await editor().waitFor();
    await vscode.page.keyboard.press('Control+A');
    await vscode.page.keyboard.type('@ext:headroom.headroom');
    await editor().getByText('12 Settings Found').waitFor();
  });
  screenshotOnFailure(() => vscode);

  function editor(): Locator {
    return vscode.page.locator('.settings-editor').filter({ visible: true });
  }

  /** The setting of this title, once it is scrolled to. */
  function setting(title: string): Locator {
    return editor()
      .locator('.setting-item-contents')
      .filter({ has: vscode.page.locator('.setting-item-label', { hasText: title }) });
  }

  it('stand in groups, the device first', async () => {
    const groups = editor().locator('.settings-toc-container .monaco-list-row');
    await groups.filter({ hasText: 'Editor' }).waitFor();
    assert.deepEqual(
      (await groups.allInnerTexts())
        .slice(-3)
        .map((text) => text.replace(/\s*\(?(\d+)\)?\s*$/, ' $1').trim()),
      ['Profile 3', 'Estimates 5', 'Editor 4'],
    );
    const first = editor().locator('.setting-item-contents').first();
    assert.match(await first.innerText(), /^Headroom:\s*Device\s+Device that attention is measured on/);
    await vscode.screenshot('settings');
  });

  it('say what is wrong with a value', async () => {
    const budget = setting('Budget Seconds');
    await budget.locator('input').fill('1');
    await budget.getByText('Value must be greater than or equal to 2').waitFor();
    await budget.locator('input').fill('12');
    await budget.getByText('Value must be').waitFor({ state: 'hidden' });
  });

  it('offer the replacements by name, and say which each is', async () => {
    const list = setting('Replacements');
    await list.getByRole('button', { name: 'Add Item' }).click();
    await list.locator('.monaco-select-box').click();
    const choices = vscode.page.locator('.monaco-select-box-dropdown-container').filter({ visible: true });
    await choices.getByText('sliding-window').waitFor();
    await choices.getByText('Sliding window').waitFor();
    // More than the list shows at once.
    await vscode.page.keyboard.press('End');
    await choices.getByText('latent-kv').waitFor();
    await choices.getByText('Latent keys and values').waitFor();
    await vscode.page.keyboard.press('Escape');
    await list.getByRole('button', { name: 'Cancel' }).click();
  });
});
