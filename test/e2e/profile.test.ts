import assert from 'node:assert/strict';
import { assertNoBrokenFigures, timesIn } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';
import { awaitWorkers } from './workerProcesses';

describe('profiling in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  it('is silent on files that are no config: no button, no hover, no message', async () => {
    await vscode.openFile('notes.md');
    await vscode.page.locator('.view-line').filter({ hasText: 'Notes' }).locator('span span').first().hover();
    await vscode.page.waitForTimeout(1500);
    assert.equal(
      await vscode.page.locator('.monaco-hover:visible').filter({ hasText: 'Headroom' }).count(),
      0,
    );
    assert.equal(await vscode.profileButton.count(), 0);
    assert.equal(await vscode.notification(/./).count(), 0);
  });

  it('goes from the palette through progress to figures', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.profileButton.waitFor();
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('Profiling attention of llama-3.2-1b/config.json').waitFor();
    await vscode.panelSays('Profiling');
    await vscode.panelSays('Profile complete', 90_000);
    await vscode.notification('Profiling attention').waitFor({ state: 'detached' });
    const text = await vscode.panelText();
    assertNoBrokenFigures(text);
    assert.match(text, /llama-3\.2-1b\/config\.json/);
    assert.match(text, /1\.24 B parameters/);
    assert.ok(timesIn(text).length >= 10, timesIn(text).join(', '));
    assert.equal(await vscode.notification(/./).count(), 0, 'no message is left over');
  });

  it('shows the same figures in light, dark and high contrast, in the theme’s colours', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('Profile complete', 90_000);
    await vscode.showPanelWide();
    const text = await vscode.panelText();
    const colours = new Set<string>();
    for (const [theme, name] of [
      // The window starts in the light one.
      ['Dark High Contrast', 'highContrast'],
      ['Dark Modern', 'dark'],
      ['Light Modern', 'light'],
    ] as const) {
      await vscode.setTheme(theme);
      colours.add(await vscode.panelColours());
      assert.equal(await vscode.panelText(), text);
      await vscode.screenshotPanel(name);
    }
    assert.equal(colours.size, 3, [...colours].join(' | '));
  });

  it('profiles the text as it stands in the editor, unsaved', async () => {
    await vscode.openFile('tiny/config.json');
    await vscode.typeAt(4, 24, '4');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays('42 layers');
    await vscode.panelSays('Profile complete', 90_000);
  });

  it('asks for a length, and refuses one that is none', async () => {
    await vscode.openFile('tiny/config.json');
    await vscode.runCommand('Headroom: Profile Attention at Length…');
    await vscode.quickInput.fill('many');
    await vscode.page.locator('.quick-input-message').filter({ hasText: 'number of tokens' }).waitFor();
    await vscode.quickInput.fill('1k');
    await vscode.page.keyboard.press('Enter');
    await vscode.panelSays('n = 1,024');
    await vscode.panelSays('Profile complete', 90_000);
  });

  it('stops at once when cancelled, and says so', async () => {
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await awaitWorkers(vscode.home, 1);
    await vscode.notification('Profiling attention').getByRole('button', { name: 'Cancel' }).click();
    await awaitWorkers(vscode.home, 0, 3000);
    await vscode.panelSays('The run was cancelled');
    assertNoBrokenFigures(await vscode.panelText());
  });

  it('goes on while the panel is closed, and shows its result when it is opened again', async () => {
    // The example runs its whole budget: the panel is closed long before the end.
    await vscode.openFile('llama-3.2-1b/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await awaitWorkers(vscode.home, 1);
    await vscode.panelSays('Profiling');
    await vscode.panelTab.locator('.codicon-close').click();
    await vscode.panelTab.waitFor({ state: 'detached' });
    await awaitWorkers(vscode.home, 0, 60_000);
    await vscode.runCommand('Headroom: Open Panel');
    await vscode.panelSays('Profile complete');
  });
});
