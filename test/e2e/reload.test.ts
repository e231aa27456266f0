import assert from 'node:assert/strict';
import { screenshotOnFailure } from './screenshotOnFailure';
import { Workbench } from './workbench';
import { makeWorkspace } from './workspace';

describe('reloading the window of VS Code', function () {
  this.timeout(240_000);
  let vscode: Workbench;
  before(async () => {
    // One of its own: in a window that has been worked in for minutes, VS Code keeps its editors late or never.
    vscode = await Workbench.open(await makeWorkspace(), {
      settings: { 'headroom.budgetSeconds': 5, 'headroom.replacements': ['sliding-window'] },
    });
  });
  after(() => vscode.close());
  screenshotOnFailure(() => vscode);

  it('restores the panel, and what its buttons act on, when the window is reloaded', async () => {
    await vscode.openFile('tiny/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    await vscode.configTab.locator('.codicon-close').click();
    await vscode.configTab.waitFor({ state: 'detached' });
    await vscode.panelIsKept();
    // As wide as it will be afterwards: a narrow panel lists what a wide one has in columns.
    const before = await vscode.panelText();
    await vscode.reload();
    await vscode.panelSays('Profile complete');
    assert.equal(await vscode.panelText(), before);
    // The page keeps its own text over a reload; only the extension's report knows which file this opens.
    await vscode.panel.getByRole('button', { name: 'Open Config' }).first().click();
    await vscode.configTab.waitFor();
    await vscode.page.locator('.view-line').filter({ hasText: '"num_hidden_layers"' }).waitFor();
    assert.equal(await vscode.notification(/./).count(), 0);
  });
});
