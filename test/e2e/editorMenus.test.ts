import assert from 'node:assert/strict';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

describe('menus in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  /** Entries of ours in the menu that is open. */
  async function entries(): Promise<string[]> {
    const labels = vscode.page.locator('.monaco-menu .action-label').filter({ visible: true });
    await labels.first().waitFor();
    return (await labels.allInnerTexts()).filter((label) =>
      /^(?:Profile|Explain|Compare Configs)/.test(label),
    );
  }

  /** Opens the context menu of a file that lies in the workspace itself. */
  async function openExplorerMenu(name: string): Promise<void> {
    const row = `.explorer-folders-view .monaco-list-row[aria-level="1"][aria-label^="${name}"]`;
    await vscode.page.locator(row).click({ button: 'right' });
  }

  it('have a button in the title of a training config, and none in that of a package.json', async () => {
    await vscode.openFile('axolotl/train.yaml');
    await vscode.profileButton.waitFor();
    await vscode.screenshot('editorTitle');
    await vscode.openFile('app/package.json');
    await vscode.profileButton.waitFor({ state: 'detached' });
    await vscode.page.waitForTimeout(1000);
    assert.equal(await vscode.profileButton.count(), 0);
  });

  it('offer what there is to do in the context menu of a config, and of no other file', async () => {
    await vscode.openFile('train.yaml');
    await vscode.profileButton.waitFor();
    await openExplorerMenu('train.yaml');
    assert.deepEqual(await entries(), [
      'Profile Attention',
      'Profile Attention at Length…',
      'Explain Estimate…',
      'Compare Configs…',
    ]);
    await vscode.screenshot('explorerMenu');
    await vscode.page.keyboard.press('Escape');
    await openExplorerMenu('notes.md');
    assert.deepEqual(await entries(), []);
    await vscode.page.keyboard.press('Escape');
  });

  it('profile the file that the menu is about', async () => {
    await vscode.openFile('train.yaml');
    await vscode.profileButton.waitFor();
    await vscode.openFile('notes.md');
    await openExplorerMenu('train.yaml');
    const entry = vscode.page
      .locator('.monaco-menu .action-label')
      .filter({ hasText: /^Profile Attention$/ });
    await entry.waitFor();
    await vscode.page.waitForTimeout(500); // A menu takes no click in its first moments.
    await entry.click();
    await vscode.panelSays('train.yaml', 60_000);
  });

  it('have a command that shows the log, in the output view', async () => {
    await vscode.openFile('train.yaml');
    await vscode.profileButton.waitFor();
    await vscode.runCommand('Headroom: Show Log');
    const channel = vscode.page.locator('.part.panel select.monaco-select-box').filter({ visible: true });
    await channel.waitFor();
    await vscode.page.waitForFunction(
      (select) => select instanceof HTMLSelectElement && select.selectedOptions[0]?.text === 'Headroom',
      await channel.elementHandle(),
    );
    await vscode.page.keyboard.press('Control+J'); // Closes the view again.
  });
});
